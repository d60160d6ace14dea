import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { noCounts } from '../../contract/report.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { enterCheckpoint } from '../../task/ledger/checkpoints.ts';
import { connect } from '../../task/load/connect.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('points', { id: integer('id').primaryKey(), note: text('note') });
const points = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({
    name: 'points',
    prefix: 'points/',
    table,
    mode: 'append',
    commit: { batchRows: 10, lanes: 3 },
    ...changes,
  });
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index},"note\n${from + index}"`);
const file = (...lines: string[]) => `id,note\n${lines.join('\n')}\n`;

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer primary key, note text)`);
});

const ids = async () => (await harness.sql`select id from points order by 1`).map(({ id }) => id);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const checkpoints = (upload: Upload) =>
  harness.sql`select * from csv_import.checkpoints where run_id = ${deriveRunId('points', upload)} order by start_offset`;
const ledger = () => harness.sql`select * from csv_import.runs order by first_started_at`;
const run = (upload: Upload, definition = points(), attempt = {}) =>
  harness.run(upload, definition, {
    attempt: { importName: 'points', runId: deriveRunId('points', upload), ...attempt },
  });

/** Makes the database refuse the batch that has this row as if it were down. */
const breakAt = (id: number) =>
  harness.sql.unsafe(`
    create or replace function break_down() returns trigger language plpgsql as $$
      begin raise exception 'down' using errcode = '57P01'; end $$;
    create trigger break_down before insert on points for each row when (new.id = ${id}) execute function break_down()`);
const repair = () => harness.sql.unsafe('drop trigger break_down on points');

describe('a file in batches', () => {
  it('is the same as in one, and each batch has its checkpoint', async () => {
    const upload = await harness.put('points/a.csv', file(...rows(1, 35)));
    const report = await run(upload);
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 35, inserted: 35, rejected: 0 },
      rejects: null,
      failure: null,
    });
    expect(await ids()).toEqual(numbers(1, 35));
    const batches = await checkpoints(upload);
    expect(batches.map((each) => [each.first_row, each.rows_read, each.rows_inserted])).toEqual([
      ['1', '10', '10'],
      ['11', '10', '10'],
      ['21', '10', '10'],
      ['31', '5', '5'],
    ]);
    expect(batches.map(({ start_offset }) => start_offset)).toEqual([
      '8',
      ...batches.slice(0, -1).map(({ end_offset }) => end_offset),
    ]);
    expect(batches.at(-1)).toMatchObject({ end_offset: String(upload.size), next_line: '72' });
    expect(await ledger()).toMatchObject([{ status: 'imported', rows_inserted: '35' }]);
    expect(await run(upload)).toMatchObject({ outcome: 'already-imported', counts: report.counts });
  });

  it('is not loaded at all where a check of the whole file finds too many rejected rows', async () => {
    const upload = await harness.put('points/a.csv', file(...rows(1, 35), 'x,y'));
    const report = await run(upload);
    expect(report.failure).toMatchObject({ name: 'RowsRejected' });
    expect(report.counts).toMatchObject({ read: 36, inserted: 0, rejected: 1 });
    expect(await ids()).toEqual([]);
    expect(await checkpoints(upload)).toEqual([]);
  });

  it('without that check: all good rows are in, the refused ones in the reject files, and the run has failed', async () => {
    const upload = await harness.put('points/a.csv', file(...rows(1, 15), 'x,y', ...rows(16, 35)));
    const definition = points({ commit: { batchRows: 10, lanes: 2, checkFirst: false } });
    const report = await run(upload, definition);
    expect(report.failure).toMatchObject({ name: 'RowsLeftOut', blame: 'file', retryable: false });
    expect(report.failure!.message).toBe(
      '1 of 36 rows are rejected, and the import allows none; all other rows of the file are in.',
    );
    expect(report.counts).toMatchObject({ read: 36, inserted: 35, rejected: 1 });
    expect(await harness.readCsv(report.rejects!.errorsKey)).toMatchObject([
      { line: '32', row: '16', column: 'id', value: 'x' },
    ]);
    expect((await harness.read(report.rejects!.rowsKey)).toString()).toBe('id,note\nx,y\n');
    expect(await ids()).toEqual(numbers(1, 35));
    expect(await ledger()).toMatchObject([
      { status: 'failed', failure: 'RowsLeftOut', rows_inserted: '35', rows_rejected: '1' },
    ]);
    const again = await run(upload, definition);
    expect(again).toMatchObject({ counts: report.counts, rejects: { first: report.rejects!.first } });
    expect(await harness.read(again.rejects!.rowsKey)).toEqual(await harness.read(report.rejects!.rowsKey));
    const corrected = await harness.put('points/corrected.csv', 'id,note\n36,y\n');
    expect(await run(corrected, definition)).toMatchObject({ counts: { read: 1, inserted: 1 } });
    expect(await ids()).toEqual(numbers(1, 36));
  });

  it('rows that only the database refuses are set aside from their batches', async () => {
    await harness.sql`insert into points values (7), (22)`;
    const upload = await harness.put('points/a.csv', file('x,', ...rows(1, 35), '35,again'));
    const report = await run(upload, points({ rejects: { maxRows: 4 } }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 37, inserted: 33, rejected: 4 } });
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect(errors.map(({ row, column, code }) => [row, column, code])).toEqual([
      ['1', 'id', 'invalid_integer'],
      ['8', 'id', 'constraint_violated'],
      ['23', 'id', 'constraint_violated'],
      ['37', 'id', 'constraint_violated'],
    ]);
    expect((await harness.read(report.rejects!.rowsKey)).toString()).toBe(
      'id,note\nx,\n7,"note\n7"\n22,"note\n22"\n35,again\n',
    );
  });

  it('upsert: the last row of a key wins across batches', async () => {
    const upload = await harness.put('points/a.csv', file(...rows(1, 25), '3,last', '24,last'));
    const report = await run(upload, points({ mode: 'upsert', commit: { batchRows: 10 } }));
    expect(report.counts).toMatchObject({ read: 27, inserted: 25, updated: 1, duplicates: 1, unchanged: 0 });
    expect(await harness.sql`select id from points where note = 'last' order by 1`).toEqual([
      { id: 3 },
      { id: 24 },
    ]);
  });

  it('a dry run commits nothing', async () => {
    const upload = await harness.put('points/a.csv', file(...rows(1, 35)));
    expect(await run(upload, points(), { dryRun: true })).toMatchObject({
      outcome: 'dry-run',
      counts: { inserted: 35 },
    });
    expect(await ids()).toEqual([]);
  });
});

