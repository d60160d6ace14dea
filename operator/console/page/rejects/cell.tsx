import Icon from '@cloudscape-design/components/icon';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { Reason } from './reason.tsx';
import type { ShownCell } from './shown-columns.ts';

/** Characters: nobody reads more of one value here, and a value can have a million. */
const LONGEST = 300;

/**
 * A value of a rejected row; an invalid one has a frame and an icon.
 *
 * @param reasons whether it says why, too
 */
export function Cell({ shown: cell, reasons = true }: { shown: ShownCell | null; reasons?: boolean }) {
  const { messages } = usePreferences();
  if (cell === null) return <span className="muted">{messages.none}</span>;
  const { value, errors } = cell;
  const shown =
    value === '' ? (
      <span className="empty-value">{messages.rejects.empty}</span>
    ) : (
      <UntrustedText text={shorten(value)} />
    );
  if (errors.length === 0) return <span className="cell">{shown}</span>;
  return (
    <span className="cell cell-invalid" data-testid="cell-invalid">
      <Icon name="status-warning" variant="error" size="small" ariaLabel={messages.rejects.invalid} />{' '}
      <mark>{shown}</mark>
      {reasons && errors.map(({ code, reason }) => <Reason key={code} code={code} reason={reason} />)}
    </span>
  );
}

function shorten(value: string): string {
  return value.length <= LONGEST ? value : `${value.slice(0, LONGEST)} …`;
}
