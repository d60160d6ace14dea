import type { RejectCode } from '../../contract/report.ts';
import { type BadByte, findBadByte } from './clean-bytes.ts';
import type { FieldCheck } from './field-problem.ts';
import {
  type RejectError,
  readValue,
  rowError,
  type ScanColumn,
  undoubleQuotes,
  valueError,
} from './reject.ts';
import { Quoting, type RowReader } from './row-reader.ts';

/** Says where a byte is that refuses its row, and why; positions are counted from 0, and told from 1. */
export type DescribeByte = (code: BadByte['code'], inRow: number, inFile: number) => string;

/** What the fields of the row at hand, as the reader found them, must hold. */
export class RowCheck {
  readonly columns: readonly (ScanColumn | null)[];
  readonly #row: RowReader;
  readonly #describeByte: DescribeByte;
  /** The columns again, laid out for the loop over a row's fields. */
  readonly #checks: readonly (FieldCheck | null)[];
  readonly #notNull: readonly boolean[];
  readonly #nullWhenQuotedEmpty: readonly boolean[];
  /** The columns that anything is demanded of. */
  readonly #demanding: Int32Array;

  constructor(columns: readonly (ScanColumn | null)[], row: RowReader, describeByte: DescribeByte) {
    this.#row = row;
    this.#describeByte = describeByte;
    this.columns = columns;
    this.#checks = columns.map((column) => column?.check ?? null);
    this.#notNull = columns.map((column) => column?.notNull ?? false);
    this.#nullWhenQuotedEmpty = columns.map((column) => column?.nullWhenQuotedEmpty ?? false);
    this.#demanding = Int32Array.from(
      [...columns.keys()].filter((index) => this.#checks[index] !== null || this.#notNull[index]),
    );
  }

  /** Whether any field of a complete row is not what its column takes. */
  hasBadField(bytes: Buffer): boolean {
    const demanding = this.#demanding;
    const { starts, ends, quotings } = this.#row;
    for (let position = 0; position < demanding.length; position++) {
      const index = demanding[position]!;
      const start = starts[index]!;
      const end = ends[index]!;
      const quoting = quotings[index]!;
      if (start === end && (quoting === Quoting.none || this.#nullWhenQuotedEmpty[index])) {
        if (this.#notNull[index]) return true;
        continue;
      }
      const check = this.#checks[index]!;
      if (check === null) continue;
      if (quoting === Quoting.doubled) {
        const value = undoubleQuotes(bytes.subarray(start, end));
        if (check(value, 0, value.length) !== null) return true;
      } else if (check(bytes, start, end) !== null) return true;
    }
    return false;
  }

  /** Everything that is wrong with a complete row; `base` is the position in the file of `bytes[0]`. */
  findErrors(bytes: Buffer, base: number): RejectError[] {
    const { start, at: end, count } = this.#row;
    if (count === this.columns.length) return this.findFieldErrors(bytes, count, base);
    const reason = `${count} value${count === 1 ? '' : 's'}, the header has ${this.columns.length}`;
    const errors = [rowError('wrong_field_count', reason)];
    const bad = findBadByte(bytes.subarray(start, end));
    if (bad !== null)
      errors.push(rowError(bad.code, this.#describeByte(bad.code, bad.at, base + start + bad.at)));
    return errors;
  }

  /** Everything that is wrong with the first `count` fields. */
  findFieldErrors(bytes: Buffer, count: number, base: number): RejectError[] {
    const errors: RejectError[] = [];
    for (let index = 0; index < count; index++) {
      const column = this.columns[index] ?? null;
      const fieldStart = this.#row.starts[index]!;
      const cell = bytes.subarray(fieldStart, this.#row.ends[index]!);
      const doubled = this.#row.quotings[index] === Quoting.doubled;
      const bad = findBadByte(cell);
      if (bad !== null) {
        const at = fieldStart + bad.at;
        const reason = this.#describeByte(bad.code, at - this.#row.start, base + at);
        errors.push(valueError(column, index, bad.code, reason, readValue(cell, doubled)));
        continue;
      }
      if (column === null) continue;
      if (cell.length === 0 && (this.#row.quotings[index] === Quoting.none || column.nullWhenQuotedEmpty)) {
        if (column.notNull) {
          errors.push(valueError(column, index, 'missing_value', 'the column must have a value', ''));
        }
        continue;
      }
      const value = doubled ? undoubleQuotes(cell) : cell;
      const problem = column.check?.(value, 0, value.length) ?? null;
      if (problem !== null) {
        errors.push(valueError(column, index, problem.code, problem.reason, readValue(cell, doubled)));
      }
    }
    return errors;
  }

  /** An error of the value at `index`, or of the row as a whole, in a complete row. */
  describe(bytes: Buffer, index: number | null, code: RejectCode, reason: string): RejectError {
    if (index === null) return rowError(code, reason);
    const { starts, ends, quotings } = this.#row;
    const cell = bytes.subarray(starts[index]!, ends[index]!);
    const value = readValue(cell, quotings[index] === Quoting.doubled);
    return valueError(this.columns[index] ?? null, index, code, reason, value);
  }
}

/** Of a file that is scanned as it stands. */
export const describeByte: DescribeByte = (code, inRow, inFile) => {
  const what = code === 'nul_byte' ? 'is NUL, which PostgreSQL cannot store' : 'is not valid UTF-8';
  return `byte ${inRow + 1} of the row, byte ${inFile + 1} of the file, ${what}`;
};
