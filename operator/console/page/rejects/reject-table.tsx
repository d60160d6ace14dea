import Table, { type TableProps } from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { RejectsView, RejectView } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { Cell } from './cell.tsx';
import { Reason } from './reason.tsx';
import { cellOf, hidesValidColumns, invalidColumns } from './shown-columns.ts';

/** Pixels of a column: reasons, or a value, in lines of more than a word or two. */
const REASONS_WIDTH = 260;
const WIDTH = 140;

/** The rejected rows as the table that their file is, for screens that are wide enough. */
export function RejectTable({ header, rejects }: RejectsView) {
  const { messages, format } = usePreferences();
  const words = messages.rejects;
  const canBeNarrow = hidesValidColumns(header, rejects);
  const [all, setAll] = useState(!canBeNarrow);
  const invalid = invalidColumns(rejects, header);
  const positions = all ? header.map((_, position) => position) : invalid;
  const columns: TableProps.ColumnDefinition<RejectView>[] = [
    {
      id: 'line',
      header: words.line,
      isRowHeader: true,
      minWidth: 130,
      cell: (reject) => (
        <>
          {format.number(reject.line)} <span className="muted">({words.row(format.number(reject.row))})</span>
        </>
      ),
    },
    {
      // Beside the line, whichever columns are in sight.
      id: 'wrong',
      header: words.wrong,
      minWidth: REASONS_WIDTH,
      cell: (reject) => <RejectReasons errors={reject.errors} />,
    },
    ...positions.map((position) => ({
      id: String(position),
      header: <UntrustedText text={header[position]!} />,
      minWidth: WIDTH,
      cell: (reject: RejectView) => <Cell shown={cellOf(reject, header, position)} reasons={false} />,
    })),
  ];
  return (
    <>
      {canBeNarrow && (
        <Toggle checked={all} onChange={({ detail }) => setAll(detail.checked)}>
          {words.allColumns}
        </Toggle>
      )}
      <Table
        variant="embedded"
        items={rejects}
        trackBy={({ row }) => String(row)}
        columnDefinitions={columns}
        ariaLabels={{ tableLabel: words.table }}
        stickyColumns={{ first: 2 }}
        contentDensity="compact"
        cellVerticalAlign="top"
        wrapLines
      />
    </>
  );
}

/** All that is wrong with a row. */
function RejectReasons({ errors }: Pick<RejectView, 'errors'>) {
  return errors.map(({ code, reason, column, value }) => (
    <div key={`${column}${code}`} data-testid="row-error">
      {column !== null && (
        <strong>
          <UntrustedText text={column} />
        </strong>
      )}
      {/* Here, too, since its column may be out of sight. */}
      {(column !== null || value !== '') && (
        <Cell shown={{ value, errors: [{ column, code, reason, value }] }} reasons={false} />
      )}
      <Reason code={code} reason={reason} />
    </div>
  ));
}
