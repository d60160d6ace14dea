import Icon from '@cloudscape-design/components/icon';
import type { RejectView } from '../../api.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';
import { Reason } from './reason.tsx';

/** Characters: nobody reads more of one value here, and a value can have a million. */
const LONGEST = 300;

interface CellProps {
  value: string;
  /** What is wrong with it; nothing: it is well. */
  errors: RejectView['errors'];
}

/** A value of a refused row; one that is at fault has a frame, a sign and its reason. */
export function Cell({ value, errors }: CellProps) {
  const { messages } = useReader();
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
      {errors.map(({ code, reason }) => (
        <Reason key={code} code={code} reason={reason} />
      ))}
    </span>
  );
}

function shorten(value: string): string {
  return value.length <= LONGEST ? value : `${value.slice(0, LONGEST)} …`;
}
