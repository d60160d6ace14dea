// An application writes the very keys that an import is about to write, and commits, or not, while the import waits.
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { ReservedSql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const table = pgTable('stock', { id: integer('id').primaryKey(), owner: text('owner') });
const stock = defineImport({ name: 'stock', prefix: 'stock/', table, mode: 'upsert' });

let harness: ImportHarness;
let application: ReservedSql;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists stock cascade;
    create table stock (id integer primary key, owner text)`);
  application = await harness.sql.reserve();
});
afterEach(() => application.release());

const rows = () => harness.sql`select id, owner from stock order by id`;
const file = () => harness.put('stock/a.csv', 'id,owner\n1,file\n2,file\n');

/** Imports while the application's transaction has done `statement`; lets it end when the import waits for it. */
async function importBeside(statement: string, ending: 'commit' | 'rollback') {
  await application.unsafe('begin');
  await application.unsafe(statement);
  const running = harness.run(await file(), stock);
  await waitFor('the import to wait for the application', async () => {
    const [waiting] = await harness.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting;
  });
  await application.unsafe(ending);
  return running;
}

describe.each([
  ['an empty table', ''],
  ['a table with other rows', "insert into stock values (9, 'other')"],
])('an upsert into %s, while the application', (_, before) => {
  const others = before === '' ? [] : [{ id: 9, owner: 'other' }];
  beforeEach(async () => {
    await harness.sql.unsafe(before);
  });

  it('inserts one of its keys: the import comes after it, and updates the row', async () => {
    const report = await importBeside("insert into stock values (2, 'application')", 'commit');
    expect(report).toMatchObject({ outcome: 'imported', failure: null });
    expect(report.counts).toMatchObject({ read: 2, inserted: 1, updated: 1, unchanged: 0, rejected: 0 });
    expect(await rows()).toEqual([{ id: 1, owner: 'file' }, { id: 2, owner: 'file' }, ...others]);
  });

  it('inserts one of its keys, but takes it back: the import inserts the row', async () => {
    const report = await importBeside("insert into stock values (2, 'application')", 'rollback');
    expect(report).toMatchObject({ outcome: 'imported', failure: null });
    expect(report.counts).toMatchObject({ read: 2, inserted: 2, updated: 0, unchanged: 0, rejected: 0 });
    expect(await rows()).toEqual([{ id: 1, owner: 'file' }, { id: 2, owner: 'file' }, ...others]);
  });
});

describe('an upsert into a table that has its key, while the application', () => {
  beforeEach(async () => {
    await harness.sql`insert into stock values (2, 'before')`;
  });

  it('updates the row: the import overwrites it', async () => {
    const report = await importBeside("update stock set owner = 'application' where id = 2", 'commit');
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1, updated: 1, unchanged: 0 } });
    expect(await rows()).toEqual([
      { id: 1, owner: 'file' },
      { id: 2, owner: 'file' },
    ]);
  });

  it('deletes the row: the import inserts it', async () => {
    const report = await importBeside('delete from stock where id = 2', 'commit');
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, updated: 0, unchanged: 0 } });
    expect(await rows()).toEqual([
      { id: 1, owner: 'file' },
      { id: 2, owner: 'file' },
    ]);
  });
});
