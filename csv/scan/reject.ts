import { type RejectCode, rejectCodes } from '../../contract/reject-codes.ts';
import type { FieldCheck, FieldProblem } from '../check/field-problem.ts';
import type { FieldTransform } from '../transform/value.ts';

/** One thing that is wrong with a row. */
export interface RejectError {
  /** The header of the column at fault; null where it is the row as a whole, or a column that is ignored. */
  column: string | null;
  code: RejectCode;
  /** For people; never contains the cell's content. */
  reason: string;
  /** The reason in the words of a trigger or of the import's row rule, which may quote the row: for errors.csv only. */
  words?: string;
  /** The cell, unquoted, at most 200 characters; empty where the row as a whole is at fault. */
  value: string;
}

/** A rejected row, with everything that could be found wrong with it. */
export interface Reject {
  /** Number of the row, from 1 after the header. */
  row: number;
  /** Physical line of the file where the row begins, from 1. */
  line: number;
  /** In the order of the columns. */
  errors: RejectError[];
  /** The row as it stands in the file, without its newline; only its first bytes where it is too large. */
  bytes: Buffer;
}

/** What one column of the file must hold. */
export interface ScanColumn {
  /** As it stands in the file. */
  header: string;
  notNull: boolean;
  /** Changes values before they are checked and passed on; left out: they stay as they are. */
  transform?: FieldTransform | null;
  /** Null: any text. */
  check: FieldCheck | null;
  /** Whether `""` is NULL as the unquoted empty value is: every type but text, for which COPY gets FORCE_NULL. */
  nullWhenQuotedEmpty: boolean;
  /** Whether nothing between delimiters is the empty text, for which COPY gets FORCE_NOT_NULL. Default: NULL. */
  textWhenEmpty?: boolean;
  /** Whether a value may be `="…"`, quotes included, which a transformation reads. Default: its quotes are stray. */
  takesFormula?: boolean;
  /** Whether that is written `""` instead, since COPY has to tell it from NULL. */
  quotesEmpty?: boolean;
  /** Whether the transformation reads the empty value too, which then is never NULL by itself. */
  transformsEmpty?: boolean;
}

/** The most that errors.csv shows of a cell, in characters. */
const LONGEST_VALUE = 200;

/** A reason is a sentence: what is longer is cut, in characters. */
const LONGEST_REASON = 200;

/** What the import's code says of a row, cut to a sentence. */
export function cutWords(words: string): string {
  return [...words.trim().slice(0, 2 * LONGEST_REASON)].slice(0, LONGEST_REASON).join('');
}

/** An error of the value at `index`, which is counted from 0 and named from 1 where its column has no name. */
export function valueError(
  column: ScanColumn | null,
  index: number,
  { code, reason, words }: FieldProblem,
  value: string,
): RejectError {
  const said = words === undefined ? {} : { words: cutWords(words) };
  return column === null
    ? { column: null, code, reason: `${reason} (value ${index + 1} of the row)`, value, ...said }
    : { column: column.header, code, reason, value, ...said };
}

/** An error of the row as a whole. */
export function rowError(code: RejectCode, reason: string = rejectCodes[code], words?: string): RejectError {
  return { column: null, code, reason, value: '', ...(words === undefined ? {} : { words }) };
}

/** The text of a cell for errors.csv: cut to 200 characters, undecodable bytes as U+FFFD. */
export function readValue(cell: Buffer): string {
  // UTF-8 needs no more than four bytes for a character.
  const text = cell.toString('utf8', 0, 4 * LONGEST_VALUE);
  return text.length <= LONGEST_VALUE ? text : [...text].slice(0, LONGEST_VALUE).join('');
}

/** The content of a quoted cell with each doubled quote read as one. */
export function undoubleQuotes(cell: Buffer, quote: number): Buffer {
  const value = Buffer.allocUnsafe(cell.length);
  let length = 0;
  for (let at = 0; at < cell.length; at++) {
    const byte = cell[at]!;
    value[length++] = byte;
    if (byte === quote) at++;
  }
  return value.subarray(0, length);
}
