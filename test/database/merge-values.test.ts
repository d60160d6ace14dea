// What an upsert and a replacement make of each value that is there before, and what they say of it.
import { date, integer, interval, json, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('things', {
  id: integer('id').primaryKey(),
  label: text('label'),
  amount: numeric('amount', { precision: 10, scale: 2 }),
  day: date('day'),
  span: interval('span'),
  document: jsonb('document'),
  source: json('source'),
});
const things = (mode: 'upsert' | 'replace') =>
  defineImport({ name: 'things', prefix: 'things/', table, mode, columns: { label: { empty: 'null' } } });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists things cascade;
    create table things (id integer primary key, label text, amount numeric(10, 2), day date, span interval,
      document jsonb, source json);
    insert into things values
      (1, 'one', 1.00, '2024-01-01', '1 month', '{"a": 1}', '{"a": 1}'),
      (2, null, null, null, null, null, null)`);
});

const header = 'id,label,amount,day,span,document,source';
const FULL = ['one', '1.00', '2024-01-01', '1 mon', '"{""a"": 1}"', '"{""a"": 1}"'];
const EMPTY = ['', '', '', '', '', ''];
const rows = () =>
  harness.sql`
    select id, label, amount::text, day::text, span::text, document::text, source::text, xmin::text as written
    from things order by id`;
const load = async (mode: 'upsert' | 'replace', ...lines: (readonly [number, ...string[]])[]) =>
  harness.run(
    await harness.put('things/a.csv', `${header}\n${lines.map((line) => `${line.join(',')}\n`).join('')}`),
    things(mode),
  );
const values = { label: 'one', amount: '1.00', day: '2024-01-01', span: '1 mon' };
const documents = { document: '{"a": 1}', source: '{"a": 1}' };
const nothing = { label: null, amount: null, day: null, span: null, document: null, source: null };

describe.each(['upsert', 'replace'] as const)('%s', (mode) => {
  it('fills what is NULL and empties what is not, and counts both as updates', async () => {
    const report = await load(mode, [1, ...EMPTY], [2, ...FULL]);
    expect(report.counts).toMatchObject({ read: 2, inserted: 0, updated: 2, unchanged: 0, deleted: 0 });
    expect(await rows()).toMatchObject([
      { id: 1, ...nothing },
      { id: 2, ...values, ...documents },
    ]);
  });

  it.each(
    header
      .split(',')
      .slice(1)
      .map((name, index) => [name, index] as const),
  )('notices that %s alone is filled or emptied', async (name, index) => {
    const before = await rows();
    const emptied = FULL.with(index, '');
    const filled = EMPTY.with(index, FULL[index]!);
    const report = await load(mode, [1, ...emptied], [2, ...filled]);
    expect(report.counts).toMatchObject({ read: 2, inserted: 0, updated: 2, unchanged: 0 });
    const after = await rows();
    expect(after[0]![name]).toBeNull();
    expect(after[1]![name]).toEqual(before[0]![name]);
  });

  it('notices values that PostgreSQL calls equal: 30 days are no month, and 1 in JSON is not 1.0', async () => {
    const report = await load(mode, [1, ...FULL.with(3, '30 days').with(5, '"{""a"": 1.0}"')], [2, ...EMPTY]);
    expect(report.counts).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await rows()).toMatchObject([{ span: '30 days', source: '{"a": 1.0}' }, nothing]);
  });

  it('leaves what is the same, NULL or not, as it is: no new version of the row', async () => {
    const before = await rows();
    const report = await load(mode, [1, ...FULL], [2, ...EMPTY]);
    expect(report.counts).toMatchObject({ read: 2, inserted: 0, updated: 0, unchanged: 2, deleted: 0 });
    expect(await rows()).toEqual(before);
  });

  it('takes the last of the rows with one key, whichever order they sort in', async () => {
    const report = await load(mode, [1, ...FULL.with(0, 'z')], [2, ...EMPTY], [1, ...FULL.with(0, 'a')]);
    expect(report.counts).toMatchObject({ read: 3, updated: 1, unchanged: 1, duplicates: 1 });
    expect(await rows()).toMatchObject([{ label: 'a' }, { label: null }]);
  });

  it(`${mode === 'upsert' ? 'keeps' : 'deletes'} rows that the file lacks, and inserts those that the table lacks`, async () => {
    const report = await load(mode, [2, ...EMPTY], [3, ...FULL]);
    const kept = mode === 'upsert';
    expect(report.counts).toMatchObject({ inserted: 1, updated: 0, unchanged: 1, deleted: kept ? 0 : 1 });
    expect((await rows()).map(({ id }) => id)).toEqual(kept ? [1, 2, 3] : [2, 3]);
  });
});

it('an upsert leaves columns alone that the file lacks', async () => {
  const report = await harness.run(
    await harness.put('things/a.csv', 'id,label\n1,changed\n2,\n3,new\n'),
    things('upsert'),
  );
  expect(report.counts).toMatchObject({ inserted: 1, updated: 1, unchanged: 1 });
  expect(await rows()).toMatchObject([
    { id: 1, ...values, ...documents, label: 'changed' },
    { id: 2, ...nothing },
    { id: 3, ...nothing, label: 'new' },
  ]);
});
