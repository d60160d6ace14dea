import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('people', {
  id: integer('id').primaryKey(),
  name: text('name'),
  team: integer('team'),
});
const people = (mode: 'append' | 'upsert') =>
  defineImport({ name: 'people', prefix: 'people/', table, mode, rejects: { maxRows: 2000 } });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
  await harness.sql.unsafe(`
    create collation "Any case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`);
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade;
    drop table if exists people;
    create table people (id integer primary key, name text, team integer);
    insert into people values (1, 'ann', 1)`);
});

const lines = async (content: string, mode: 'append' | 'upsert') => {
  const report = await harness.run(await harness.put('people/a.csv', content), people(mode));
  expect(report.failure).toBeNull();
  return report.rejects === null
    ? []
    : (await harness.readCsv(report.rejects.errorsKey)).map(({ line, column }) => `${line} ${column}`);
};

describe.each(['append', 'upsert'] as const)('%s', (mode) => {
  it.each([
    ['of another collation than its column', 'create unique index on people (name collate "Any case")'],
    ['with an expression', 'create unique index on people (lower(name) collate "Any case")'],
    ['whose column has it', 'alter table people alter name type text collate "Any case", add unique (name)'],
    [
      'finer than its column',
      'alter table people alter name type text collate "Any case"; create unique index on people (name collate "C", team)',
    ],
  ])('a unique index %s: the rows that it refuses are found', async (kind, sql) => {
    await harness.sql.unsafe(sql);
    const found = await lines('id,name,team\n2,ANN,1\n3,bob,1\n4,BOB,1\n5,carl,1\n6,ann,1\n', mode);
    const column = kind === 'with an expression' ? '' : 'name';
    const refused = kind.startsWith('finer') ? [6] : [2, 4, 6];
    expect(found).toEqual(refused.map((line) => `${line} ${column}`));
  });

  it('NULLs that are not distinct repeat, others do not', async () => {
    await harness.sql.unsafe('create unique index on people (name, team) nulls not distinct where id > 1');
    expect(await lines('id,name,team\n2,,1\n3,,1\n4,,\n5,x,\n6,,\n', mode)).toEqual(['3 name', '6 name']);
    await harness.sql.unsafe(
      'drop table people; create table people (id integer primary key, name text, team integer)',
    );
    await harness.sql.unsafe('create unique index on people (name, team)');
    expect(await lines('id,name,team\n2,,1\n3,,1\n4,a,1\n5,a,1\n', mode)).toEqual(['5 name']);
  });
});

it('they are found by a query, however many they are', async () => {
  await harness.sql.unsafe(`
    create unique index on people (name collate "Any case");
    create unique index on people (team) nulls not distinct`);
  const rows = Array.from(
    { length: 600 },
    (_, index) => `${index + 10},Ann,${index + 10}\n${index + 1000},n${index},\n`,
  );
  const found = await lines(`id,name,team\n${rows.join('')}`, 'upsert');
  expect(found.filter((line) => line.endsWith('name'))).toHaveLength(600);
  expect(found.filter((line) => line.endsWith('team'))).toHaveLength(599);
});

it.each(['last', 'reject'] as const)(
  'keys repeat as their index compares them: duplicates %s',
  async (duplicates) => {
    const named = pgTable('people', { name: text('name').notNull(), team: integer('team') });
    const definition = defineImport({
      name: 'people',
      prefix: 'people/',
      table: named,
      mode: 'upsert',
      key: ['name'],
      duplicates,
      rejects: { maxRows: 9 },
    });
    await harness.sql.unsafe(`
    drop table people;
    create table people (name text not null, team integer unique);
    insert into people values ('ann', 1), ('bob', 2);
    create unique index on people (name collate "Any case")`);
    // Ann keeps her team; carl wants that of bob.
    const upload = await harness.put('people/b.csv', 'name,team\nANN,3\nAnn,1\ncarl,2\n');
    const report = await harness.run(upload, definition);
    const rejected = (await harness.readCsv(report.rejects!.errorsKey)).map(
      ({ line, code }) => `${line} ${code}`,
    );
    expect(rejected).toEqual(
      duplicates === 'last' ? ['4 constraint_violated'] : ['3 duplicate_key', '4 constraint_violated'],
    );
  },
);
