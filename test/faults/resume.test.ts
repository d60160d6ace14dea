import { afterAll, beforeAll, expect } from 'vitest';
import { SAMPLE_BYTES } from '../../csv/detect/detect-encoding.ts';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickCopying } from './harness/moments.ts';
import { eachRound } from './harness/rounds.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const batches = Object.fromEntries(
  definitions.filter(({ commit }) => commit !== 'file').map((definition) => [definition.name, definition]),
);
/** Some 1.6 MB: more than is read of any file to learn its header, encoding and delimiter. */
const ROWS = 12_000;

eachRound('batches: what is in is neither read nor loaded again', batches, async (random, definition) => {
  // Without rejected rows, whose files are written from the whole upload.
  const run = await harness.prepare(random, definition, { rows: ROWS, wrong: 0 });
  const checkpoints = () => harness.harness.sql<{ start: number; end: number; attempt: string }[]>`
    select start_offset::int as start, end_offset::int as end, attempt, committed_at
    from csv_import.checkpoints where run_id = ${run.runId} order by start_offset`;
  const killed = await disturb(harness, run, pickCopying(random, run), ({ kill }) => kill('SIGKILL'));
  await run.expectFailure(killed, 'ImporterKilled');
  await run.expectNoSessions();
  const done = [...(await checkpoints())];
  expect(done.length).toBeGreaterThan(0);

  harness.storage.requests = [];
  await run.complete();
  const all = [...(await checkpoints())];
  expect(all.filter(({ attempt }) => attempt === killed.attempt.attempt)).toEqual(done);
  // By GETs: the header, and each gap from its first byte on.
  const gaps = all.filter(
    (batch, index) =>
      batch.attempt !== killed.attempt.attempt && all[index - 1]?.attempt === killed.attempt.attempt,
  );
  const reads = harness.storage.requests
    .filter(({ method, path }) => method === 'GET' && path.endsWith(run.upload.key))
    .map(({ range }) => range!);
  const starts = gaps.map(({ start }) => start);
  for (const { first, last } of reads) {
    expect(
      first === 0 ? last <= SAMPLE_BYTES : starts.includes(first),
      JSON.stringify({ first, last, starts }),
    ).toBe(true);
  }
  for (const start of starts) expect(reads.some(({ first }) => first === start)).toBe(true);
});
