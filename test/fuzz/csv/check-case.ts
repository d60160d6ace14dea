import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { ImportFailure } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/reject-codes.ts';
import { hasBinaryForm } from '../../../csv/check/field-check.ts';
import type { Header } from '../../../csv/detect/header.ts';
import type { Reject } from '../../../csv/scan/scanner.ts';
import type { CopyFormat } from '../../../csv/scan/scanner-options.ts';
import type { Case } from './case.ts';
import { columnAt, filledColumns, MOST_COLUMNS } from './columns.ts';
import type { CaseDatabase } from './database.ts';
import { CaseFailure } from './failure.ts';
import { misfit } from './kind.ts';
import { type KindName, kindOf } from './kinds.ts';
import {
  type ExpectedError,
  expectedErrors,
  meaningOf,
  type OracleHeader,
  type OracleRecord,
  type ReadValue,
  readOracleHeader,
  readOracleRecords,
  rowsOf,
  type Value,
} from './oracle.ts';
import { type Scanned, scanHeader, scanRows } from './scan-file.ts';

/** Files up to this size are cut at every byte; larger ones at some. */
const CUT_EVERYWHERE = 150;
/** Files up to this size come byte by byte, too. */
const BYTE_BY_BYTE = 5_000;

/**
 * Checks all that must hold for a file, whatever its bytes are, with every database given:
 *
 * 1. what becomes of it does not depend on where its chunks end;
 * 2. COPY takes every row that the scanner accepts, and counts as many;
 * 3. the table's values are those that csv-parse reads, for typed columns as PostgreSQL's own cast reads them;
 * 4. a row is accepted exactly if docs/csv.md says so of it; else each of its errors is one that the docs name;
 * 5. each record is accepted or refused, once, with its number and its physical line;
 * 6. refused and accepted rows together are the file again;
 * 7. written in binary, they come to the same table, and nothing else changes.
 *
 * @throws CaseFailure that says what does not hold
 */
export async function checkCase(file: Case, databases: readonly CaseDatabase[]): Promise<void> {
  const oracleHeader = readOracleHeader(file);
  const header = checkHeader(file, oracleHeader);
  if (header === null || typeof oracleHeader === 'string') return;
  const all = readOracleRecords(file, oracleHeader);
  const width = header.names.length;
  const records = rowsOf(file, all, width);
  const scanned = checkChunks(file, header);
  // In a file of one column blank lines are empty rows, too, and no records.
  if (width > 1) equal(scanned.counters.emptyRows, all.length - records.length, 'the number of empty rows');
  const binary = checkBinary(file, header, scanned);
  const checkWith = async (database: CaseDatabase) => {
    const read = await database.readValues(typedValues(file, records, header.names.length));
    const accepted = checkRows(file, header, records, scanned, read);
    checkAcceptedBytes(file, header, accepted, scanned.accepted);
    if (header.names.length > MOST_COLUMNS) return;
    const load = { file, header, accepted, read, database };
    await checkLoad({ ...load, bytes: scanned.accepted, format: 'csv' });
    if (binary !== null) await checkLoad({ ...load, bytes: binary.accepted, format: 'binary' });
  };
  await Promise.all(databases.map(checkWith));
}

function checkHeader(file: Case, expected: OracleHeader | 'empty' | 'invalid'): Header | null {
  const whole = scanHeader(file, file.bytes.length);
  if (expected === 'empty' || expected === 'invalid') {
    const name = expected === 'empty' ? 'EmptyUpload' : 'HeaderInvalid';
    if (!(whole instanceof ImportFailure && whole.name === name))
      fail(`the header is not refused as ${name}`);
    return null;
  }
  if (whole === null || whole instanceof ImportFailure)
    return fail(`the header is refused: ${whole?.message}`);
  const { names, start, dataOffset, firstLine } = expected;
  equal(
    [whole.names, whole.dataOffset, whole.firstLine],
    [names, dataOffset, firstLine],
    'names, bytes and lines of the header',
  );
  if (!whole.bytes.equals(file.bytes.subarray(start, dataOffset))) fail('the header’s bytes');
  // As soon as it is known it stays as it is: with any less of the file the reader wants more.
  for (let bytes = 0; bytes <= Math.min(file.bytes.length, dataOffset + 2); bytes++) {
    const part = scanHeader(file, bytes);
    if (part === null && bytes > dataOffset) fail(`the header is not known after ${bytes} bytes`);
    if (part !== null) equal(part, whole, `the header of the first ${bytes} bytes`);
  }
  return whole;
}

