// The file has a code, the row gets the id of another table's row.
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, fromKey } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const categories = pgTable('categories', {
  id: serial('id').primaryKey(),
  tenant: text('tenant'),
  code: text('code').notNull(),
});
const vats = pgTable('vats', { id: integer('id').primaryKey(), percent: integer('percent').notNull() });
const products = pgTable('products', {
  code: text('code').primaryKey(),
  tenant: text('tenant'),
  categoryId: integer('category_id'),
  vatId: integer('vat_id'),
});
type Options = Parameters<typeof defineImport<typeof products>>[0];
const imported = (changes: Partial<Options> = {}) =>
  defineImport({
    name: 'products',
    prefix: 'products/',
    table: products,
    mode: 'upsert',
    rejects: { maxRows: 10 },
    columns: {
      categoryId: { aliases: ['category'], trim: true, lookup: { in: categories, by: 'code' } },
      vatId: { aliases: ['vat'], lookup: { in: vats, by: 'percent', missing: 'null' } },
    },
    ...changes,
  });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(() =>
  harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists products, categories, vats;
    create table categories (id serial primary key, tenant text, code text not null, unique (tenant, code));
    create table vats (id integer primary key, percent integer not null);
    create table products (code text primary key, tenant text, category_id integer references categories, vat_id integer);
    insert into categories (tenant, code) values ('a', 'nuts'), ('a', 'bolts'), ('b', 'nuts'), ('b', 'rivets');
    insert into vats values (1, 8), (2, 10)`),
);

let uploads = 0;
const run = async (content: string, changes: Partial<Options> = {}, folder = '') =>
  harness.run(await harness.put(`products/${folder}${++uploads}.csv`, content), imported(changes));
const rows = async () =>
  (await harness.sql`select code, category_id, vat_id from products order by code`).map((row) =>
    Object.values(row),
  );
const codes = async ({ rejects }: Report) =>
  (await harness.readCsv(rejects!.errorsKey)).map((row) => [row.line, row.column, row.code]);

describe.each<[string, Partial<Options>]>([
  ['append', { mode: 'append' }],
  ['upsert', {}],
  ['upsert in batches', { commit: { batchRows: 2 } }],
  ['append in batches', { mode: 'append', commit: { batchRows: 2, lanes: 2 } }],
  ['replace', { mode: 'replace', rejects: { maxRows: 0 } }],
])('%s', (mode, changes) => {
  it('puts ids in the place of codes', async () => {
    const report = await run('code,category,vat\nM8,bolts ,10\nM6,bolts,\nR1,rivets,8\nX,,99\n', changes);
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 4, inserted: 4 } });
    expect(await rows()).toEqual([
      ['M6', 2, null],
      ['M8', 2, 2],
      ['R1', 4, 1],
      ['X', null, null],
    ]);
    if (mode.startsWith('upsert')) {
      const again = await run('code,category\nM8,bolts\nM6,rivets\n', changes);
      expect(again.counts).toMatchObject({ unchanged: 1, updated: 1 });
    }
  });

  it('rejects what is not found, and what is found more than once', async () => {
    const report = await run('code,category,vat\nA,bolts,8\nB,screws,8\nC,nuts,8\nD,bolts,x\n', changes);
    if (mode === 'replace') {
      expect(report.failure).toMatchObject({ name: 'RowsRejected' });
      return;
    }
    expect(report.counts).toMatchObject({ read: 4, inserted: 1, rejected: 3 });
    expect(await codes(report)).toEqual([
      ['3', 'category', 'unknown_reference'],
      ['4', 'category', 'ambiguous_reference'],
      ['5', 'vat', 'invalid_integer'],
    ]);
  });
});

const scoped: Partial<Options> = {
  key: '{tenant}/*.csv',
  values: { tenant: fromKey('tenant') },
  scope: ['tenant'],
};

it('looks only at rows of its scope, where the other table has it', async () => {
  const report = await run('code,category\nN,nuts\nR,rivets\n', scoped, 'a/');
  expect(await codes(report)).toEqual([['3', 'category', 'unknown_reference']]);
  expect(await rows()).toEqual([['N', 1, null]]);
});

it('inserts what is missing into the other table, in its scope, also beside other runs', async () => {
  const inserting: Partial<Options> = {
    ...scoped,
    columns: {
      categoryId: { aliases: ['category'], lookup: { in: categories, by: 'code', missing: 'insert' } },
    },
  };
  const reports = await Promise.all(
    ['P', 'Q', 'R'].map((code) =>
      run(`code,category\n${code},rivets\n${code}2,nuts\n${code}3,rivets\n`, inserting, 'a/'),
    ),
  );
  expect(reports.map(({ outcome }) => outcome)).toEqual(['imported', 'imported', 'imported']);
  expect(
    await harness.sql`select tenant, code from categories where code = 'rivets' order by tenant`,
  ).toEqual([
    { tenant: 'a', code: 'rivets' },
    { tenant: 'b', code: 'rivets' },
  ]);
  expect(new Set((await rows()).map(([, id]) => id)).size).toBe(2);
  const dry = await harness.run(
    await harness.put('products/a/dry.csv', 'code,category\nS,new\n'),
    imported(inserting),
    {
      attempt: { dryRun: true },
    },
  );
  expect(dry).toMatchObject({ outcome: 'dry-run', counts: { inserted: 1 } });
  expect(await harness.sql`select from categories where code = 'new'`).toHaveLength(0);
});

it('examines the other table before a row is read', async () => {
  const inserting: Partial<Options> = {
    columns: { categoryId: { lookup: { in: categories, by: 'code', missing: 'insert' } } },
  };
  expect((await run('code,category_id\nA,x\n', inserting)).failure).toMatchObject({
    name: 'TargetTableMismatch',
    message: expect.stringContaining('needs a unique constraint on (code)'),
  });
  await harness.sql`alter table categories rename code to name`;
  expect((await run('code,category\nA,x\n')).failure).toMatchObject({
    name: 'TargetTableMismatch',
    message: expect.stringContaining('looks column "category_id" up in table categories'),
  });
});

it('compares as the other table does', async () => {
  await harness.sql.unsafe(`
    create collation if not exists any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    alter table categories alter code type text collate any_case`);
  const report = await run('code,category\nA,BOLTS\nB,Bolts\n');
  expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
  expect(await rows()).toEqual([
    ['A', 2, null],
    ['B', 2, null],
  ]);
});
