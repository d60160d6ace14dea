import { setTimeout as sleep } from 'node:timers/promises';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import postgres, { type Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const table = pgTable('items', { id: integer('id').primaryKey(), name: text('name') });
const items = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'items', prefix: 'items/', table, mode: 'upsert', ...changes });
const others = pgTable('others', { id: integer('id').primaryKey(), name: text('name') });
const file = (from: number, to: number) =>
  `id,name\n${Array.from({ length: to - from + 1 }, (_, index) => `${from + index},file`).join('\n')}\n`;

let harness: ImportHarness;
let application: Sql;
let pid: number;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists items, others;
    create table items (id integer primary key, name text);
    create table others (id integer primary key, name text);
    insert into items select id, 'old' from generate_series(1, 5) as id`);
  application = postgres(harness.databaseUrl, { max: 1, connection: { application_name: 'web-app' } });
  pid = (await application`select pg_backend_pid() as pid`)[0]!.pid;
});
afterEach(() => application.end({ timeout: 0 }));

const run = async (content: string, definition = items(), importer = {}) =>
  harness.run(await harness.put('items/a.csv', content), definition, { importer });
const phase = async () =>
  (await harness.sql`select phase from csv_import.runs where import = 'items'`.catch(() => []))[0]?.phase ??
  '';
const waits = () =>
  waitFor('the phase', async () => {
    const found = /^waiting for a lock held by web-app, pid (\d+), for (\d+) s$/.exec(await phase());
    return found !== null && Number(found[2]) >= 6 ? found : null;
  });

/** What the application holds, and by which imports that is in the way. */
const locks: [string, string, ReturnType<typeof items>][] = [
  ['a row that an upsert changes', "update items set name = 'mine' where id = 3", items()],
  ['a key that an upsert inserts', "insert into items values (8, 'mine')", items()],
  ['a key that is appended', "insert into items values (8, 'mine')", items({ mode: 'append' })],
  [
    'a row of a table that is replaced',
    "update items set name = 'mine' where id = 3",
    items({ mode: 'replace' }),
  ],
  ['the whole table', 'lock table items in access exclusive mode', items()],
  [
    'a row that a batch changes',
    "update items set name = 'mine' where id = 3",
    items({ commit: { batchRows: 2, checkFirst: false } }),
  ],
];

describe('a lock of another session', () => {
  it.each(locks)('%s: is named, and waited for without a slot', async (_, statement, definition) => {
    await application.unsafe(`begin; ${statement}`);
    const content = definition.mode === 'append' ? file(6, 10) : file(1, 10);
    const waiting = run(content, definition, { maxConcurrentRuns: 1 });
    expect((await waits())[1]).toBe(String(pid));
    // Another import may load meanwhile, though only one may at a time.
    const other = await harness.run(
      await harness.put('others/a.csv', file(1, 3)),
      defineImport({ name: 'others', prefix: 'others/', table: others, mode: 'append' }),
      { importer: { maxConcurrentRuns: 1, polls: 0 } },
    );
    expect(other).toMatchObject({ outcome: 'imported', counts: { inserted: 3 } });
    await application.unsafe('rollback');
    const report = await waiting;
    expect(report).toMatchObject({ outcome: 'imported', failure: null });
    expect(await harness.sql`select count(*)::int as rows from items where name = 'file'`).toEqual([
      { rows: definition.mode === 'append' ? 5 : 10 },
    ]);
    expect(await phase()).toBe('');
  });

  it('is not waited for without end: the failure names the session, and nothing is left', async () => {
    await application.unsafe("begin; update items set name = 'mine' where id = 3");
    const report = await run(file(1, 10), items({ lockWaitMinutes: 0.1 }));
    expect(report.failure).toMatchObject({
      name: 'LockWaitTimeout',
      blame: 'system',
      retryable: false,
      message: `The import has waited for 0.1 minutes in all for a lock held by web-app, pid ${pid}.`,
    });
    expect(await harness.sql`select status, phase, failure from csv_import.runs`).toEqual([
      { status: 'failed', phase: null, failure: 'LockWaitTimeout' },
    ]);
    await application.unsafe('rollback');
    expect(await harness.sql`select distinct name from items`).toEqual([{ name: 'old' }]);
    const locks = await harness.sql`
      select from pg_locks join pg_database on pg_database.oid = database
      where locktype = 'advisory' and datname = current_database()`;
    expect(locks).toHaveLength(0);
  });

  it('of another import is waited for as long as that one takes', async () => {
    const other = postgres(harness.databaseUrl, { max: 1, connection: { application_name: 'csv-import x' } });
    await other.unsafe("begin; update items set name = 'theirs' where id = 3");
    const waiting = run(file(1, 10), items({ lockWaitMinutes: 0 }));
    await waitFor('the phase', async () => {
      const found = /^waiting for a lock held by csv-import x, pid \d+, for (\d+) s$/.exec(await phase());
      return Number(found?.[1]) >= 7 || null;
    });
    await other.unsafe('commit');
    await other.end();
    expect(await waiting).toMatchObject({ outcome: 'imported', counts: { updated: 5, inserted: 5 } });
  });

  it('does not keep an importer from stopping', async () => {
    await application.unsafe("begin; update items set name = 'mine' where id = 3");
    const stop = new AbortController();
    const waiting = run(file(1, 10), items(), { signal: stop.signal });
    await waits();
    stop.abort();
    expect((await waiting).failure).toMatchObject({ name: 'ImporterStopped' });
    await application.unsafe('rollback');
  });

  it('of a short transaction is waited for in silence', async () => {
    await application.unsafe("begin; update items set name = 'mine' where id = 3");
    const waiting = run(file(1, 10), items({ lockWaitMinutes: 0 }));
    await sleep(2_000);
    await application.unsafe('commit');
    expect(await waiting).toMatchObject({ outcome: 'imported', counts: { updated: 5, inserted: 5 } });
  });
});
