import type { RejectView } from '../../api.ts';

/** Tables of more columns are wider than most screens: invalid values would be out of sight. */
const MANY_COLUMNS = 12;

/** A value of a rejected row, and its errors; none if the value is valid. */
export interface ShownCell {
  value: string;
  errors: RejectView['errors'];
}

/** What is shown of a reject in one column; null where nothing is known of the value. */
export function cellOf(reject: RejectView, header: readonly string[], position: number): ShownCell | null {
  const errors = reject.errors.filter(({ column }) => column === header[position]);
  // Of a row that cannot be split into its values, the invalid values are known.
  const value = reject.cells === null ? errors[0]?.value : (reject.cells[position] ?? '');
  return value === undefined ? null : { value, errors };
}

/** What is wrong with the row as a whole, or with a column that is not shown. */
export function errorsOfRow({ errors }: RejectView, header: readonly string[]): RejectView['errors'] {
  return errors.filter(({ column }) => column === null || !header.includes(column));
}

/** Positions in the header of the columns in which any of the rejects has an error. */
export function invalidColumns(rejects: readonly RejectView[], header: readonly string[]): number[] {
  const names = new Set(rejects.flatMap(({ errors }) => errors.map(({ column }) => column)));
  return header.flatMap((name, position) => (names.has(name) ? position : []));
}

/** Whether the table should show only the invalid columns at first. */
export function hidesValidColumns(header: readonly string[], rejects: readonly RejectView[]): boolean {
  const invalid = invalidColumns(rejects, header).length;
  return header.length > MANY_COLUMNS && invalid > 0 && invalid < header.length;
}
