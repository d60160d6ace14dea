// Nothing but the importer's own order keeps these rows from coming twice: the table has no key.
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('points', { id: integer('id').notNull() });
const numbers = Array.from({ length: 200 }, (_, index) => index + 1);

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer not null)`);
});

describe.each<[string, ImportOptions<typeof table>['commit']]>([
  ['whole', 'file'],
  ['in batches', { batchRows: 10, lanes: 3 }],
])('a file that is loaded %s', (_, commit) => {
  const points = defineImport({ name: 'points', prefix: 'points/', table, mode: 'append', commit });
  const ids = async () => (await harness.sql`select id from points order by id`).map(({ id }) => id);
  const put = () => harness.put('points/a.csv', `id\n${numbers.join('\n')}\n`);
  const ten = <T>(each: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: 10 }, (_, index) => each(index)));

  it('ten attempts of one run at once load it once', async () => {
    const upload = await put();
    const reports = await ten(() => harness.run(upload, points));
    expect(reports.map(({ outcome }) => outcome).toSorted()).toEqual([
      ...Array(9).fill('already-imported'),
      'imported',
    ]);
    expect(reports.map(({ counts }) => counts.inserted)).toEqual(Array(10).fill(200));
    expect(await ids()).toEqual(numbers);
    expect(await harness.sql`select status, attempts, rows_inserted::int from csv_import.runs`).toEqual([
      { status: 'imported', attempts: 10, rows_inserted: 200 },
    ]);
  });

  it('ten uploads of the same bytes to one key at once load them once', async () => {
    const uploads = await ten(put);
    const reports = await ten((index) => harness.run(uploads[index]!, points));
    // Which of them comes first is chance; those that come after a later one are superseded.
    const imported = reports.filter(({ outcome }) => outcome === 'imported');
    expect(imported).toHaveLength(1);
    expect(reports.filter(({ failure }) => failure !== null)).toEqual([]);
    expect(await ids()).toEqual(numbers);
  });
});
