import type { RejectView } from '../../api.ts';

/** Tables of more columns are wider than most screens: those at fault would be out of sight. */
const MANY_COLUMNS = 12;

/** Positions in the header of the columns that any of the rejects is at fault in. */
export function columnsAtFault(rejects: readonly RejectView[]): number[] {
  return [...new Set(rejects.flatMap(({ atFault }) => atFault))].sort((a, b) => a - b);
}

/** Whether it is better to begin with the columns at fault only. */
export function startNarrow(header: readonly string[], rejects: readonly RejectView[]): boolean {
  const atFault = columnsAtFault(rejects).length;
  return header.length > MANY_COLUMNS && atFault > 0 && atFault < header.length;
}

/** What is wrong with one cell. */
export function errorsOfCell(reject: RejectView, header: readonly string[], position: number) {
  return reject.atFault.includes(position)
    ? reject.errors.filter(({ column }) => column === header[position])
    : [];
}

/** What is wrong with the row as a whole, or cannot be shown at a cell. */
export function errorsOfRow(reject: RejectView, header: readonly string[]) {
  return reject.errors.filter(
    ({ column }) =>
      column === null ||
      reject.cells === null ||
      !reject.atFault.some((position) => header[position] === column),
  );
}