/** Scans in chunks of all kinds, which must all come to the same. */
function checkChunks(file: Case, header: Header): Scanned {
  const length = file.bytes.length - header.dataOffset;
  const whole = scanRows(file, header, [length]);
  const same = (chunks: Iterable<number>, how: string) => {
    equal(scanRows(file, header, chunks), whole, `the outcome in ${how}`);
  };
  if (length <= CUT_EVERYWHERE) {
    for (let at = 1; at < length; at++) same([at, length], `two chunks cut at ${at}`);
  }
  if (length <= BYTE_BY_BYTE) same(repeat([1]), 'single bytes');
  for (const size of [7, 1000, 1024, 1025, 4097]) {
    if (size < length && length < 500 * size) same(repeat([size]), `chunks of ${size}`);
  }
  if (file.chunks.length > 0) same(repeat(file.chunks), `chunks of ${file.chunks.join(', ')}`);
  return whole;
}

/** Scans once more for COPY's binary format, if all columns have a binary form. */
function checkBinary(file: Case, header: Header, inCsv: Scanned): Scanned | null {
  // Beyond these there is no table that could take them.
  const columns = filledColumns(file, Math.min(header.names.length, MOST_COLUMNS));
  if (!columns.every(({ type }) => hasBinaryForm(type))) return null;
  const length = file.bytes.length - header.dataOffset;
  const whole = scanRows(file, header, [length], 'binary');
  const counted = ({ rejects, counters, cuts }: Scanned) => ({
    rejects,
    counters,
    cuts: cuts.map(({ rejects, counters }) => ({ rejects, counters })),
  });
  equal(counted(whole), counted(inCsv), 'the outcome in binary');
  for (const size of [1, 7, 1000].filter((size) => length < 500 * size)) {
    equal(
      scanRows(file, header, repeat([size]), 'binary'),
      whole,
      `the outcome in binary in chunks of ${size}`,
    );
  }
  return whole;
}

function* repeat(sizes: readonly number[]): Generator<number> {
  for (;;) yield* sizes;
}

/** The values of typed columns that somebody may look at. */
function* typedValues(
  file: Case,
  records: readonly OracleRecord[],
  width: number,
): Generator<readonly [KindName, string]> {
  for (const { values, fault } of records) {
    if (fault === null && values.length !== width) continue;
    for (const [index, value] of values.entries()) {
      const { kind, ignored } = columnAt(file, index);
      if (value === null || ignored || !kindOf(kind).typed) continue;
      const meant = meaningOf(value, kind);
      if (meant !== null && meant !== misfit) yield [kind, meant];
    }
  }
}

/** Compares each record with what became of it; returns those that were accepted. */
function checkRows(
  file: Case,
  header: Header,
  records: readonly OracleRecord[],
  { rejects, counters, cuts }: Scanned,
  read: ReadValue,
): OracleRecord[] {
  const { rows, acceptedRows, rejectedRows, offset, line } = counters;
  equal([rows, rejects.length], [records.length, rejectedRows], 'the number of rows, of rejects');
  equal(rows, acceptedRows + rejectedRows, 'the sum of accepted and rejected rows');
  equal(offset, file.bytes.length - header.dataOffset, 'the bytes consumed');
  const text = file.bytes.toString('latin1');
  equal(line, 1 + (text.match(/\r\n|\r|\n/g)?.length ?? 0), 'the line at the end');
  for (const cut of cuts) {
    const record = records[cut.counters.rows];
    const before = cut.counters.offset + header.dataOffset;
    // Behind the last row before it, or behind blank lines that follow.
    if (before > (record?.start ?? file.bytes.length)) fail(`a cut behind ${before} bytes is inside a row`);
    equal(cut.rejects, cut.counters.rejectedRows, 'the rejects before a cut');
  }
  const byRow = new Map(rejects.map((reject) => [reject.row, reject]));
  equal(byRow.size, rejects.length, 'the number of different rejects');
  const accepted: OracleRecord[] = [];
  for (const [index, record] of records.entries()) {
    const expected = expectedErrors(file, record, header.names.length, read);
    const reject = byRow.get(index + 1);
    if (reject === undefined) {
      if (expected.some(({ optional }) => !optional)) {
        fail(
          `row ${index + 1} is accepted, and should be ${expected.map(({ codes }) => codes).join(' and ')}`,
        );
      }
      accepted.push(record);
    } else checkReject(file, header, record, reject, expected);
  }
  equal(accepted.length, acceptedRows, 'the number of accepted rows');
  return accepted;
}

function checkReject(
  file: Case,
  header: Header,
  record: OracleRecord,
  reject: Reject,
  expected: readonly ExpectedError[],
): void {
  const where = `row ${reject.row}`;
  equal(reject.line, record.line, `the line of ${where}`);
  const bytes = file.bytes.subarray(record.start, record.end);
  if (!reject.bytes.equals(bytes))
    fail(`${where} stands in rows.csv as ${JSON.stringify(String(reject.bytes))}`);
  const found = reject.errors.map(({ column, code }) => `${column ?? '*'}: ${code}`);
  let next = 0;
  for (const { column, codes, optional } of expected) {
    const error = reject.errors[next];
    const name = column === null ? null : header.names[column]!;
    const matches = error !== undefined && error.column === name && codes.includes(error.code);
    if (matches) next++;
    else if (!optional)
      fail(`${where} has ${found.join(', ')}, and not ${name ?? '*'}: ${codes.join(' or ')}`);
    if (matches && column !== null) checkValue(record.values[column], error.value, where);
  }
  if (next < reject.errors.length || next === 0) fail(`${where} is refused for ${found.join(', ')}`);
  for (const { code, reason } of reject.errors) {
    if (!(code in rejectCodes)) fail(`${code} is no code`);
    checkBytePosition(file, record, code, reason);
  }
}

