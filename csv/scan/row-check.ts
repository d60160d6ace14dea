import type { RejectCode } from '../../contract/reject-codes.ts';
import { BACKSLASH, DOT, NUL } from '../ascii.ts';
import { type FieldCheck, type FieldProblem, fieldProblem } from '../check/field-problem.ts';
import { withProposal } from '../check/propose-option.ts';
import type { BinaryRows } from '../encode/binary-rows.ts';
import type { FieldTransform, ValueBytes } from '../transform/value.ts';
import { type BadByte, findBadByte } from './clean-bytes.ts';
import { type RejectError, readValue, rowError, type ScanColumn, valueError } from './reject.ts';
import { RowChanges } from './row-changes.ts';
import { Quoting, type RowFields } from './row-fields.ts';
import { describeMisfit } from './row-shape.ts';

const missingValue = fieldProblem('missing_value');
const invalidEscape = fieldProblem('invalid_escape');
const END_OF_DATA = '\\. ends the data for PostgreSQL and is no row: remove the line';
const nulByte = fieldProblem('nul_byte');

/** Says where a byte is that refuses its row, and why; positions are counted from 0, and told from 1. */
export type DescribeByte = (code: BadByte['code'], inRow: number, inFile: number) => string;

export interface RowCheckOptions {
  describeByte: DescribeByte;
  /** Whether rows are passed on as CSV that is written anew from values, rather than taken from the file. */
  rewrites?: boolean;
  /** Where values are written while they are checked; null: they go as CSV. */
  out?: BinaryRows | null;
}

/** What the fields of the row at hand, as the reader found them, must hold. */
export class RowCheck {
  readonly columns: readonly (ScanColumn | null)[];
  readonly #row: RowFields;
  readonly #rewrites: boolean;
  readonly #describeByte: DescribeByte;
  /** What transformations changed in the row that was looked at last. */
  readonly changes: RowChanges;
  /** The columns again, laid out for the loop over a row's fields. */
  readonly #checks: readonly (FieldCheck | null)[];
  readonly #transforms: readonly (FieldTransform | null)[];
  readonly #notNull: readonly boolean[];
  /** Whether the empty value is NULL, by column and quoting: 2 × column, one more where it is quoted. */
  readonly #nullWhenEmpty: Uint8Array;
  readonly #transformsEmpty: readonly boolean[];
  readonly #quotesEmpty: readonly boolean[];
  /** The columns that anything is demanded of or changed in; all that are kept where rows are written in binary. */
  readonly #demanding: Int32Array;
  readonly #out: BinaryRows | null;

