// What becomes of rows that the table has, in each mode and by column; counts add up in each.
import { boolean, date, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, fromKey, importedAt } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const stock = pgTable('stock', {
  id: integer('id').primaryKey(),
  tenant: text('tenant').notNull().default('a'),
  name: text('name').notNull(),
  price: integer('price'),
  changedAt: date('changed_at'),
  importedAt: timestamp('imported_at', { withTimezone: true }),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
  live: boolean('live'),
});
type Options = Parameters<typeof defineImport<typeof stock>>[0];
const imported = (changes: Partial<Options>) =>
  defineImport({
    name: 'stock',
    prefix: 'stock/',
    table: stock,
    mode: 'upsert',
    rejects: { maxRows: 10 },
    ...changes,
  });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(() =>
  harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists orders, stock;
    create table stock (id integer primary key, tenant text not null default 'a', name text not null, price integer,
      changed_at date, imported_at timestamptz, deleted_at timestamptz, live boolean);
    insert into stock (id, name, price, changed_at) values
      (1, 'one', 10, '2026-01-01'), (2, 'two', null, '2026-01-02'), (3, 'three', 30, null)`),
);

let uploads = 0;
const run = async (content: string, changes: Partial<Options>, folder = '') =>
  harness.run(await harness.put(`stock/${folder}${++uploads}.csv`, content), imported(changes));
const rows = async (columns = 'id, name, price') =>
  (await harness.sql.unsafe(`select ${columns} from stock order by id`)).map((row) => Object.values(row));
const codes = async ({ rejects }: Report) =>
  (await harness.readCsv(rejects!.errorsKey)).map((row) => [row.line, row.column, row.code]);

describe.each<[string, Partial<Options>]>([
  ['in one transaction', {}],
  ['in batches of a row', { commit: { batchRows: 1 } }],
])('%s', (_, commit) => {
  it('insert: keys that are there stay as they are, and are counted', async () => {
    const report = await run('id,name\n1,ONE\n4,FOUR\n2,TWO\n', { mode: 'insert', ...commit });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 3, inserted: 1, updated: 0, unchanged: 0, skipped: 2, rejected: 0 },
    });
    expect(await rows()).toEqual([
      [1, 'one', 10],
      [2, 'two', null],
      [3, 'three', 30],
      [4, 'FOUR', null],
    ]);
    const [entry] = await harness.sql`select rows_inserted::int, rows_skipped::int from csv_import.runs`;
    expect(entry).toEqual({ rows_inserted: 1, rows_skipped: 2 });
  });

  it('update: unknown keys are rejected, and no other column is needed', async () => {
    const report = await run('id,price\n1,11\n4,44\n3,30\n', { mode: 'update', ...commit });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 3, inserted: 0, updated: 1, unchanged: 1, skipped: 0, rejected: 1 },
    });
    expect(await codes(report)).toEqual([['3', 'id', 'unknown_key']]);
    expect(await rows()).toEqual([
      [1, 'one', 11],
      [2, 'two', null],
      [3, 'three', 30],
    ]);
  });

  it('update: or skipped and counted', async () => {
    const report = await run('id,price\n1,11\n4,44\n', { mode: 'update', unknownKeys: 'skip', ...commit });
    expect(report.counts).toMatchObject({ read: 2, updated: 1, skipped: 1, rejected: 0 });
  });

  it('delete: deletes the keys that the file lists', async () => {
    const report = await run('id\n1\n4\n3\n1\n', { mode: 'delete', ...commit });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 4, deleted: 2, inserted: 0, updated: 0 },
    });
    // In batches the second 1 comes too late to be a duplicate.
    expect(report.counts.skipped + report.counts.duplicates).toBe(2);
    expect(await rows()).toEqual([[2, 'two', null]]);
    expect(
      await harness.sql`select rows_deleted::int, rows_skipped + rows_duplicate as others from csv_import.runs`,
    ).toEqual([{ rows_deleted: 2, others: '2' }]);
  });

  it('delete: unknown keys may be rejects', async () => {
    const report = await run('id,name\n1,whatever\n4,\n', {
      mode: 'delete',
      unknownKeys: 'reject',
      ...commit,
      columns: { name: {} },
    });
    expect(report.counts).toMatchObject({ read: 2, deleted: 1, rejected: 1 });
  });

  it('touches no row of another scope', async () => {
    await harness.sql`insert into stock (id, tenant, name) values (8, 'b', 'eight'), (9, 'b', 'nine')`;
    const scoped: Partial<Options> = {
      key: '{tenant}/*.csv',
      values: { tenant: fromKey('tenant') },
      scope: ['tenant'],
      ...commit,
    };
    for (const [mode, content] of [
      ['insert', 'id,name\n8,X\n'],
      ['update', 'id,name\n8,X\n'],
      ['delete', 'id\n8\n'],
    ] as const) {
      const report = await run(content, { mode, ...scoped }, 'a/');
      expect(report.counts).toMatchObject({ read: 1, rejected: 1 });
      expect(await codes(report)).toEqual([['2', 'id', 'other_scope']]);
    }
    expect((await rows()).slice(3)).toEqual([
      [8, 'eight', null],
      [9, 'nine', null],
    ]);
  });
});

it('delete: a row that others refer to is a reject with its line', async () => {
  await harness.sql`create table orders (stock integer references stock)`;
  await harness.sql`insert into orders values (3)`;
  const report = await run('id\n1\n3\n', { mode: 'delete' });
  expect(report).toMatchObject({ outcome: 'imported', counts: { deleted: 1, rejected: 1 } });
  expect(await codes(report)).toEqual(
    [['3', null, 'constraint_violated']].map(([line, , code]) => [line, '', code]),
  );
});

it('keeps, fills or overwrites by column; an empty cell may keep', async () => {
  await harness.sql`update stock set deleted_at = '2020-01-01' where id = 1`;
  const report = await run(
    'id,name,price,changed_at\n1,ONE,,\n2,TWO,20,2026-02-02\n4,FOUR,40,2026-04-04\n5,,50,\n3,,,\n',
    {
      columns: { name: { empty: 'keep' }, price: { onUpdate: 'fill' }, changedAt: { onUpdate: 'keep' } },
    },
  );
  expect(await codes(report)).toEqual([['5', 'name', 'constraint_violated']]);
  expect(report.counts).toMatchObject({ read: 5, inserted: 1, updated: 2, unchanged: 1, rejected: 1 });
  expect(await rows('id, name, price, changed_at::text')).toEqual([
    [1, 'ONE', 10, '2026-01-01'],
    [2, 'TWO', 20, '2026-01-02'],
    [3, 'three', 30, null],
    [4, 'FOUR', 40, '2026-04-04'],
  ]);
});

it('sets the time of an import where it changed the row', async () => {
  await run('id,name,price\n1,ONE,10\n3,three,30\n', { values: { importedAt: importedAt() } });
  expect(await rows('id, imported_at is not null')).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
});

it.each<[string, Partial<Options>]>([
  ['upsert', { mode: 'upsert' }],
  ['update', { mode: 'update', unknownKeys: 'skip' }],
])('%s: leaves newer rows of the table alone, and counts them', async (mode, changes) => {
  const content =
    'id,name,changed_at\n1,ONE,2025-12-31\n2,TWO,2026-01-03\n3,THREE,2026-01-01\n4,old,2026-01-01\n4,NEW,2026-01-02\n4,old,\n';
  const report = await run(content, { newerBy: 'changedAt', ...changes });
  expect(report.counts).toMatchObject({
    read: 6,
    inserted: mode === 'upsert' ? 1 : 0,
    updated: 2,
    duplicates: 2,
    skipped: mode === 'upsert' ? 1 : 2,
  });
  expect(await rows('id, name')).toEqual([
    [1, 'one'],
    [2, 'TWO'],
    [3, 'THREE'],
    ...(mode === 'upsert' ? [[4, 'NEW']] : []),
  ]);
  const again = await run('id,name,changed_at\n2,XXX,\n2,TWO,2026-01-03\n', { newerBy: 'changedAt' });
  expect(again.counts).toMatchObject({ unchanged: 1, duplicates: 1 });
});

describe('replace that marks missing rows', () => {
  const marking: Partial<Options> = {
    mode: 'replace',
    rejects: { maxRows: 0 },
    missing: { set: { deletedAt: importedAt() } },
  };

  it('sets what it says in rows that the file lacks, once, and takes it back where they return', async () => {
    const first = await run('id,name,price\n1,one,10\n4,four,40\n', marking);
    expect(first).toMatchObject({
      outcome: 'imported',
      counts: { inserted: 1, unchanged: 1, updated: 0, deleted: 2 },
    });
    expect(await rows('id, deleted_at is not null')).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
    ]);
    const [before] = await rows('deleted_at');
    const second = await run('id,name,price\n1,one,10\n2,two,\n', marking);
    // 3 is marked already.
    expect(second.counts).toMatchObject({ inserted: 0, updated: 1, unchanged: 1, deleted: 1 });
    expect(await rows('id, deleted_at is not null')).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [4, true],
    ]);
    expect((await rows('deleted_at'))[0]).toEqual(before);
  });

  it('in its scope only', async () => {
    await harness.sql`insert into stock (id, tenant, name) values (8, 'b', 'eight')`;
    const scoped = {
      ...marking,
      key: '{tenant}/*.csv',
      values: { tenant: fromKey('tenant') },
      scope: ['tenant'] as const,
    };
    const report = await run(
      'id,name\n',
      { ...scoped, missing: { set: { live: false } }, values: { tenant: fromKey('tenant'), live: true } },
      'a/',
    );
    expect(report.counts).toMatchObject({ deleted: 3 });
    expect(await rows('id, live')).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [8, null],
    ]);
  });
});

describe('while the application writes', () => {
  let application: ReservedSql;
  beforeEach(async () => {
    application = await harness.sql.reserve();
    return async () => {
      await application.unsafe('rollback');
      application.release();
    };
  });
  async function beside(statement: string, ending: string, content: string, changes: Partial<Options>) {
    await application.unsafe('begin');
    await application.unsafe(statement);
    const running = run(content, changes);
    await waitFor('the import to wait for the application', async () => {
      const [waiting] = await harness.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting;
    });
    await application.unsafe(ending);
    return (await running).counts;
  }

  it.each<[string, string, string, Partial<Options>, object]>([
    [
      'insert: a key that comes meanwhile is there',
      "insert into stock (id, name) values (4, 'app')",
      'id,name\n4,FOUR\n',
      { mode: 'insert' },
      { skipped: 1, inserted: 0 },
    ],
    [
      'update: a row that goes meanwhile is unknown',
      'delete from stock where id = 1',
      'id,name\n1,ONE\n',
      { mode: 'update' },
      { rejected: 1, updated: 0 },
    ],
    [
      'delete: a row that goes meanwhile is unknown',
      'delete from stock where id = 1',
      'id\n1\n',
      { mode: 'delete' },
      { skipped: 1, deleted: 0 },
    ],
    [
      'newer: a row that gets newer meanwhile stays',
      "update stock set changed_at = '2027-01-01' where id = 1",
      'id,name,changed_at\n1,ONE,2026-06-01\n',
      { newerBy: 'changedAt' },
      { skipped: 1, updated: 0 },
    ],
    [
      'fill: a value that comes meanwhile stays',
      'update stock set price = 99 where id = 2',
      'id,name,price\n2,two,20\n',
      { columns: { price: { onUpdate: 'fill' } } },
      { unchanged: 1, updated: 0 },
    ],
  ])('%s', async (_, statement, content, changes, counts) => {
    expect(await beside(statement, 'commit', content, changes)).toMatchObject(counts);
  });

  it('update: a row whose deletion is taken back is updated', async () => {
    expect(
      await beside('delete from stock where id = 1', 'rollback', 'id,name\n1,ONE\n', { mode: 'update' }),
    ).toMatchObject({
      updated: 1,
      rejected: 0,
    });
  });
});
