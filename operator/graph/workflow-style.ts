import type { StateStatus } from './state-status.ts';

interface Theme {
  text: string;
  muted: string;
  line: string;
  surface: string;
  /** Of each status: the line around the box and the sign, and what is behind the text. */
  statuses: Record<StateStatus, { line: string; surface: string }>;
}

// Text has a contrast of at least 4.5 to what is behind it, lines of at least 3.
const light: Theme = {
  text: '#1f2328',
  muted: '#59636e',
  line: '#818b98',
  surface: '#ffffff',
  statuses: {
    done: { line: '#1a7f37', surface: '#dafbe1' },
    running: { line: '#0969da', surface: '#ddf4ff' },
    waiting: { line: '#8250df', surface: '#fbefff' },
    caught: { line: '#9a6700', surface: '#fff8c5' },
    failed: { line: '#cf222e', surface: '#ffebe9' },
    aborted: { line: '#59636e', surface: '#eff2f5' },
  },
};
const dark: Theme = {
  text: '#f0f6fc',
  muted: '#9198a1',
  line: '#656c76',
  surface: '#0d1117',
  statuses: {
    done: { line: '#3fb950', surface: '#12261e' },
    running: { line: '#4493f8', surface: '#111d2e' },
    waiting: { line: '#ab7df8', surface: '#1f1830' },
    caught: { line: '#d29922', surface: '#272115' },
    failed: { line: '#f85149', surface: '#2a171b' },
    aborted: { line: '#9198a1', surface: '#212830' },
  },
};

/** A theme as custom properties: `--workflow-text`, `--workflow-done`, `--workflow-done-surface` … */
function properties({ statuses, ...colours }: Theme): Record<string, string> {
  return Object.fromEntries([
    ...Object.entries(colours).map(([name, colour]) => [`--workflow-${name}`, colour]),
    ...Object.entries(statuses).flatMap(([name, { line, surface }]) => [
      [`--workflow-${name}`, line],
      [`--workflow-${name}-surface`, surface],
    ]),
  ]);
}

const lightProperties = properties(light);
/** A property of the page's, or the light theme's colour. */
const colour = (name: string) => `var(--workflow-${name}, ${lightProperties[`--workflow-${name}`]})`;

/**
 * How a drawn workflow looks. Its colours are custom properties, for a page to set: `--workflow-text`, `-muted`,
 * `-line` and `-surface`, and for each status `--workflow-<status>` and `--workflow-<status>-surface`.
 */
export const workflowStyle = `
.workflow-graph text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; text-anchor: middle; dominant-baseline: central; fill: ${colour('text')}; }
.workflow-graph .state rect { fill: ${colour('surface')}; stroke: ${colour('line')}; stroke-width: 1; }
.workflow-graph .state.untouched text { fill: ${colour('muted')}; }
.workflow-graph .state.untouched rect { stroke-dasharray: 4 3; }
${Object.keys(light.statuses)
  .map(
    (
      status,
    ) => `.workflow-graph .${status} rect { fill: ${colour(`${status}-surface`)}; stroke: ${colour(status)}; stroke-width: 1.5; }
.workflow-graph .${status} .sign { stroke: ${colour(status)}; }
.workflow-graph .${status} .sign.filled { fill: ${colour(status)}; }`,
  )
  .join('\n')}
.workflow-graph .sign { fill: none; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.workflow-graph .start circle, .workflow-graph .end circle { fill: ${colour('surface')}; stroke: ${colour('line')}; }
.workflow-graph .start text, .workflow-graph .end text { font-size: 11px; fill: ${colour('muted')}; }
.workflow-graph .line { fill: none; stroke: ${colour('line')}; }
.workflow-graph .arrow { fill: ${colour('line')}; }
.workflow-graph .catch .line { stroke-dasharray: 5 3; }
.workflow-graph .taken .line { stroke: ${colour('text')}; stroke-width: 2; }
.workflow-graph .taken .arrow { fill: ${colour('text')}; }
.workflow-graph .label { font-size: 11px; fill: ${colour('muted')}; stroke: ${colour('surface')}; stroke-width: 4; stroke-linejoin: round; paint-order: stroke; }
`;

const declare = (theme: Theme) =>
  Object.entries(properties(theme))
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ');

/** The colours of a picture that stands by itself, and what is behind it: it can be read on any page. */
export const workflowTheme = `
.workflow-graph { ${declare(light)} }
@media (prefers-color-scheme: dark) { .workflow-graph { ${declare(dark)} } }
.workflow-graph .page { fill: var(--workflow-surface); }`;