  constructor(
    columns: readonly (ScanColumn | null)[],
    row: RowFields,
    { describeByte, rewrites = false, out = null }: RowCheckOptions,
  ) {
    this.#row = row;
    this.#rewrites = rewrites;
    this.#out = out;
    this.#describeByte = describeByte;
    this.columns = columns;
    this.changes = new RowChanges(columns.length);
    this.#checks = columns.map((column) => column?.check ?? null);
    this.#transforms = columns.map((column) => column?.transform ?? null);
    this.#notNull = columns.map((column) => column?.notNull ?? false);
    this.#nullWhenEmpty = Uint8Array.from(
      columns.flatMap((column) =>
        column?.transformsEmpty
          ? [0, 0]
          : [column?.textWhenEmpty ? 0 : 1, column?.nullWhenQuotedEmpty ? 1 : 0],
      ),
    );
    this.#transformsEmpty = columns.map((column) => column?.transformsEmpty ?? false);
    this.#quotesEmpty = columns.map((column) => column?.quotesEmpty ?? false);
    this.#demanding = Int32Array.from(
      [...columns.keys()].filter(
        (index) =>
          this.#checks[index] !== null ||
          this.#transforms[index] !== null ||
          this.#notNull[index] ||
          // Their escapes are read before they are written anew.
          (rewrites && columns[index] !== null),
      ),
    );
  }

  /** Whether any field of a complete row is not what its column takes; notes what transformations change. */
  hasBadField(bytes: Buffer): boolean {
    if (this.#out !== null) return this.#hasBadFieldInBinary(bytes, this.#out);
    const demanding = this.#demanding;
    const { starts, ends, quotings } = this.#row;
    this.changes.count = 0;
    for (let position = 0; position < demanding.length; position++) {
      const index = demanding[position]!;
      const start = starts[index]!;
      const end = ends[index]!;
      const quoting = quotings[index]!;
      if (quoting === Quoting.null || (start === end && this.#isNullWhenEmpty(index, quoting))) {
        if (this.#notNull[index]) return true;
        continue;
      }
      if (this.#transforms[index] !== null || quoting === Quoting.escaped) {
        if (this.#findProblem(bytes, index) !== null) return true;
        continue;
      }
      const check = this.#checks[index]!;
      if (check !== null && check(bytes, start, end) !== null) return true;
    }
    return false;
  }

  #hasBadFieldInBinary(bytes: Buffer, out: BinaryRows): boolean {
    const demanding = this.#demanding;
    const { starts, ends, quotings } = this.#row;
    this.changes.count = 0;
    out.beginRow(demanding.length);
    for (let position = 0; position < demanding.length; position++) {
      const index = demanding[position]!;
      const start = starts[index]!;
      const end = ends[index]!;
      const quoting = quotings[index]!;
      if (quoting === Quoting.null || (start === end && this.#isNullWhenEmpty(index, quoting))) {
        if (this.#notNull[index]) return true;
        out.null();
        continue;
      }
      if (this.#transforms[index] !== null || quoting === Quoting.escaped) {
        if (this.#findProblem(bytes, index, out) !== null) return true;
        continue;
      }
      out.reserve(end - start);
      if (this.#checks[index]!(bytes, start, end, out) !== null) return true;
    }
    return false;
  }

  /** The values of a row without bad fields, as COPY will read them; null is NULL, or a column that is ignored. */
  readValues(bytes: Buffer): (string | null)[] {
    const { starts, ends, quotings } = this.#row;
    return this.columns.map((column, index) => {
      if (column === null) return null;
      const quoting = quotings[index]!;
      const value = this.changes.of(index) ?? { bytes, start: starts[index]!, end: ends[index]! };
      if (this.isNull(index, quoting, value)) return null;
      const cell = value.bytes.subarray(value.start, value.end);
      const isRead = quoting !== Quoting.escaped || value.bytes !== bytes;
      return (isRead ? cell : this.#read(cell, quoting)).toString();
    });
  }

  /** Whether the value of a column, which transformations may have changed, is NULL. */
  isNull(index: number, quoting: number, { start, end, isNull }: ValueBytes): boolean {
    return (
      isNull === true || quoting === Quoting.null || (start === end && this.#isNullWhenEmpty(index, quoting))
    );
  }

  #isNullWhenEmpty(index: number, quoting: number): boolean {
    return this.#nullWhenEmpty[2 * index + (quoting === Quoting.none ? 0 : 1)] === 1;
  }

  /** What a cell says; as it stands where one of its escapes means nothing. */
  #read(cell: Buffer, quoting: number): Buffer {
    return quoting === Quoting.escaped ? (this.#row.unescape(cell) ?? cell) : cell;
  }

  /** What is wrong with the value of a column, which is transformed first; notes a change, and writes the value to `out`. */
  #findProblem(bytes: Buffer, index: number, out?: BinaryRows): FieldProblem | null {
    const quoting = this.#row.quotings[index]!;
    let source = bytes;
    let start = this.#row.starts[index]!;
    let end = this.#row.ends[index]!;
    if (quoting === Quoting.null) {
      out?.null();
      return this.#notNull[index] ? missingValue : null;
    }
    if (quoting === Quoting.escaped) {
      const value = this.#row.unescape(bytes.subarray(start, end));
      if (value === null) return invalidEscape;
      if (value.includes(NUL)) return nulByte;
      source = value;
      start = 0;
      end = value.length;
    }
    let changed = this.#rewrites && source !== bytes;
    const transform = this.#transforms[index]!;
    const value = this.changes.begin(index, source, start, end);
    if (transform !== null && (start < end || this.#transformsEmpty[index]!)) {
      const problem = transform(value);
      if (problem !== null) return problem;
      if (value.isNull === true) {
        this.changes.note(index);
        out?.null();
        return this.#notNull[index] ? missingValue : null;
      }
      if (value.bytes !== source || value.start !== start || value.end !== end) {
        changed = true;
        source = value.bytes;
        start = value.start;
        end = value.end;
      }
    } else if (start === end && this.#quotesEmpty[index]!) changed = true;
    if (changed) this.changes.note(index);
    if (start === end && this.#isNullWhenEmpty(index, quoting)) {
      out?.null();
      return this.#notNull[index] ? missingValue : null;
    }
    out?.reserve(end - start);
    return this.#checks[index]?.(source, start, end, out) ?? null;
  }

  /** Everything that is wrong with a complete row; `base` is the position in the file of `bytes[0]`. */
  findErrors(bytes: Buffer, base: number): RejectError[] {
    const { start, at: end, count } = this.#row;
    if (count === this.columns.length) return this.findFieldErrors(bytes, count, base);
    if (this.#isEndOfData(bytes.subarray(start, end))) return [rowError('invalid_escape', END_OF_DATA)];
    const errors = [rowError('wrong_field_count', describeMisfit(this.#row))];
    const bad = findBadByte(bytes.subarray(start, end));
    if (bad !== null)
      errors.push(rowError(bad.code, this.#describeByte(bad.code, bad.at, base + start + bad.at)));
    return errors;
  }

  /** Whether the row is `\.` where backslashes escape, which neither PostgreSQL nor MySQL writes for a value. */
  #isEndOfData(row: Buffer): boolean {
    return row[0] === BACKSLASH && row[1] === DOT && row.length === 2 && this.#row.unescape(row) === null;
  }

  /** Everything that is wrong with the first `count` fields. */
  findFieldErrors(bytes: Buffer, count: number, base: number): RejectError[] {
    const errors: RejectError[] = [];
    this.changes.count = 0;
    for (let index = 0; index < count; index++) {
      const column = this.columns[index] ?? null;
      const fieldStart = this.#row.starts[index]!;
      const cell = bytes.subarray(fieldStart, this.#row.ends[index]!);
      const quoting = this.#row.quotings[index]!;
      const bad = findBadByte(cell);
      if (bad !== null) {
        const at = fieldStart + bad.at;
        const reason = this.#describeByte(bad.code, at - this.#row.start, base + at);
        errors.push(
          valueError(column, index, { code: bad.code, reason }, readValue(this.#read(cell, quoting))),
        );
        continue;
      }
      const problem = column === null ? null : this.#findProblem(bytes, index);
      if (problem === null) continue;
      const value = readValue(this.#read(cell, quoting));
      errors.push(valueError(column, index, withProposal(problem, value), value));
    }
    return errors;
  }

  /** An error of the value at `index`, or of the row as a whole, in a complete row. */
  describe(bytes: Buffer, index: number | null, code: RejectCode, reason: string): RejectError {
    if (index === null) return rowError(code, reason);
    const { starts, ends, quotings } = this.#row;
    const cell = bytes.subarray(starts[index]!, ends[index]!);
    const value = readValue(this.#read(cell, quotings[index]!));
    return valueError(this.columns[index] ?? null, index, { code, reason }, value);
  }
}

/** Of a file that is scanned as it stands. */
export const describeByte: DescribeByte = (code, inRow, inFile) => {
  const what = code === 'nul_byte' ? 'is NUL, which PostgreSQL cannot store' : 'is not valid UTF-8';
  return `byte ${inRow + 1} of the row, byte ${inFile + 1} of the file, ${what}`;
};
