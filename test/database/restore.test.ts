import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { fencesOf, readDoc, sectionOf } from '../../docs/tools/markdown.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

// docs/operations.md: what is safe to import again after tables, ledger or both went back to a time before.

const table = pgTable('points', { id: integer('id').primaryKey(), note: text('note') });
const points = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'points', prefix: 'points/', table, mode: 'append', ...changes });
const inBatches = points({ commit: { batchRows: 5, lanes: 2 } });
const file = (from: number, to: number, note = 'note') =>
  ['id,note', ...numbers(from, to).map((id) => `${id},${note}`), ''].join('\n');
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import, backup cascade; drop table if exists points cascade;
    create table points (id integer primary key, note text)`);
});

const run = (upload: Upload, definition = points()) =>
  harness.run(upload, definition, {
    attempt: { importName: 'points', runId: deriveRunId('points', upload) },
  });
const ids = async () => (await harness.sql`select id from points order by 1`).map(({ id }) => id);
const notes = async () => (await harness.sql`select distinct note from points`).map(({ note }) => note);

const stored = ['points', 'csv_import.runs', 'csv_import.checkpoints'];
async function backUp(): Promise<void> {
  await harness.sql.unsafe('create schema backup');
  for (const name of stored) {
    await harness.sql.unsafe(`create table backup.${name.replace('.', '_')} as table ${name}`);
  }
}
async function restore(names = stored): Promise<void> {
  for (const name of names) {
    await harness.sql.unsafe(`truncate ${name} cascade`);
    await harness.sql.unsafe(`insert into ${name} select * from backup.${name.replace('.', '_')}`);
  }
}

/** Lets a run in batches fail halfway. */
async function halfway(upload: Upload): Promise<void> {
  await harness.sql.unsafe(`
    create function break_down() returns trigger language plpgsql as $$
      begin raise exception 'down' using errcode = '57P01'; end $$;
    create trigger break_down before insert on points for each row when (new.id = 118) execute function break_down()`);
  expect(await run(upload, inBatches)).toMatchObject({ outcome: 'failed' });
  await harness.sql.unsafe('drop trigger break_down on points; drop function break_down');
}

describe('after tables and ledger went back together', () => {
  it('everything may be imported again by append: what was in stays, what was lost comes once', async () => {
    const before = await harness.put('points/before.csv', file(1, 5));
    const underWay = await harness.put('points/under-way.csv', file(101, 130));
    const after = await harness.put('points/after.csv', file(201, 205));
    await run(before);
    await halfway(underWay);
    await backUp();
    await run(underWay, inBatches);
    await run(after);
    const whole = await ids();

    await restore();
    expect(await ids()).not.toEqual(whole);
    expect(await run(before)).toMatchObject({ outcome: 'already-imported' });
    expect(await run(underWay, inBatches)).toMatchObject({ outcome: 'imported', counts: { inserted: 30 } });
    expect(await run(after)).toMatchObject({ outcome: 'imported', counts: { inserted: 5 } });
    expect(await ids()).toEqual(whole);
  });

  it('of two versions of a key the newer one wins by upsert, in whatever order they come again', async () => {
    const upsert = points({ mode: 'upsert' });
    const older = await harness.put('points/a.csv', file(1, 3, 'older'));
    const newer = await harness.put('points/a.csv', file(1, 3, 'newer'));
    await run(await harness.put('points/first.csv', file(1, 3, 'first')), upsert);
    await backUp();
    await run(older, upsert);
    await run(newer, upsert);

    await restore();
    expect(await run(newer, upsert)).toMatchObject({ outcome: 'imported' });
    expect(await run(older, upsert)).toMatchObject({ outcome: 'superseded' });
    expect(await notes()).toEqual(['newer']);
  });
});

describe('after a table went back without the ledger', () => {
  it('the ledger’s word is taken back by the doc’s SQL, for what came after and for nothing else', async () => {
    const before = await harness.put('points/before.csv', file(1, 5));
    const underWay = await harness.put('points/under-way.csv', file(101, 130));
    const after = await harness.put('points/after.csv', file(201, 205));
    await run(before);
    await halfway(underWay);
    await backUp();
    const [{ now }] = (await harness.sql`select clock_timestamp()::text as now`) as unknown as [
      { now: string },
    ];
    await run(underWay, inBatches);
    await run(after);
    const whole = await ids();

    await restore(['points']);
    // So it would be without that.
    expect(await run(after)).toMatchObject({ outcome: 'already-imported' });
    const [sql] = fencesOf(sectionOf(readDoc('docs/operations.md'), '## Restore')).filter(
      ({ info }) => info === 'sql',
    );
    const session = await harness.sql.reserve();
    await session.unsafe(
      sql!.content.replaceAll("'customers'", "'points'").replaceAll(/'\d{4}-[^']*'/g, `'${now}'`),
    );
    session.release();
    expect(await run(before)).toMatchObject({ outcome: 'already-imported' });
    expect(await run(underWay, inBatches)).toMatchObject({ outcome: 'imported', counts: { inserted: 30 } });
    expect(await run(after)).toMatchObject({ outcome: 'imported', counts: { inserted: 5 } });
    expect(await ids()).toEqual(whole);
  });
});
