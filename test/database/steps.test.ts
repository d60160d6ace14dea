// What an import does before and after its rows, in their transaction; and who is told that it has ended.
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const stock = pgTable('stock', { id: integer('id').primaryKey(), name: text('name') });
type Options = Parameters<typeof defineImport<typeof stock>>[0];
const imported = (changes: Partial<Options> = {}) =>
  defineImport({ name: 'stock', prefix: 'stock/', table: stock, mode: 'upsert', ...changes });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(() =>
  harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists stock, log;
    create table stock (id integer primary key, name text);
    create table log (at serial, what text, run text, rows integer);
    insert into stock values (1, 'one'), (2, 'two')`),
);

let uploads = 0;
const run = async (content: string, changes: Partial<Options>, options = {}) =>
  harness.run(await harness.put(`stock/${++uploads}.csv`, content), imported(changes), options);
const log = async () =>
  (await harness.sql`select what, rows from log order by at`).map((row) => [row.what, row.rows]);
const entry = (what: string) =>
  `insert into log (what, run, rows) select '${what}', current_setting('csv_import.run_id'), count(*) from stock`;

describe.each<[string, Partial<Options>]>([
  ['in one transaction', {}],
  ['in batches', { commit: { batchRows: 1 } }],
  ['in batches on lanes', { mode: 'append', commit: { batchRows: 1, lanes: 3 } }],
])('%s', (_, commit) => {
  it('runs SQL and functions once, before the first row and behind the last', async () => {
    const report = await run('id,name\n3,c\n4,d\n5,e\n', {
      ...commit,
      before: entry('before'),
      after: [
        entry('after'),
        async (tx, { runId }) => tx`insert into log (what, run) values ('function', ${runId})`,
      ],
    });
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 3 } });
    expect(await log()).toEqual([
      ['before', 2],
      ['after', 5],
      ['function', null],
    ]);
    expect(await harness.sql`select distinct run from log`).toEqual([{ run: report.runId }]);
  });

  it('runs them for a file without rows, too, and not for bytes that are in', async () => {
    const definition = imported({ ...commit, before: entry('before'), after: entry('after') });
    await harness.run(await harness.put('stock/same.csv', 'id,name\n'), definition);
    await harness.run(await harness.put('stock/same.csv', 'id,name\n'), definition);
    expect(await log()).toEqual([
      ['before', 2],
      ['after', 2],
    ]);
  });
});

it('takes everything back where a step fails, and names only the step', async () => {
  const { failure } = await run('id,name\n3,secret\n', {
    before: entry('before'),
    after: [entry('after'), "do $$ begin raise exception 'secret'; end $$"],
  });
  expect(failure).toMatchObject({
    name: 'StepFailed',
    message: 'Import "stock": step 2 of "after" failed with SQLSTATE P0001.',
    blame: 'system',
    retryable: false,
  });
  expect(await log()).toEqual([]);
  expect(await harness.sql`select from stock`).toHaveLength(2);
  const thrown = await run('id,name\n3,secret\n', {
    after: () => {
      throw new RangeError('secret');
    },
  });
  expect(thrown.failure?.message).toMatch(/"after" failed with RangeError at .*steps\.test\.ts/);
  expect(thrown.failure?.message).not.toContain('secret');
});

it('runs them in a dry run, whose rollback takes them back', async () => {
  const seen: boolean[] = [];
  const after = async (_: unknown, { dryRun }: { dryRun: boolean }) => seen.push(dryRun);
  expect(
    await run('id,name\n3,c\n', { before: entry('before'), after }, { attempt: { dryRun: true } }),
  ).toMatchObject({
    outcome: 'dry-run',
  });
  expect(seen).toEqual([true]);
  expect(await log()).toEqual([]);
});

it.each<[string, Partial<Options>, string, unknown[]]>([
  [
    'upsert',
    {},
    'id,name\n1,ONE\n2,two\n3,c\n',
    [
      [1, 'update'],
      [3, 'insert'],
    ],
  ],
  ['append', { mode: 'append' }, 'id,name\n3,c\n', [[3, 'insert']]],
  ['insert', { mode: 'insert' }, 'id,name\n1,ONE\n3,c\n', [[3, 'insert']]],
  ['delete', { mode: 'delete' }, 'id\n1\n9\n', [[1, 'delete']]],
  [
    'replace',
    { mode: 'replace' },
    'id,name\n1,ONE\n3,c\n',
    [
      [1, 'update'],
      [2, 'delete'],
      [3, 'insert'],
    ],
  ],
])('%s: tells the keys that have changed', async (_, changes, content, expected) => {
  const found: unknown[] = [];
  const report = await run(content, {
    ...changes,
    after: async (tx) => {
      const rows = await tx`select id, action from csv_import_changed order by id`;
      found.push(...rows.map(({ id, action }) => [id, action]));
    },
  });
  expect(report).toMatchObject({ outcome: 'imported' });
  expect(found).toEqual(expected);
});

it('tells sessions that listen how a run has ended, once that is committed', async () => {
  const told: Record<string, unknown>[] = [];
  const { unlisten } = await harness.sql.listen('csv_import_ended', (message) =>
    told.push(JSON.parse(message)),
  );
  const upload = await harness.put('stock/told.csv', 'id,name\n3,c\n');
  const report = await harness.run(upload, imported());
  await harness.run(upload, imported(), { attempt: { dryRun: true } });
  await harness.run(await harness.put('stock/told.csv', 'id,name\n3,c\n'), imported());
  await run('id\nx\n', {});
  await waitFor('three messages', async () => (told.length >= 3 ? told : null));
  await unlisten();
  expect(told).toEqual([
    {
      runId: report.runId,
      import: 'stock',
      key: 'stock/told.csv',
      status: 'imported',
      counts: report.counts,
    },
    expect.objectContaining({ status: 'already-imported' }),
    expect.objectContaining({ status: 'failed' }),
  ]);
});
