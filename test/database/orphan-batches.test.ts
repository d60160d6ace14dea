// An attempt that has lost its lock on the key, but whose lanes are in the middle of a batch, beside its successor.
import { integer, pgTable } from 'drizzle-orm/pg-core';
import type { ReservedSql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import type { Upload } from '../../contract/upload.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

// No key: what two attempts load is there twice.
const table = pgTable('points', { id: integer('id').notNull() });
const points = (batchRows: number) =>
  defineImport({
    name: 'points',
    prefix: 'points/',
    table,
    mode: 'append',
    commit: { batchRows, lanes: 2, checkFirst: false },
  });
/** Of the advisory lock that holds the orphan's two lanes back. */
const BARRIER = 4711;
const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

let harness: ImportHarness;
let holder: ReservedSql;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    drop sequence if exists arrivals; create sequence arrivals;
    create table points (id integer not null)`);
  // Makes the ledger.
  await harness.run(await harness.put('points/first.csv', 'id\n0\n'), points(10));
  await harness.sql`delete from points`;
  // The first two to come, which are the orphan's, wait; whoever comes later passes.
  await harness.sql.unsafe(`
    create or replace function hold_back() returns trigger language plpgsql as $$
      begin
        if nextval('arrivals') <= 2 then perform pg_advisory_xact_lock_shared(${BARRIER}); end if;
        return new;
      end $$`);
  holder = await harness.sql.reserve();
  await holder`select pg_advisory_lock(${BARRIER})`;
});
afterEach(async () => {
  await holder`select pg_advisory_unlock_all()`;
  holder.release();
});

const waiting = async () => {
  const [row] = await harness.sql`
    select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return row!.count as number;
};
const waitForWaiting = (count: number) =>
  waitFor(`${count} sessions that wait`, async () => ((await waiting()) >= count ? true : null));

/** Starts an attempt, and takes its lock on the key away as soon as its lanes are held back. */
async function startOrphan(upload: Upload): Promise<{ ended: Promise<Report> }> {
  const ended = harness.run(upload, points(10));
  await waitForWaiting(2);
  const lost = await harness.sql`
    select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1 and objid <> ${BARRIER}
      and database = (select oid from pg_database where datname = current_database())`;
  expect(lost).toHaveLength(1);
  return { ended };
}

const letGo = () => holder`select pg_advisory_unlock(${BARRIER})`;
const ids = async () => (await harness.sql`select id from points order by id`).map(({ id }) => id);
const imported = { outcome: 'imported', counts: { read: 40, inserted: 40 }, failure: null };
const file = () => harness.put('points/a.csv', `id\n${numbers.join('\n')}\n`);

it('a batch that is not in when its successor begins does not commit any more', async () => {
  await harness.sql.unsafe(
    'create trigger hold_back before insert on points for each statement execute function hold_back()',
  );
  const upload = await file();
  const orphan = await startOrphan(upload);
  // Batches of another size, so that no two of them begin at the same row but the first.
  expect(await harness.run(upload, points(15))).toMatchObject(imported);
  await letGo();
  expect(await orphan.ended).toMatchObject({ outcome: 'failed', failure: { retryable: true } });
  expect(await ids()).toEqual(numbers);
  expect(await harness.run(upload, points(15))).toMatchObject({ ...imported, outcome: 'already-imported' });
});

it('a batch that is about to commit is waited for, and counts', async () => {
  await harness.sql.unsafe(
    'create trigger hold_back before insert on csv_import.checkpoints for each row execute function hold_back()',
  );
  const upload = await file();
  const orphan = await startOrphan(upload);
  let isDone = false;
  const successor = harness.run(upload, points(15)).finally(() => {
    isDone = true;
  });
  await waitFor('the successor to wait, too', async () => isDone || (await waiting()) >= 3 || null);
  await letGo();
  await orphan.ended;
  expect(await successor).toMatchObject(imported);
  expect(await ids()).toEqual(numbers);
  expect(await harness.run(upload, points(15))).toMatchObject({ ...imported, outcome: 'already-imported' });
});
