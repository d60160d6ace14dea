// Of many rows with few keys, in no order: which of them comes first is what the file says, not how PostgreSQL sorts.
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('points', { id: integer('id').primaryKey(), place: integer('place') });
const points = (changes: Partial<ImportOptions<typeof table>>) =>
  defineImport({ name: 'points', prefix: 'points/', table, mode: 'upsert', ...changes });

/** 2,000 rows of 50 keys; each row knows its number. */
const ids = Array.from({ length: 2_000 }, (_, index) => ((index * 7919 + (index % 13) * 31) % 50) + 1);
const content = `id,place\n${ids.map((id, index) => `${id},${index + 1}\n`).join('')}`;
const keys = [...new Set(ids)].toSorted((one, other) => one - other);
const firsts = keys.map((id) => ({ id, place: ids.indexOf(id) + 1 }));
const lasts = keys.map((id) => ({ id, place: ids.lastIndexOf(id) + 1 }));

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer primary key, place integer)`);
});
const rows = () => harness.sql`select id, place from points order by id`;
const load = async (changes: Partial<ImportOptions<typeof table>>) =>
  harness.run(await harness.put('points/a.csv', content), points(changes));

it('the last row of each key wins', async () => {
  expect((await load({})).counts).toMatchObject({ inserted: keys.length, duplicates: 2_000 - keys.length });
  expect(await rows()).toEqual(lasts);
});

it.each([
  ['rejected by the import', { duplicates: 'reject' }, 'duplicate_key'],
  ['rejected by the key of the table', { mode: 'append' }, 'constraint_violated'],
] as const)('all but the first row of each key are %s', async (_, changes, code) => {
  const report = await load({ ...changes, rejects: { maxPercent: 100 } });
  expect(report.counts).toMatchObject({ inserted: keys.length, rejected: 2_000 - keys.length });
  expect(await rows()).toEqual(firsts);
  const rejected = (await harness.readCsv(report.rejects!.errorsKey)).map((each) => [
    Number(each.row),
    each.code,
  ]);
  const taken = new Set(firsts.map(({ place }) => place));
  const later = ids.map((_, index) => index + 1).filter((place) => !taken.has(place));
  expect(rejected).toEqual(later.map((row) => [row, code]));
});
