import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { RejectsView, RejectView } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { Cell } from './cell.tsx';
import { Reason } from './reason.tsx';
import { cellOf, errorsOfRow, invalidColumns } from './shown-columns.ts';

/** The rejected rows as cards, for a phone: invalid values first, the rest on demand. */
export function RejectCards({ header, rejects }: RejectsView) {
  const { messages } = usePreferences();
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
  const { messages, format } = usePreferences();
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
        <div key={`${column}${code}`} className="cell-invalid" data-testid="row-error">
          {column === null ? null : <UntrustedText text={`${column}: `} />}
          <Reason code={code} reason={reason} />
        </div>
      ))}
      <Cells header={header} reject={reject} positions={invalidColumns([reject], header)} />
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
            <UntrustedText text={header[position]!} />
          </dt>
          <dd>
            <Cell shown={cellOf(reject, header, position)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
