// Lanes commit out of order: what the first attempt of them left out is what the next one loads, and only that.
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { encodeText } from '../support/encode-text.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

// No key: a row that is loaded twice is there twice.
const table = pgTable('points', { id: integer('id').notNull(), note: text('note') });
const points = (encoding: 'utf-8' | 'shift_jis') =>
  defineImport({
    name: 'points',
    prefix: 'points/',
    table,
    mode: 'append',
    file: { encoding },
    commit: { batchRows: 10, lanes: 3, checkFirst: false },
    rejects: { maxRows: 1 },
  });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer not null, note text)`);
});

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
/** Each record has two lines; that of `refused` is no number, and another longer one. */
const file = (last: number, refused?: number) =>
  `id,note\n${numbers(1, last)
    .map((id) => (id === refused ? 'none,"あ\nい"\n' : `${id},"表\n${id}"\n`))
    .join('')}`;
const ids = async () => (await harness.sql`select id from points order by id`).map(({ id }) => id);
const committed = () =>
  harness.sql`select first_row::int, rows_read::int, attempt from csv_import.checkpoints order by first_row`;

/** Makes the database break down at a row, but not before the other lanes have had time to commit. */
const breakAt = (id: number) =>
  harness.sql.unsafe(`
    create or replace function break_down() returns trigger language plpgsql as $$
      begin perform pg_sleep(1); raise exception 'down' using errcode = '57P01'; end $$;
    create trigger break_down before insert on points for each row when (new.id = ${id}) execute function break_down()`);
const repair = () => harness.sql.unsafe('drop trigger break_down on points');

it.each([
  ['the first batch', 'utf-8', 3],
  ['the first batch of such a file', 'shift_jis', 3],
  ['a batch in the middle of a file that must be decoded from its beginning', 'shift_jis', 13],
] as const)('%s is missing: the next attempt loads it', async (_, encoding, broken) => {
  await breakAt(broken);
  const upload = await harness.put('points/a.csv', encodeText(file(60), encoding));
  const failed = await harness.run(upload, points(encoding));
  expect(failed.failure).toMatchObject({ name: 'DatabaseUnavailable' });
  const done = await committed();
  expect(done.length).toBeGreaterThan(0);
  const first = Math.floor(broken / 10) * 10 + 1;
  expect(done.map(({ first_row }) => first_row)).not.toContain(first);
  expect(Math.max(...done.map(({ first_row }) => first_row))).toBeGreaterThan(first);
  expect(await ids()).toHaveLength(10 * done.length);

  await repair();
  const report = await harness.run(upload, points(encoding));
  expect(report).toMatchObject({
    outcome: 'imported',
    counts: { read: 60, inserted: 60, rejected: 0 },
    failure: null,
  });
  expect(await ids()).toEqual(numbers(1, 60));
  const all = await committed();
  expect(all.filter(({ attempt }) => attempt === failed.attempt)).toEqual(done);
  expect(all.map(({ first_row, rows_read }) => [first_row, rows_read])).toEqual(
    [1, 11, 21, 31, 41, 51].map((row) => [row, 10]),
  );
});

it('a rejected row of the missing first batch keeps its line and its number', async () => {
  await breakAt(3);
  const upload = await harness.put('points/a.csv', file(40, 5));
  await harness.run(upload, points('utf-8'));
  expect((await committed()).length).toBeGreaterThan(0);
  await repair();
  const report = await harness.run(upload, points('utf-8'));
  expect(report).toMatchObject({ outcome: 'imported', counts: { read: 40, inserted: 39, rejected: 1 } });
  expect(await ids()).toEqual(numbers(1, 40).filter((id) => id !== 5));
  expect(await harness.readCsv(report.rejects!.errorsKey)).toMatchObject([
    { line: '10', row: '5', column: 'id', value: 'none' },
  ]);
});
