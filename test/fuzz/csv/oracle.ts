import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import type { RejectCode } from '../../../contract/reject-codes.ts';
import type { Case } from './case.ts';
import { columnAt } from './columns.ts';
import { CaseFailure } from './failure.ts';
import { type Meaning, misfit } from './kind.ts';
import { type KindName, kindOf } from './kinds.ts';
import { type FileRecord, readRecords } from './reference.ts';

/** A value as csv-parse reads it. */
export interface Value {
  bytes: Buffer;
  quoted: boolean;
}

/** A record of the file with what csv-parse reads from it. */
export interface OracleRecord extends FileRecord {
  /** Of its complete fields; null where one of them holds a byte that is no text. */
  values: (Value | null)[];
}

/** What the header is: its names and where the rows begin, or null where it cannot be read. */
export interface OracleHeader {
  names: string[];
  start: number;
  end: number;
  dataOffset: number;
  firstLine: number;
}

/** What PostgreSQL's cast makes of a value, as text; null where it refuses it. */
export type ReadValue = (kind: KindName, value: string) => string | null;

/** An error that a rejected row must have: one of the codes, in this column (from 0; null: the row as a whole). */
export interface ExpectedError {
  column: number | null;
  codes: readonly RejectCode[];
  /** Whether it may be missing, and the row then be accepted. */
  optional: boolean;
}

/** Byte order marks and zero-width characters at the beginning of a file. */
const INVISIBLE = /^(?:\u00ef\u00bb\u00bf|\u00e2\u0080[\u008b-\u008f]|\u00e2\u0081\u00a0)*/;
const MAX_HEADER_BYTES = 1024 * 1024;

/** The header of a file, `empty` where it has no record at all, `invalid` where the first one is no header. */
export function readOracleHeader({ bytes, delimiter }: Case): OracleHeader | 'empty' | 'invalid' {
  const text = bytes.toString('latin1');
  const from = INVISIBLE.exec(text)![0].length;
  const first = readRecords(text, delimiter, MAX_HEADER_BYTES, from).next();
  if (first.done) return 'empty';
  const { start, end, fault, line } = first.value;
  const record = bytes.subarray(start, end);
  if (fault !== null || !isText(record)) return 'invalid';
  const newline = /^(\r\n|\r|\n)?/.exec(text.slice(end, end + 2))![0];
  return {
    names: parseRecords(record, delimiter)[0]!.map((value) => value.bytes.toString()),
    start,
    end,
    dataOffset: end + newline.length,
    firstLine: line + (text.slice(start, end).match(/\r\n|\r|\n/g)?.length ?? 0) + (newline === '' ? 0 : 1),
  };
}

/**
 * The records behind the header, by the reference reader, and the values of each by csv-parse, which must agree where
 * both have an opinion.
 */
export function readOracleRecords(file: Case, { dataOffset, firstLine }: OracleHeader): OracleRecord[] {
  const { bytes, delimiter, maxRowBytes } = file;
  const text = bytes.toString('latin1');
  const records = [...readRecords(text, delimiter, maxRowBytes, dataOffset, firstLine)];
  const complete = records.filter(({ fault }) => fault === null);
  const slices = complete.map(({ start, end }) => bytes.subarray(start, end));
  const parsed = parseRecords(
    Buffer.concat(slices.flatMap((slice) => [slice, Buffer.from('\n')])),
    delimiter,
  );
  assertWhole(file, dataOffset, records, parsed);
  if (parsed.length !== complete.length) {
    throw new CaseFailure(`csv-parse reads ${parsed.length} records, the reference ${complete.length}`);
  }
  const values = new Map(complete.map((record, index) => [record, parsed[index]!]));
  return records.map((record) => {
    const own = record.fields.map((field) => {
      const raw = bytes.subarray(field.start, field.end);
      const content = field.quoted ? raw.toString('latin1').replaceAll('""', '"') : raw.toString('latin1');
      return { bytes: Buffer.from(content, 'latin1'), quoted: field.quoted };
    });
    const theirs = values.get(record);
    if (theirs !== undefined && describe(own) !== describe(theirs)) {
      throw new CaseFailure(`csv-parse and the reference read line ${record.line} differently`);
    }
    return { ...record, values: (theirs ?? own).map((value) => (isText(value.bytes) ? value : null)) };
  });
}

