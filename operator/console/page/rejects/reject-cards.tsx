import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { RejectsView, RejectView } from '../../api.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';
import { Cell } from './cell.tsx';
import { Reason } from './reason.tsx';
import { cellOf, columnsAtFault, errorsOfRow } from './shown-columns.ts';

/** The refused rows one below the other, for a phone: what is at fault first, the rest when it is asked for. */
export function RejectCards({ header, rejects }: RejectsView) {
  const { messages } = useReader();
  return (
    <ol className="divided" aria-label={messages.rejects.table}>
      {rejects.map((reject) => (
        <li key={reject.row}>
          <RejectCard header={header} reject={reject} />
        </li>
      ))}
    </ol>
  );
}

function RejectCard({ header, reject }: { header: string[]; reject: RejectView }) {
  const { messages, format } = useReader();
  const words = messages.rejects;
  const { cells } = reject;
  return (
    <>
      <span>
        <strong>
          {words.line} {format.number(reject.line)}
        </strong>{' '}
        <span className="muted">({words.row(format.number(reject.row))})</span>
      </span>
      {errorsOfRow(reject, header).map(({ code, reason, column }) => (
        <div key={`${column}${code}`} className="cell-at-fault" data-testid="row-at-fault">
          {column === null ? null : <StrangersText text={`${column}: `} />}
          <Reason code={code} reason={reason} />
        </div>
      ))}
      <Cells header={header} reject={reject} positions={columnsAtFault([reject], header)} />
      {cells !== null && (
        <ExpandableSection headerText={words.wholeCells} variant="footer">
          <Cells header={header} reject={reject} positions={header.map((_, position) => position)} />
        </ExpandableSection>
      )}
    </>
  );
}

function Cells(props: { header: string[]; reject: RejectView; positions: readonly number[] }) {
  const { header, reject, positions } = props;
  return (
    <dl className="cells">
      {positions.map((position) => (
        <div key={position}>
          <dt>
            <StrangersText text={header[position]!} />
          </dt>
          <dd>
            <Cell shown={cellOf(reject, header, position)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
