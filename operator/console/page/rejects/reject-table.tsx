import Table, { type TableProps } from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { RejectsView, RejectView } from '../../api.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';
import { Cell } from './cell.tsx';
import { Reason } from './reason.tsx';
import { cellOf, columnsAtFault, errorsOfRow, startNarrow } from './shown-columns.ts';

/** Pixels of a column: a reason, or a value, in lines of more than a word or two. */
const FAULT_WIDTH = 200;
const WIDTH = 140;

/** The refused rows as the table that their file is, for screens that are wide enough. */
export function RejectTable({ header, rejects }: RejectsView) {
  const { messages, format } = useReader();
  const words = messages.rejects;
  const canBeNarrow = startNarrow(header, rejects);
  const [all, setAll] = useState(!canBeNarrow);
  const atFault = columnsAtFault(rejects, header);
  const positions = all ? header.map((_, position) => position) : atFault;
  const columns: TableProps.ColumnDefinition<RejectView>[] = [
    {
      id: 'line',
      header: words.line,
      isRowHeader: true,
      minWidth: 130,
      cell: (reject) => (
        <>
          {format.number(reject.line)} <span className="muted">({words.row(format.number(reject.row))})</span>
          {errorsOfRow(reject, header).map(({ code, reason, column }) => (
            <span key={`${column}${code}`} className="cell-at-fault" data-testid="row-at-fault">
              {column === null ? null : <StrangersText text={`${column}: `} />}
              <Reason code={code} reason={reason} />
            </span>
          ))}
        </>
      ),
    },
    ...positions.map((position) => ({
      id: String(position),
      header: <StrangersText text={header[position]!} />,
      minWidth: atFault.includes(position) ? FAULT_WIDTH : WIDTH,
      cell: (reject: RejectView) => <Cell shown={cellOf(reject, header, position)} />,
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
        stickyColumns={{ first: 1 }}
        contentDensity="compact"
        cellVerticalAlign="top"
        wrapLines
      />
    </>
  );
}
