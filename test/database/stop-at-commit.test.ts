// An importer that is told to stop while PostgreSQL commits says what became of the COMMIT.
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const table = pgTable('points', { id: integer('id').primaryKey() });
// In batches, since a load of the whole file makes every constraint immediate, this test's own among them.
const points = defineImport({
  name: 'points',
  prefix: 'points/',
  table,
  mode: 'append',
  commit: { batchRows: 10 },
});

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer primary key)`);
  // Makes the ledger.
  await harness.run(await harness.put('points/first.csv', 'id\n0\n'), points);
});

/** Imports an upload, and tells the importer to stop when its last COMMIT has begun, which takes a second. */
async function stopAtCommit(ending: string) {
  await harness.sql.unsafe(`
    create or replace function commit_slowly() returns trigger language plpgsql as $$
      begin perform pg_sleep(1); ${ending} end $$;
    create constraint trigger commit_slowly after update on csv_import.runs deferrable initially deferred
      for each row when (new.status = 'imported') execute function commit_slowly()`);
  const stop = new AbortController();
  const upload = await harness.put('points/a.csv', 'id\n1\n2\n');
  const running = harness.run(upload, points, { importer: { signal: stop.signal } });
  await waitFor('the COMMIT', async () => {
    const [committing] = await harness.sql`
      select from pg_stat_activity
      where datname = current_database() and lower(query) = 'commit' and wait_event = 'PgSleep'`;
    return committing;
  });
  stop.abort();
  return { upload, report: await running };
}
const statuses = async () =>
  (await harness.sql`select status from csv_import.runs order by first_started_at`).map(
    ({ status }) => status,
  );

it('it is in: the run is imported, whatever came in between', async () => {
  const { report } = await stopAtCommit('return null;');
  expect(report).toMatchObject({ outcome: 'imported', counts: { read: 2, inserted: 2 }, failure: null });
  expect(await statuses()).toEqual(['imported', 'imported']);
});

it('it failed: the failure is the COMMIT’s, not the stop', async () => {
  const { upload, report } = await stopAtCommit("raise exception 'down' using errcode = '57P01';");
  expect(report).toMatchObject({ outcome: 'failed', failure: { name: 'DatabaseUnavailable' } });
  expect(await statuses()).toEqual(['imported', 'failed']);
  await harness.sql`drop trigger commit_slowly on csv_import.runs`;
  expect(await harness.run(upload, points)).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
});
