import {
  colorBackgroundContainerContent,
  colorBackgroundStatusError,
  colorBackgroundStatusInfo,
  colorBackgroundStatusSuccess,
  colorBackgroundStatusWarning,
  colorBorderDividerDefault,
  colorBorderStatusError,
  colorTextBodyDefault,
  colorTextBodySecondary,
  colorTextStatusError,
  colorTextStatusInactive,
  colorTextStatusInfo,
  colorTextStatusSuccess,
  colorTextStatusWarning,
  fontFamilyMonospace,
} from '@cloudscape-design/design-tokens';

const [text, muted, surface] = [
  colorTextBodyDefault,
  colorTextBodySecondary,
  colorBackgroundContainerContent,
];
const [success, info] = [colorTextStatusSuccess, colorTextStatusInfo];
const [warning, error] = [colorTextStatusWarning, colorTextStatusError];

/** The design tokens that style sheets use, under names that a style sheet can know. */
const names: Record<string, string> = {
  // Of page.css
  'page-text': text,
  'page-muted': muted,
  'page-surface': surface,
  'page-divider': colorBorderDividerDefault,
  'page-done': success,
  'page-running': info,
  'page-failed': error,
  'page-error-border': colorBorderStatusError,
  'page-error-surface': colorBackgroundStatusError,
  'page-monospace': fontFamilyMonospace,
  // Of the workflow's drawing (operator/graph/)
  'workflow-text': text,
  'workflow-muted': muted,
  'workflow-line': muted,
  'workflow-surface': surface,
  'workflow-done': success,
  'workflow-done-surface': colorBackgroundStatusSuccess,
  'workflow-running': info,
  'workflow-running-surface': colorBackgroundStatusInfo,
  'workflow-waiting': info,
  'workflow-waiting-surface': surface,
  'workflow-caught': warning,
  'workflow-caught-surface': colorBackgroundStatusWarning,
  'workflow-failed': error,
  'workflow-failed-surface': colorBackgroundStatusError,
  'workflow-aborted': colorTextStatusInactive,
  'workflow-aborted-surface': surface,
};

/** Sets them as custom properties: of the body, which has the class of the dark mode. */
export function setColours(body: HTMLElement): void {
  for (const [name, value] of Object.entries(names)) body.style.setProperty(`--${name}`, value);
}
