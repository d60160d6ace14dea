import { type Dialect, isPlain } from './dialect.ts';
import { DialectReader } from './dialect-reader.ts';
import type { RowFields } from './row-fields.ts';
import { RowReader } from './row-reader.ts';

/**
 * A reader of rows that keeps the first `width` fields of each.
 *
 * @param formulas which of them may be `="…"`, quotes included
 */
export function readerFor(dialect: Dialect, width: number, formulas: readonly boolean[] = []): RowFields {
  return isPlain(dialect, formulas)
    ? new RowReader(dialect.delimiter.charCodeAt(0), width)
    : new DialectReader(dialect, width, formulas);
}
