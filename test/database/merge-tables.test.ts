import { integer, interval, json, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
  await harness.sql.unsafe(
    "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
  );
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe('drop schema if exists csv_import cascade; drop table if exists things');
});

async function run(options: Pick<ImportOptions, 'table'> & Partial<ImportOptions>, content: string) {
  const definition = defineImport({ name: 'things', prefix: 'things/', mode: 'upsert', ...options });
  const report = await harness.run(await harness.put('things/a.csv', content), definition);
  expect(report.failure).toBeNull();
  return report.counts;
}
const things = async () =>
  (await harness.sql.unsafe('select * from things as t order by t::text collate "C"')).map((row) => ({
    ...row,
  }));

describe.each(['upsert', 'replace'] as const)('%s', (mode) => {
  it('writes what differs, even where its type calls it equal', async () => {
    await harness.sql.unsafe(`
      create table things (
        id integer primary key, name text collate ci, amount numeric, lasts interval, data jsonb, plain json, tags text[] collate ci
      );
      insert into things values
        (1, 'ann', 1.0, '1 month', '{"a": 1.0}', '{"a": 1}', '{ann}'),
        (2, 'same', 1.0, '1 month', '{"a": 1.0}', '{"a": 1}', '{same}')`);
    const table = pgTable('things', {
      id: integer('id').primaryKey(),
      name: text('name'),
      amount: numeric('amount'),
      lasts: interval('lasts'),
      data: jsonb('data'),
      plain: json('plain'),
      tags: text('tags').array(),
    });
    for (const [column, value, same] of [
      ['name', 'Ann', 'same'],
      ['amount', '1.00', '1.0'],
      ['lasts', '30 days', '1 month'],
      ['data', '"{""a"": 1.00}"', '"{""a"": 1.0}"'],
      ['plain', '"{""a"":1}"', '"{""a"": 1}"'],
      ['tags', '{Ann}', '{same}'],
    ]) {
      const counts = await run({ table, mode }, `id,${column}\n1,${value}\n2,${same}\n`);
      expect(counts, column).toMatchObject({ updated: 1, unchanged: 1 });
    }
    expect((await harness.sql`select name, amount, tags::text from things where id = 1`)[0]).toEqual({
      name: 'Ann',
      amount: '1.00',
      tags: '{Ann}',
    });
  });

  it('fills what is NULL and empties what is not', async () => {
    await harness.sql.unsafe(
      "create table things (id integer primary key, name text); insert into things values (1, null), (2, 'b'), (3, null)",
    );
    const table = pgTable('things', { id: integer('id').primaryKey(), name: text('name') });
    expect(await run({ table, mode }, 'id,name\n1,a\n2,\n3,\n')).toMatchObject({ updated: 2, unchanged: 1 });
    expect(await things()).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: null },
      { id: 3, name: null },
    ]);
  });

  it('finds keys as their index tells them apart, and writes how the file spells them', async () => {
    await harness.sql.unsafe(`
      create table things (name text not null, note text);
      create unique index things_name on things (name collate ci);
      insert into things values ('ann', 'old'), ('bob', 'same')`);
    const table = pgTable('things', { name: text('name').notNull(), note: text('note') });
    const counts = await run(
      { table, mode, key: ['name'] } as never,
      'name,note\nAnn,first\nANN,new\nbob,same\ncarl,new\n',
    );
    expect(counts).toMatchObject({ read: 4, inserted: 1, updated: 1, unchanged: 1, duplicates: 1 });
    expect(await things()).toEqual([
      { name: 'ANN', note: 'new' },
      { name: 'bob', note: 'same' },
      { name: 'carl', note: 'new' },
    ]);
  });

  it('works again and again on a partitioned table', async () => {
    await harness.sql.unsafe(`
      create table things (id integer primary key, name text) partition by range (id);
      create table things_low partition of things for values from (0) to (10);
      create table things_high partition of things for values from (10) to (100)`);
    const table = pgTable('things', { id: integer('id').primaryKey(), name: text('name') });
    expect(await run({ table, mode }, 'id,name\n1,a\n11,b\n')).toMatchObject({ inserted: 2 });
    expect(await run({ table, mode }, 'id,name\n1,a\n11,c\n12,d\n')).toMatchObject({
      inserted: 1,
      updated: 1,
      unchanged: 1,
    });
    expect(await things()).toHaveLength(3);
  });
});

it('upsert needs no more than the columns that it reads and writes', async () => {
  const url = new URL(harness.databaseUrl);
  url.username = 'narrow';
  await harness.sql.unsafe(`
    create table things (id integer primary key, name text, secret text default 'hidden');
    insert into things values (1, 'old');
    drop role if exists narrow; create role narrow login password '${url.password}';
    grant select (id, name), insert (id, name), update (name) on things to narrow;
    create schema csv_import authorization narrow`);
  const table = pgTable('things', { id: integer('id').primaryKey(), name: text('name') });
  const definition = defineImport({ name: 'things', prefix: 'things/', mode: 'upsert', table });
  const importer = { database: { url: url.href, tls: 'url' as const } };
  for (const [content, counts] of [
    ['id,name\n1,new\n2,new\n', { inserted: 1, updated: 1 }],
    ['id,name\n1,newer\n2,new\n3,new\n', { inserted: 1, updated: 1, unchanged: 1 }],
  ] as const) {
    const upload = await harness.put('things/a.csv', content);
    expect(await harness.run(upload, definition, { importer })).toMatchObject({ failure: null, counts });
  }
  await harness.sql.unsafe(
    'drop table things; drop schema csv_import cascade; drop owned by narrow; drop role narrow',
  );
});