/** errors.csv has the value as csv-parse reads it, if it is not cut. */
function checkValue(value: Value | null | undefined, shown: string, where: string): void {
  if (value === null || value === undefined || value.bytes.length > 200) return;
  equal(shown, value.bytes.toString(), `the value that is shown of ${where}`);
}

/** A reason that names a byte names the right one. */
function checkBytePosition(file: Case, record: OracleRecord, code: string, reason: string): void {
  const match = /byte (\d+) of the row, byte (\d+) of the file/.exec(reason);
  if (match === null) {
    if (code === 'nul_byte' || code === 'invalid_encoding') fail(`the reason of ${code} names no byte`);
    return;
  }
  const [inRow, inFile] = [Number(match[1]) - 1, Number(match[2]) - 1];
  equal(inFile - inRow, record.start, 'the position of the row’s first byte');
  const before = file.bytes.subarray(record.start, inFile);
  const byte = file.bytes[inFile];
  if (code === 'nul_byte') equal(byte, 0, 'the byte at the position named');
  else if (isUtf8(before) && isUtf8(file.bytes.subarray(record.start, inFile + 1)))
    fail(`byte ${inFile} is UTF-8`);
}

/** Accepted rows of a file, as they are given to COPY. */
interface CaseLoad {
  file: Case;
  header: Header;
  accepted: readonly OracleRecord[];
  bytes: Buffer;
  format: CopyFormat;
  read: ReadValue;
  database: CaseDatabase;
}

/** Accepted bytes are the rows as they stand in the file, but for newlines, ignored columns and a lone `\.`. */
function checkAcceptedBytes(
  file: Case,
  header: Header,
  rows: readonly OracleRecord[],
  accepted: Buffer,
): void {
  const columns = header.names.map((_, index) => columnAt(file, index));
  // What becomes of changed values is for the table to show.
  if (columns.some(({ kind, ignored }) => !ignored && kindOf(kind).options !== undefined)) return;
  const kept = columns.map(({ ignored }) => !ignored);
  const text = file.bytes.toString('latin1');
  const newline = rows.length === 0 ? '' : /^(\r\n|\r|\n|$)/.exec(text.slice(rows[0]!.end))![0] || '\n';
  const lines = rows.map(({ start, end, fields }) => {
    const line = kept.every(Boolean)
      ? text.slice(start, end)
      : fields
          .filter((_, index) => kept[index])
          .map(({ start, end, quoted }) => (quoted ? `"${text.slice(start, end)}"` : text.slice(start, end)))
          .join(file.delimiter);
    return line === '\\.' ? '"\\."' : line;
  });
  const expected = lines.map((line) => line + newline).join('');
  const found = accepted.toString('latin1');
  // Whether the last row has a newline is nobody's business.
  if (found !== expected && found + newline !== expected) {
    fail(`accepted: ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`);
  }
}

async function checkLoad({ file, header, accepted, bytes, format, read, database }: CaseLoad): Promise<void> {
  const columns = filledColumns(file, header.names.length);
  // An import needs a column.
  if (columns.length === 0) return;
  const loaded = await database
    .load(bytes, columns, { delimiter: file.delimiter, format })
    .catch((error: Error) => {
      throw new CaseFailure(`COPY (${format}) refuses what the scanner accepted: ${error.message}`, {
        cause: error,
      });
    });
  equal(loaded.count, accepted.length, `the number of rows that COPY (${format}) counts`);
  const expected = accepted.map(({ values }) =>
    values.flatMap((value, index) => {
      const { kind, ignored } = columnAt(file, index);
      if (ignored) return [];
      const text = meaningOf(value!, kind);
      if (text === null || text === misfit) return [null];
      if (kindOf(kind).typed) return [read(kind, text)];
      // PostgreSQL pads `char` and leaves the padding out as text.
      return [kind === 'char3' ? text.replace(/ +$/, '') : text];
    }),
  );
  equal(loaded.rows, expected, `the values in the table, by COPY (${format})`);
}

function equal(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  fail(`${what}: ${cut(describe(found))}, and not ${cut(describe(expected))}`);
}

function describe(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each?.type === 'Buffer' ? Buffer.from(each.data).toString('latin1') : each,
  );
}

function cut(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 500)}…`;
}

function fail(what: string): never {
  throw new CaseFailure(what);
}