/** The records that are rows: all, or those that have a value; in a file of one column, quotes are one. */
export function rowsOf(file: Case, records: readonly OracleRecord[], width: number): OracleRecord[] {
  if (!file.skipsEmptyRows) return [...records];
  return records.filter(
    ({ fault, values }) =>
      fault !== null ||
      (width === 1 && values[0]?.quoted) ||
      !values.every((value) => value !== null && /^[\s\u0085]*$/.test(value.bytes.toString())),
  );
}

/**
 * csv-parse over the whole of the rows. It gives a file up for its first stray or open quote, so where it finds
 * none it must read what the reference reads, and where it finds one the reference must have a fault. It has no
 * limit on the length of rows, so it is asked only where that is out of reach.
 */
function assertWhole(
  file: Case,
  from: number,
  records: readonly FileRecord[],
  parsed: readonly Value[][],
): void {
  if (file.bytes.length > file.maxRowBytes) return;
  let whole: Value[][] | null = null;
  try {
    whole = parseRecords(file.bytes.subarray(from), file.delimiter);
  } catch {
    // A quote where none may be.
  }
  const readable = records.every(({ fault }) => fault === null);
  if (readable !== (whole !== null)) {
    throw new CaseFailure(`csv-parse ${readable ? 'refuses' : 'takes'} the file, the reference does not`);
  }
  if (whole !== null && whole.map(describe).join('\n') !== parsed.map(describe).join('\n')) {
    throw new CaseFailure('csv-parse reads the whole otherwise than its records one by one');
  }
}

/** Reads strictly, but for the number of fields; blank lines are no records. Throws for a misplaced quote. */
function parseRecords(bytes: Buffer, delimiter: string): Value[][] {
  return parse(bytes, {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    // A byte is a character: what is not UTF-8 must come through, too.
    encoding: 'latin1',
    relax_column_count: true,
    skip_empty_lines: true,
    cast: (value, { quoting }) => ({ bytes: Buffer.from(value, 'latin1'), quoted: quoting }),
  }) as unknown as Value[][];
}

function describe(values: readonly Value[]): string {
  return values.map(({ bytes, quoted }) => `${quoted ? 'q' : ''}${bytes.toString('hex')}`).join(',');
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** Whether the value is NULL in its column: for all types but text `""` is, too. */
function isNull({ bytes, quoted }: Value, kind: KindName): boolean {
  return bytes.length === 0 && (!quoted || !isTextKind(kind));
}

function isTextKind(kind: KindName): boolean {
  return kind === 'text' || kind === 'varchar5' || kind === 'char3' || kind === 'tidy';
}

/** What the value stands for in its column. */
export function meaningOf(value: Value, kind: KindName): Meaning {
  const { means, meansEmpty = false } = kindOf(kind);
  const text = value.bytes.toString();
  const meant = means === undefined || (text === '' && !meansEmpty) ? text : means(text);
  return meant === '' && isNull({ ...value, bytes: Buffer.alloc(0) }, kind) ? null : meant;
}

/** Everything that must be wrong with a record after docs/csv.md; nothing: it must be accepted. */
export function expectedErrors(
  file: Case,
  record: OracleRecord,
  width: number,
  read: ReadValue,
): ExpectedError[] {
  const { fault, values } = record;
  if (fault === null && values.length !== width) {
    const errors = [must(null, ['wrong_field_count'])];
    if (values.includes(null)) errors.push(must(null, ['nul_byte', 'invalid_encoding']));
    return errors;
  }
  const errors: ExpectedError[] = [];
  for (const [index, value] of values.slice(0, width).entries()) {
    const { kind, notNull, ignored } = columnAt(file, index);
    const column = ignored ? null : index;
    if (value === null) errors.push(must(column, ['nul_byte', 'invalid_encoding']));
    else if (ignored) continue;
    else {
      const { typed, codes, judge } = kindOf(kind);
      const meant = meaningOf(value, kind);
      if (meant === null) {
        if (notNull) errors.push(must(column, ['missing_value']));
        continue;
      }
      const verdict = meant === misfit ? 'refused' : judge(meant, typed ? read(kind, meant) : null);
      if (verdict !== 'taken') errors.push({ column, codes, optional: verdict === 'either' });
    }
  }
  if (fault !== null) {
    const { code, index } = fault;
    const named = index !== null && index < width && !columnAt(file, index).ignored;
    errors.push(must(named ? index : null, [code]));
  }
  return errors;
}

function must(column: number | null, codes: readonly RejectCode[]): ExpectedError {
  return { column, codes, optional: false };
}
