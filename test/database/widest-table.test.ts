import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

/** As many columns as a table can have. */
const names = Array.from({ length: 1600 }, (_, index) => `c${index}`);
const table = pgTable(
  'widest',
  Object.fromEntries(
    names.map((name, index) => [name, index === 0 ? integer(name).primaryKey() : integer(name)]),
  ),
);
const widest = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'widest', prefix: 'widest/', table, mode: 'upsert', ...changes });
/** Rows of an id and of one number for all other columns. */
const file = (...rows: [id: number, value: number][]) =>
  `${names}\n${rows.map(([id, value]) => `${id}${`,${value}`.repeat(1599)}\n`).join('')}`;

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
  const columns = names.map((name, index) => `${name} integer${index === 0 ? ' primary key' : ''}`);
  await harness.sql.unsafe(`create table widest (${columns}, constraint no_sevens check (c9 <> 7))`);
});
afterAll(() => harness.close());

const run = async (content: string, definition = widest()) =>
  harness.run(await harness.put('widest/a.csv', content), definition);
const values = async () =>
  (await harness.sql`select c0, c1599 from widest order by c0`).map(({ c0, c1599 }) => [c0, c1599]);

it('is filled, and filled again, and of rows with one key the last one counts', async () => {
  expect(await run(file([1, 10], [2, 20]))).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
  const report = await run(file([2, 21], [1, 10], [3, 30], [2, 22], [3, 31], [2, 23]));
  expect(report).toMatchObject({
    failure: null,
    outcome: 'imported',
    counts: { inserted: 1, updated: 1, unchanged: 1, duplicates: 3 },
  });
  expect(await values()).toEqual([
    [1, 10],
    [2, 23],
    [3, 31],
  ]);
});

it('tells why a row is rejected, though not which', async () => {
  const report = await run(file([1, 11], [4, 7]), widest({ rejects: { maxRows: 5 } }));
  expect(report.failure).toMatchObject({
    name: 'ConstraintViolated',
    message:
      'The rows could not be told apart: refused by the database, check constraint "no_sevens" on (c9).',
  });
  expect((await values())[0]).toEqual([1, 10]);
});

it('takes no key twice where the import says so', async () => {
  const report = await run(file([8, 1], [8, 2]), widest({ duplicates: 'reject' }));
  expect(report.failure).toMatchObject({
    name: 'ConstraintViolated',
    message: 'The rows could not be told apart: an earlier row of the file has the same key (c0).',
  });
});

it('keeps the order of many rows', async () => {
  const rows = Array.from({ length: 400 }, (_, index): [number, number] => [index % 10, index + 1000]);
  expect(await run(file(...rows))).toMatchObject({ outcome: 'imported', counts: { duplicates: 390 } });
  expect((await values()).slice(0, 10)).toEqual(
    Array.from({ length: 10 }, (_, index) => [index, 1390 + index]),
  );
});
