import type { RejectCode } from '../../contract/reject-codes.ts';
import type { RowValue } from '../row-values.ts';
import type { Dialect } from './dialect.ts';
import type { ScanColumn } from './reject.ts';
import type { DescribeByte } from './row-check.ts';
import type { RowShape } from './row-shape.ts';

/** The formats of COPY in which rows are passed on. */
export type CopyFormat = 'csv' | 'binary';

/** What a scanner has to know. */
export interface ScannerOptions {
  /** How the file is written. */
  dialect: Dialect;
  /** How accepted rows are passed on. In binary, the check of each column writes its values. Default: CSV. */
  format?: CopyFormat;
  /** One per header, in the file's order; null: a column that is ignored and dropped from the output. */
  columns: readonly (ScanColumn | null)[];
  /** Physical line number of the first byte that will be given, from 1. */
  firstLine: number;
  /** Position in the file of the first byte that will be given, for reasons that name a byte. Default: 0. */
  firstOffset?: number;
  /** Longest row in bytes, without its newline. Default: 1 MiB. */
  maxRowBytes?: number;
  /** Default: rows are taken as they are. */
  shape?: RowShape;
  /** Put behind the values of each accepted row. Default: none. */
  values?: readonly RowValue[];
  /** Asked about every row whose values are fine; gives the reason to reject it. */
  rowRule?: RowRule | null;
  /** Asked about every row that is fine by itself. */
  refuse?: RefuseRow;
  /** Cuts the output behind so many rows, or the first row that ends so many bytes behind the last cut. */
  cutEvery?: { rows: number; bytes: number };
  /** Finds the file's own bytes of a rejected row, if what is scanned was made of others. Default: a copy. */
  originalBytes?: (row: Buffer, offset: number) => Buffer;
  /** Why a row with this byte is refused. Default: as a byte of UTF-8. */
  describeByte?: DescribeByte;
}

/** Refuses a row for its values, one per column of the file as COPY will read them; NULL and ignored ones are null. */
export type RowRule = (values: readonly (string | null)[], line: number, row: number) => string | null;

/**
 * Refuses a row for what only others know, such as a constraint of the database; null lets it in. `ordinal` counts
 * the rows that are fine by themselves, `row` all that were given, both from 1; `column` in the answer is the position
 * in the header, from 0.
 */
export type RefuseRow = (
  ordinal: number,
  row: number,
  line: number,
) => { column: number | null; code: RejectCode; reason: string; words?: string } | null;