describe('after a failure in the middle', () => {
  it('what is committed stays, is told, and is not loaded again', async () => {
    await breakAt(47);
    const upload = await harness.put('points/a.csv', file(...rows(1, 100)));
    const failed = await run(upload);
    expect(failed.failure).toMatchObject({ name: 'DatabaseUnavailable', retryable: true });
    const done = await checkpoints(upload);
    const inserted = done.reduce((sum, { rows_inserted }) => sum + Number(rows_inserted), 0);
    expect(inserted).toBeGreaterThan(0);
    expect(await ids()).toHaveLength(inserted);
    expect(failed.counts).toMatchObject({ read: inserted, inserted });
    expect(await ledger()).toMatchObject([{ status: 'failed', rows_inserted: String(inserted) }]);

    await repair();
    const report = await run(upload);
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 100, inserted: 100 } });
    expect(await ids()).toEqual(numbers(1, 100));
    const kept = (await checkpoints(upload)).filter(({ attempt }) => attempt === failed.attempt);
    expect(kept).toEqual(done);
  });

  it('a gap that lanes left between committed batches is filled', async () => {
    const upload = await harness.put('points/a.csv', file('x,', ...rows(1, 59)));
    await run(upload, points({ rejects: { maxRows: 1 } }));
    // As if the batches of rows 21 to 30 and from 51 on had been under way when the importer was killed.
    await harness.sql`delete from points where id between 20 and 29 or id >= 50`;
    await harness.sql`delete from csv_import.checkpoints where first_row in (21, 51)`;
    await harness.sql`update csv_import.runs set status = 'running'`;
    const report = await run(upload, points({ rejects: { maxRows: 1 } }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 60, inserted: 59, rejected: 1 } });
    expect(await ids()).toEqual(numbers(1, 59));
    expect((await harness.read(report.rejects!.rowsKey)).toString()).toBe('id,note\nx,\n');
  });

  it('the next attempt resumes even if the import takes whole files by then', async () => {
    await breakAt(47);
    const upload = await harness.put('points/a.csv', file(...rows(1, 100)));
    await run(upload, points({ commit: { batchRows: 10 } }));
    expect(await ids()).toEqual(numbers(1, 40));
    await repair();
    const report = await run(upload, points({ commit: 'file' }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 100, inserted: 100 } });
    expect(await ids()).toEqual(numbers(1, 100));
  });

  it('a newer version that came in between supersedes the rest, and the report says what is in', async () => {
    await breakAt(47);
    const older = await harness.put('points/a.csv', file(...rows(1, 100)), '01');
    const definition = points({ commit: { batchRows: 10 }, mode: 'upsert' });
    await run(older, definition);
    await repair();
    await run(await harness.put('points/a.csv', file('1,new'), '02'), definition);
    expect(await run(older, definition)).toMatchObject({
      outcome: 'superseded',
      counts: { read: 40, inserted: 40 },
    });
    expect(await harness.sql`select note from points where id = 1`).toEqual([{ note: 'new' }]);
  });
});

it('an attempt whose key another one has taken over cannot commit any more', async () => {
  await breakAt(15);
  const upload = await harness.put('points/a.csv', file(...rows(1, 20)));
  const first = await run(upload, points({ commit: { batchRows: 10 } }));
  await repair();
  const orphan = harness.attempt(upload, {
    importName: 'points',
    runId: first.runId,
    attempt: first.attempt,
  });
  const successor = connect({ url: harness.databaseUrl, tls: 'url' }, 'orphan');
  const place = (offset: number) => ({ offset, line: 1, rows: 10 });
  const counts = { ...noCounts, read: 1, inserted: 1 };
  const commit = () =>
    inTransaction(successor, async (tx) => {
      await tx`insert into points values (999)`;
      const [start, end] = [place(1000), place(1001)];
      await enterCheckpoint(tx, orphan, { start, end, counts, commentLines: 0, refused: [] });
    });
  try {
    await run(upload, points({ commit: { batchRows: 10 } }));
    await expect(commit()).rejects.toThrowError(ImportFailure);
    await expect(commit()).rejects.toMatchObject({ name: 'RunLocked' });
  } finally {
    await successor.sql.end();
  }
  expect(await ids()).toEqual(numbers(1, 20));
});
