import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import { type Counts, noCounts } from '../../../contract/report.ts';
import { type CustomerRow, generateCustomers, headers } from '../../../samples/customers.ts';
import type { Random } from '../../../samples/random.ts';

/** A row of the target table, every value as text: in the order of the file's columns. */
export type TableRow = (string | null)[];

/** What an import must have made of a file, as csv-parse reads it. */
export interface Expectation {
  counts: Counts;
  /** Rows of the table after the import. */
  after: TableRow[];
  /** Numbers of the rejected rows, and their records. */
  refused: { row: number; record: string[] }[];
}

const LIMIT = headers.indexOf('credit_limit');
const REGISTERED = headers.indexOf('registered_at');

/** Some 0.4 MB: at the proxy's speed a load takes part of a second, and has many moments. */
const ROWS = 3_000;

/** A file of customers, some rows of which are wrong; where rows have a key, some keys come again. */
export function generateFile(
  random: Random,
  { mode }: TableImport,
  { rows = ROWS, wrong = 0.01 }: { rows?: number; wrong?: number } = {},
): Buffer {
  const records = [...generateCustomers(rows, random.between(1, 2 ** 30))];
  for (const [index, record] of records.entries()) {
    if (random.chance(wrong)) records[index] = record.with(LIMIT, 'much') as CustomerRow;
    else if (mode === 'upsert' && random.chance(0.03)) {
      // Half of them come soon again, and so in the same batch.
      const distance = random.chance(0.5) ? random.between(1, 20) : random.between(1, index + 1);
      records[index] = record.with(0, records[Math.max(0, index - distance)]![0]) as CustomerRow;
    }
  }
  const record_delimiter = random.chance(0.5) ? '\n' : '\r\n';
  // csv-stringify quotes what holds the record delimiter; any newline needs it.
  return Buffer.from(stringify([headers, ...records], { record_delimiter, quoted_match: /\n/ }));
}

/** What the table holds before: rows that the file lacks, and in `upsert` some that it has, equal or not. */
export function generateTable(random: Random, file: Buffer, { mode }: TableImport): TableRow[] {
  const before = [...generateCustomers(50, random.between(1, 2 ** 30))].map((record) =>
    tableRow(record.with(0, String(1_000_000 + Number(record[0])))),
  );
  if (mode === 'append') return before;
  const known = new Set<string>();
  for (const record of recordsOf(file)) {
    if (isRefused(record) || known.has(record[0]!) || !random.chance(0.3)) continue;
    known.add(record[0]!);
    before.push(tableRow(random.chance(0.5) ? record : record.with(1, 'Another name')));
  }
  return before;
}

/** The oracle: works with csv-parse's records alone, and row by row. */
export function expectImport(
  records: readonly string[][],
  before: readonly TableRow[],
  { mode, commit }: TableImport,
): Expectation {
  const refused = records.flatMap((record, index) => (isRefused(record) ? [{ row: index + 1, record }] : []));
  const counts: Counts = { ...noCounts, read: records.length, rejected: refused.length };
  if (mode === 'append') {
    const accepted = records.filter((record) => !isRefused(record)).map(tableRow);
    return { counts: { ...counts, inserted: accepted.length }, after: [...before, ...accepted], refused };
  }
  const table = new Map(before.map((row) => [row[0], row]));
  const batchRows = commit === 'file' ? records.length : commit.batchRows;
  for (let at = 0; at < records.length; at += batchRows) {
    const batch = new Map<string, TableRow>();
    for (const record of records.slice(at, at + batchRows)) {
      if (isRefused(record)) continue;
      if (batch.has(record[0]!)) counts.duplicates++;
      batch.set(record[0]!, tableRow(record));
    }
    for (const [key, row] of batch) {
      const there = table.get(key);
      if (there === undefined) counts.inserted++;
      else if (canonical(there) === canonical(row)) counts.unchanged++;
      else counts.updated++;
      table.set(key, row);
    }
  }
  return { counts, after: [...table.values()], refused };
}

/** A row as a text that is equal for equal rows. */
export const canonical = (row: TableRow) => JSON.stringify(row);

/** The data records of a file. */
export function recordsOf(file: Buffer): string[][] {
  return parse(file, { bom: true }).slice(1);
}

const isRefused = (record: readonly string[]) => !/^\d+\.\d\d$/.test(record[LIMIT]!);

/** What PostgreSQL keeps of a record: no empty text, and an instant instead of a time with its zone. */
function tableRow(record: readonly string[]): TableRow {
  return record.map((value, column) =>
    value === '' ? null : column === REGISTERED ? new Date(value).toISOString() : value,
  );
}
