import Icon from '@cloudscape-design/components/icon';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';
import { Reason } from './reason.tsx';
import type { ShownCell } from './shown-columns.ts';

/** Characters: nobody reads more of one value here, and a value can have a million. */
const LONGEST = 300;

/**
 * A value of a refused row; one that is at fault has a frame and a sign.
 *
 * @param reasons whether it says why, too
 */
export function Cell({ shown: cell, reasons = true }: { shown: ShownCell | null; reasons?: boolean }) {
  const { messages } = useReader();
  if (cell === null) return <span className="muted">{messages.none}</span>;
  const { value, errors } = cell;
  const shown =
    value === '' ? (
      <span className="empty-value">{messages.rejects.empty}</span>
    ) : (
      <StrangersText text={shorten(value)} />
    );
  if (errors.length === 0) return <span className="cell">{shown}</span>;
  return (
    <span className="cell cell-at-fault" data-testid="cell-at-fault">
      <Icon name="status-warning" variant="error" size="small" ariaLabel={messages.rejects.atFault} />{' '}
      <mark>{shown}</mark>
      {reasons && errors.map(({ code, reason }) => <Reason key={code} code={code} reason={reason} />)}
    </span>
  );
}

function shorten(value: string): string {
  return value.length <= LONGEST ? value : `${value.slice(0, LONGEST)} …`;
}
