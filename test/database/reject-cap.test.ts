import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import { deriveRunId } from '../../contract/upload.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('numbers', { id: integer('id').primaryKey(), size: integer('size') });
const numbers = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({
    name: 'numbers',
    prefix: 'numbers/',
    table,
    mode: 'append',
    rejects: { maxWritten: 10 },
    ...changes,
  });

/** One row that is fine after two that are not. */
const lines = (rows: number) =>
  Array.from({ length: rows }, (_, index) => `${index % 3 === 2 ? index : 'x'},1\n`).join('');
/** Rows that the database refuses. */
const tooLarge = (rows: number) => Array.from({ length: rows }, (_, index) => `${index},9\n`).join('');

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists numbers;
    create table numbers (id integer primary key, size integer check (size < 5))`);
});

const run = async (content: string, definition = numbers(), attempt = {}) => {
  const upload = await harness.put('numbers/a.csv', `id,size\n${content}`);
  return harness.run(upload, definition, { attempt: { runId: deriveRunId('numbers', upload), ...attempt } });
};
const rowsIn = async () => (await harness.sql`select id from numbers`).length;
async function expectWritten(report: Report, rows: number): Promise<void> {
  const { errorsKey, rowsKey, written } = report.rejects!;
  expect(written).toBe(rows);
  expect(await harness.readCsv(errorsKey)).toHaveLength(rows);
  expect((await harness.read(rowsKey)).toString().split('\n')).toHaveLength(rows + 2);
}

/** What a row of the file is, by how it is loaded. */
const ways: [string, Partial<ImportOptions<typeof table>>, { dryRun: boolean }][] = [
  ['in one transaction', {}, { dryRun: false }],
  ['by upsert', { mode: 'upsert' }, { dryRun: false }],
  ['by replace', { mode: 'replace' }, { dryRun: false }],
  ['in batches, in lanes', { commit: { batchRows: 10, lanes: 3 } }, { dryRun: false }],
  ['in a dry run', {}, { dryRun: true }],
  ['in a dry run of batches', { commit: { batchRows: 10, lanes: 3 } }, { dryRun: true }],
];

describe.each(ways)(
  'a file with more rejected rows than are allowed and written, %s',
  (_, changes, attempt) => {
    // Some 200 KiB: what is read at a time must not matter.
    it.each([60, 30_000])('is not read to its end: of %i rows', async (rows) => {
      const report = await run(lines(rows), numbers(changes), attempt);
      expect(report.failure).toMatchObject({
        name: 'RowsRejected',
        message:
          '11 of the first 16 rows are rejected, and the import allows none. The importer stopped reading at line 17, before the end of the file: errors.csv and rows.csv have the first 10 rejected rows, and the rest of the file is unchecked.',
      });
      expect(report.counts).toMatchObject({ read: 16, rejected: 11, inserted: 0 });
      expect(report.rejects).toMatchObject({
        byCode: { invalid_integer: 11 },
        readTo: { line: 17, row: 16 },
      });
      await expectWritten(report, 10);
      expect(await rowsIn()).toBe(0);
    });
  },
);

it('a file with as many rejected rows as are written is read to its end', async () => {
  const report = await run(`${lines(15)}${'100,1\n'.repeat(3)}`);
  expect(report.failure!.message).toBe('10 of 18 rows are rejected, and the import allows none.');
  expect(report.rejects).toMatchObject({ written: 10, readTo: null });
});

it('a limit that is passed in the last row, which has no newline', async () => {
  const report = await run(`${lines(15)}x`);
  expect(report.failure!.message).toContain('11 of the first 16 rows are rejected');
});

it('more rows are allowed than written: the others are in, and the report says what the files have', async () => {
  const report = await run(lines(60), numbers({ rejects: { maxRows: 40, maxWritten: 10 } }));
  expect(report).toMatchObject({
    outcome: 'imported',
    counts: { read: 60, inserted: 20, rejected: 40 },
    rejects: { byCode: { invalid_integer: 40 }, readTo: null },
  });
  expect(report.notice!.text).toContain('errors.csv and rows.csv have the first 10 of 40 rejected rows.');
  await expectWritten(report, 10);
});

it('more rows than are allowed, of which more are allowed than written', async () => {
  const report = await run(lines(90), numbers({ rejects: { maxRows: 40, maxWritten: 10 } }));
  expect(report.failure!.message).toContain(
    '41 of the first 61 rows are rejected, and the import allows at most 40 rows. The importer stopped reading at line 62, before the end of the file',
  );
  await expectWritten(report, 10);
});

it.each([
  ['is allowed', 70, 'imported'],
  ['is too much', 50, 'failed'],
] as const)('a percentage that %s is known at the end of the file only', async (_, maxPercent, outcome) => {
  const report = await run(lines(60), numbers({ rejects: { maxPercent, maxWritten: 10 } }));
  expect(report).toMatchObject({
    outcome,
    counts: { read: 60, rejected: 40 },
    rejects: { written: 10, readTo: null },
  });
});

it('no percentage needs no end of the file', async () => {
  const report = await run(lines(60), numbers({ rejects: { maxPercent: 0, maxWritten: 10 } }));
  expect(report.rejects).toMatchObject({ readTo: { line: 17 } });
});

it('rows that the database refuses count as well, and are no more than that in the files', async () => {
  const report = await run(tooLarge(30));
  expect(report.failure).toMatchObject({
    name: 'ConstraintViolated',
    message: expect.stringContaining('errors.csv and rows.csv have the first 10 of 30 rejected rows.'),
  });
  await expectWritten(report, 10);
});

it('without a check first, all other rows of the file are in, and a redrive with a higher limit writes the rest', async () => {
  const batches = { batchRows: 10, lanes: 2, checkFirst: false };
  const content = lines(60) + tooLarge(2);
  const upload = await harness.put('numbers/a.csv', `id,size\n${content}`);
  const attempt = { runId: deriveRunId('numbers', upload) };
  const report = await harness.run(upload, numbers({ commit: batches }), { attempt });
  expect(report.failure).toMatchObject({
    name: 'RowsLeftOut',
    message:
      '42 of 62 rows are rejected, and the import allows none; all other rows of the file are in. errors.csv and rows.csv have the first 10 of 42 rejected rows.',
  });
  await expectWritten(report, 10);
  expect(await rowsIn()).toBe(20);
  const raised = numbers({ commit: batches, rejects: { maxWritten: 50 } });
  const again = await harness.run(upload, raised, { attempt });
  expect(again.counts).toEqual(report.counts);
  await expectWritten(again, 42);
  expect(await rowsIn()).toBe(20);
});

it('junk does not become results of many times its size', async () => {
  const report = await run('x,x\n'.repeat(200_000), numbers({ rejects: { maxWritten: 1_000 } }));
  const errors = await harness.read(report.rejects!.errorsKey);
  expect(errors.length).toBeLessThan(150_000);
  expect(report.counts.read).toBe(1_001);
});
