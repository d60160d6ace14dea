import { PutObjectCommand } from '@aws-sdk/client-s3';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { enterCheckpoint } from '../../task/ledger/checkpoints.ts';
import { keyLock } from '../../task/ledger/ledger.ts';
import { connect } from '../../task/load/connect.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createImportHarness, type ImportHarness, RESULTS } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

// docs/exactly-once.md: after any sequence of uploads of one key the table holds what the newest one says that ended
// well.

const table = pgTable('points', { id: integer('id').primaryKey(), note: text('note') });
const points = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'points', prefix: 'points/', table, mode: 'upsert', ...changes });
type Definition = ReturnType<typeof points>;

const ROWS = 20;
const inBatches = { batchRows: 5, lanes: 1 };
const whole = { upsert: points(), replace: points({ mode: 'replace' }), append: points({ mode: 'append' }) };
const parts = {
  upsert: points({ commit: inBatches }),
  append: points({ mode: 'append', commit: { ...inBatches, lanes: 2 } }),
};
const KEY = 'points/a.csv';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists points cascade;
    create table points (id integer primary key, note text);
    create or replace function break_down() returns trigger language plpgsql as $$
      begin raise exception 'no memory' using errcode = '53200'; end $$`);
});

const file = (note: string) =>
  ['id,note', ...Array.from({ length: ROWS }, (_, index) => `${index + 1},${note}`), ''].join('\n');

/** Uploads a file of which every row has this note. Events of one key are in the order of the uploads. */
const put = (note: string, sequencer?: string) => harness.put(KEY, file(note), sequencer);

/** The same, in a bucket without versions. */
async function putUnversioned(note: string, sequencer: string): Promise<Upload> {
  const Body = file(note);
  const { ETag } = await harness.s3.send(new PutObjectCommand({ Bucket: RESULTS, Key: KEY, Body }));
  const etag = ETag!.replaceAll('"', '');
  return { bucket: RESULTS, key: KEY, versionId: '', etag, size: Body.length, sequencer };
}

const runIdOf = (upload: Upload) => deriveRunId('points', upload);
async function run(
  upload: Upload,
  definition: Definition,
  options: { attempt?: object; importer?: object } = {},
): Promise<Report> {
  // Where rows came twice, the table's own key must not be what hides it.
  if (definition.mode === 'append') {
    await harness.sql.unsafe('alter table points drop constraint if exists points_pkey');
  }
  return harness.run(upload, definition, {
    ...options,
    attempt: { importName: 'points', runId: runIdOf(upload), ...options.attempt },
  });
}

/** Lets a run fail when it writes the row with this id. */
async function failing(upload: Upload, definition: Definition, id = 12): Promise<void> {
  await harness.sql.unsafe(`
    create trigger break_down before insert or update on points for each row when (new.id = ${id})
      execute function break_down()`);
  const report = await run(upload, definition);
  expect(report).toMatchObject({ outcome: 'failed', failure: { name: 'DatabaseUnavailable' } });
  await harness.sql.unsafe('drop trigger break_down on points');
}

/** How many rows have which note. */
const notes = async () =>
  Object.fromEntries(
    (await harness.sql`select note, count(*)::int from points group by 1 order by 1`).map((each) => [
      each.note,
      each.count,
    ]),
  );
const statusOf = async (upload: Upload) =>
  (await harness.sql`select status from csv_import.runs where run_id = ${runIdOf(upload)}`)[0]?.status;
const everything = async () => [
  await notes(),
  [...(await harness.sql`select * from csv_import.runs order by run_id`)],
  [...(await harness.sql`select * from csv_import.checkpoints order by run_id, start_offset`)],
];

const modes = Object.entries(whole) as [keyof typeof whole, Definition][];
const rewriting = modes.filter(([mode]) => mode !== 'append');

describe('A, then B fails, then A again', () => {
  it.each(modes)('is A, and B comes too late: %s', async (_, definition) => {
    const first = await put('A');
    await run(first, definition);
    const b = await put('B');
    await failing(b, definition);
    const again = await put('A');
    expect(await run(again, definition)).toMatchObject({
      outcome: 'already-imported',
      byRunId: runIdOf(first),
      counts: { read: ROWS, inserted: ROWS },
    });
    expect(await statusOf(again)).toBe('already-imported');
    expect(await run(b, definition)).toMatchObject({ outcome: 'superseded', byRunId: runIdOf(again) });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it.each(['half-way', 'with rows left out'])('is all of A, where B in batches ends %s', async (end) => {
    const definition = points({ commit: { ...inBatches, checkFirst: false } });
    await run(await put('A'), definition);
    const b = await harness.put(KEY, end === 'half-way' ? file('B') : `${file('B')}x,\n`);
    if (end === 'half-way') await failing(b, definition);
    else {
      expect(await run(b, definition)).toMatchObject({ failure: { name: 'RowsLeftOut' } });
    }
    expect((await notes()).B).toBeGreaterThan(0);
    const again = await put('A');
    expect(await run(again, definition)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ A: ROWS });
    expect(await run(b, definition)).toMatchObject({ outcome: 'superseded', byRunId: runIdOf(again) });
    expect(await notes()).toEqual({ A: ROWS });
    expect(await run(await put('A'), definition)).toMatchObject({ outcome: 'already-imported' });
  });

  it('appends A once, where B in batches stops half-way', async () => {
    const first = await put('A');
    await run(first, parts.append);
    const b = await put('B');
    await failing(b, parts.append);
    const { B } = await notes();
    expect(B).toBeGreaterThan(0);
    expect(await run(await put('A'), parts.append)).toMatchObject({
      outcome: 'already-imported',
      byRunId: runIdOf(first),
    });
    expect(await run(b, parts.append)).toMatchObject({ outcome: 'superseded', counts: { inserted: B } });
    // So the sum of the ledger's counts is what the runs have done.
    expect(
      await harness.sql`select status, rows_inserted::int as rows from csv_import.runs order by 1`,
    ).toEqual([
      { status: 'already-imported', rows: 0 },
      { status: 'imported', rows: ROWS },
      { status: 'superseded', rows: B },
    ]);
    expect(await notes()).toEqual({ A: ROWS, B });
  });
});

describe('A, B, A again', () => {
  it.each(rewriting)('is A, and then the same bytes are in: %s', async (_, definition) => {
    for (const note of ['A', 'B', 'A']) {
      expect(await run(await put(note), definition)).toMatchObject({ outcome: 'imported' });
      expect(await notes()).toEqual({ [note]: ROWS });
    }
    expect(await run(await put('A'), definition)).toMatchObject({ outcome: 'already-imported' });
  });

  it.each(modes)('is so in a bucket without versions: %s', async (mode, definition) => {
    const first = await putUnversioned('A', '01');
    await run(first, definition);
    const b = await putUnversioned('B', '02');
    await run(b, definition);
    const again = await putUnversioned('A', '03');
    expect(await run(again, definition)).toMatchObject(
      mode === 'append'
        ? { outcome: 'already-imported', byRunId: runIdOf(first) }
        : { outcome: 'imported', byRunId: null },
    );
    expect(await notes()).toEqual(mode === 'append' ? { A: ROWS, B: ROWS } : { A: ROWS });
    // Duplicates of each event are still the same run.
    for (const upload of [first, again]) {
      expect(await run(upload, definition)).toMatchObject({ outcome: 'already-imported' });
    }
    expect(await notes()).toEqual(mode === 'append' ? { A: ROWS, B: ROWS } : { A: ROWS });
    // The application still finds its upload by the ETag that S3 has answered.
    expect(
      await harness.sql`select distinct version from csv_import.runs where etag = ${first.etag}`,
    ).toEqual([{ version: first.etag }]);
  });

  it('one that is started by hand in a bucket without versions loads what is there now', async () => {
    await run(await putUnversioned('A', '01'), whole.upsert);
    const b = await putUnversioned('B', '02');
    await failing(b, whole.upsert);
    const byHand = { ...b, sequencer: '' };
    expect(await run(byHand, whole.upsert)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ B: ROWS });
    expect(await run(b, whole.upsert)).toMatchObject({
      outcome: 'already-imported',
      byRunId: runIdOf(byHand),
    });
  });
});

describe('a run in batches that goes on after another run of the key', () => {
  it('begins anew where that one may have written over its rows', async () => {
    const late = await put('A', '01');
    const b = await put('B', '02');
    await failing(b, parts.upsert);
    // Its event came late: nothing newer has ended well.
    expect(await run(late, parts.upsert)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ A: ROWS });
    expect(await run(b, parts.upsert)).toMatchObject({ outcome: 'imported', counts: { updated: ROWS } });
    expect(await notes()).toEqual({ B: ROWS });
    expect(await run(late, parts.upsert)).toMatchObject({ outcome: 'already-imported' });
    expect(await notes()).toEqual({ B: ROWS });
  });

  it('resumes where it has written last, however often it fails', async () => {
    await run(await put('A'), parts.upsert);
    const b = await put('B');
    for (const id of [7, 12, 17]) await failing(b, parts.upsert, id);
    const attempts = async () =>
      harness.sql`select attempt from csv_import.checkpoints where run_id = ${runIdOf(b)} group by 1`;
    expect(await attempts()).toHaveLength(3);
    await run(b, parts.upsert);
    expect(await attempts()).toHaveLength(4);
    expect(await notes()).toEqual({ B: ROWS });
  });

  it('appends no row of the same bytes twice, whichever upload of them goes on', async () => {
    const oneLane = points({ mode: 'append', commit: inBatches });
    const first = await put('A');
    await failing(first, oneLane, 7);
    const again = await put('A');
    await failing(again, oneLane, 12);
    expect(await run(first, points({ mode: 'append' }))).toMatchObject({
      outcome: 'imported',
      counts: { read: ROWS, inserted: ROWS },
    });
    expect(await run(again, parts.append)).toMatchObject({ outcome: 'already-imported' });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it('also where an upload between them came to nothing', async () => {
    const first = await put('A');
    await failing(first, parts.append);
    const between = await put('A');
    const lock = keyLock(harness.attempt(between, { importName: 'points' })).toString();
    await harness.sql.begin(async (holder) => {
      await holder`select pg_advisory_xact_lock(${lock}::bigint)`;
      const { failure } = await run(between, parts.append, { importer: { lockWaitSeconds: 1 } });
      expect(failure).toMatchObject({ name: 'RunLocked' });
    });
    expect(await run(await put('A'), parts.append)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it('so a file that is uploaded once more is completed, and the older upload superseded', async () => {
    const first = await put('A');
    await failing(first, parts.append);
    const again = await put('A');
    expect(await run(again, parts.append)).toMatchObject({ outcome: 'imported', counts: { inserted: ROWS } });
    expect(await run(first, parts.append)).toMatchObject({ outcome: 'superseded', counts: { inserted: 0 } });
    expect(await notes()).toEqual({ A: ROWS });
  });
});

describe('the word that bytes are in already', () => {
  /** A is in, B has failed, and A was uploaded again. */
  async function beforeTheWord(definition = whole.upsert) {
    await run(await put('A'), definition);
    const b = await put('B');
    await failing(b, definition);
    return { b, again: await put('A') };
  }

  it('stands without its report', async () => {
    const { b, again } = await beforeTheWord();
    await expect(
      run(again, whole.upsert, { attempt: { resultsBucket: 'no-such-bucket' } }),
    ).rejects.toMatchObject({ name: 'UnexpectedError' });
    expect(await run(b, whole.upsert)).toMatchObject({ outcome: 'superseded' });
    expect(await run(again, whole.upsert)).toMatchObject({ outcome: 'already-imported' });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it('is there with its COMMIT, and not before', async () => {
    const { b, again } = await beforeTheWord();
    await harness.sql.unsafe(`
      create constraint trigger break_down after update on csv_import.runs deferrable initially deferred
        for each row when (new.status = 'already-imported') execute function break_down()`);
    expect(await run(again, whole.upsert)).toMatchObject({ failure: { name: 'DatabaseUnavailable' } });
    await harness.sql.unsafe('drop trigger break_down on csv_import.runs');
    expect(await run(b, whole.upsert)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ B: ROWS });
    expect(await run(again, whole.upsert)).toMatchObject({ outcome: 'imported' });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it('is not taken back by a later attempt that fails', async () => {
    const { b, again } = await beforeTheWord();
    await run(again, whole.upsert);
    const stopped = AbortSignal.abort();
    expect(await run(again, whole.upsert, { importer: { signal: stopped } })).toMatchObject({
      outcome: 'failed',
    });
    const stop = new AbortController();
    const held = await harness.sql.reserve();
    await held.unsafe('begin; lock table csv_import.waiting');
    const waits = run(again, whole.upsert, { importer: { signal: stop.signal } });
    await waitFor('the attempt', async () =>
      (await harness.sql`select from csv_import.runs where attempts = 2`).length > 0 ? true : null,
    );
    stop.abort();
    await held.unsafe('rollback');
    held.release();
    expect(await waits).toMatchObject({ failure: { name: 'ImporterStopped' } });
    expect(await statusOf(again)).toBe('already-imported');
    expect(await run(b, whole.upsert)).toMatchObject({ outcome: 'superseded' });
    expect(await notes()).toEqual({ A: ROWS });
  });

  it('is no reason to load again where its event comes twice, and a newer upload has begun', async () => {
    const { again } = await beforeTheWord();
    await run(again, parts.upsert);
    const c = await put('C');
    await failing(c, parts.upsert);
    const halfway = await notes();
    expect(halfway.C).toBeGreaterThan(0);
    expect(await run(again, parts.upsert)).toMatchObject({ outcome: 'already-imported' });
    expect(await notes()).toEqual(halfway);
    await run(c, parts.upsert);
    expect(await notes()).toEqual({ C: ROWS });
  });

  it('is entered by whichever attempt finds it, also when another has begun since', async () => {
    const { b, again } = await beforeTheWord();
    const held = await harness.sql.reserve();
    // The first attempt waits behind a lock of the key's row while the second one begins.
    await held.unsafe('begin; lock table csv_import.runs in access exclusive mode');
    const attempts = Promise.all(Array.from({ length: 5 }, () => run(again, whole.upsert)));
    await held.unsafe('rollback');
    held.release();
    expect((await attempts).map(({ outcome }) => outcome)).toEqual(Array(5).fill('already-imported'));
    expect(await statusOf(again)).toBe('already-imported');
    expect(await run(b, whole.upsert)).toMatchObject({ outcome: 'superseded' });
  });

  it('holds whatever comes at once', async () => {
    const { b, again } = await beforeTheWord();
    const reports = await Promise.all([again, b, again, b].map((upload) => run(upload, whole.upsert)));
    expect(reports.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    // Either A's second upload was first, or it was loaded after B.
    expect(await notes()).toEqual({ A: ROWS });
  });
});

describe('an orphan of another run of the key', () => {
  it.each(['already-imported', 'superseded'] as const)(
    'commits no batch once an upload was found to be %s',
    async (outcome) => {
      const [first, b] = [await put('A', '01'), await put('B', '02')];
      await run(outcome === 'superseded' ? await put('C', '03') : first, parts.append);
      await harness.sql`update csv_import.runs set sequencer = '' where ${outcome === 'superseded'}`;
      await failing(b, parts.append);
      await harness.sql`update csv_import.runs set sequencer = rpad('03', 64, '0') where sequencer = ''`;
      const [{ attempt }] = (await harness.sql`
        select last_attempt as attempt from csv_import.runs where run_id = ${runIdOf(b)}`) as unknown as [
        { attempt: string },
      ];
      await harness.sql`update csv_import.runs set loading_attempt = last_attempt where run_id = ${runIdOf(b)}`;
      const orphan = harness.attempt(b, { importName: 'points', runId: runIdOf(b), attempt });
      const lane = connect({ url: harness.databaseUrl, tls: 'url' }, 'orphan');
      const place = (offset: number) => ({ offset, line: 1, rows: 1_000 });
      const counts = { ...noRows, read: 1, inserted: 1 };
      const commit = () =>
        inTransaction(lane, async (tx) => {
          await tx`insert into points values (999, 'orphan')`;
          await enterCheckpoint(tx, orphan, {
            start: place(1e6),
            end: place(1e6 + 1),
            counts,
            commentLines: 0,
            refused: [],
          });
        });
      const last = outcome === 'superseded' ? await put('A', '015') : await put('A', '03');
      expect(await run(last, parts.append)).toMatchObject({ outcome });
      await expect(commit()).rejects.toMatchObject({ name: 'RunLocked' });
      await lane.sql.end();
      expect(await notes()).not.toHaveProperty('orphan');
    },
  );
});

const noRows = {
  inserted: 0,
  updated: 0,
  unchanged: 0,
  duplicates: 0,
  deleted: 0,
  rejected: 0,
  skipped: 0,
  emptyRows: 0,
};

it.each(rewriting)(
  'a dry run comes to the same verdict, and leaves everything as it is: %s',
  async (_, definition) => {
    const first = await put('A');
    await run(first, definition);
    const b = await put('B');
    await failing(b, definition);
    const again = await put('A');
    const same = async (upload: Upload, expected: object) => {
      const before = await everything();
      const dry = await run(upload, definition, { attempt: { dryRun: true } });
      expect(await everything()).toEqual(before);
      expect(dry).toMatchObject(expected);
      return run(upload, definition);
    };
    expect(await same(again, { outcome: 'already-imported', byRunId: runIdOf(first) })).toMatchObject({
      outcome: 'already-imported',
    });
    expect(await same(b, { outcome: 'superseded', byRunId: runIdOf(again) })).toMatchObject({
      outcome: 'superseded',
    });
    expect(await same(again, { outcome: 'already-imported' })).toMatchObject({ outcome: 'already-imported' });
  },
);

it('a run of an importer of an older release, of which no order is known, is not relied on', async () => {
  await run(await put('A'), whole.upsert);
  await run(await put('B'), whole.upsert);
  await harness.sql`update csv_import.runs set wrote = null`;
  // It may be that B was the last to write, and it may be that it was not.
  expect(await run(await put('B'), whole.upsert)).toMatchObject({ outcome: 'imported' });
  expect(await run(await put('B'), whole.upsert)).toMatchObject({ outcome: 'already-imported' });
});
