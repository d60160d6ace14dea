import { afterAll, beforeAll, expect } from 'vitest';
import type { Random } from '../../samples/random.ts';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { eachRound, rounds } from './harness/rounds.ts';
import type { S3Fate, SeenRequest } from './harness/s3-proxy.ts';
import type { TestedRun } from './harness/tested-run.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));
const some = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, definitions.find((each) => each.name === name)!]));

const isRead = (run: TestedRun, { method, path }: SeenRequest) =>
  method === 'GET' && path === `/${run.upload.bucket}/${run.upload.key}`;

/** The next `times` reads of the upload end so. */
function breakReads(run: TestedRun, times: number, fate: () => S3Fate): { broken: number } {
  const seen = { broken: 0 };
  harness.storage.onRequest = (request) => {
    if (!isRead(run, request) || seen.broken === times) return { kind: 'pass' };
    seen.broken++;
    return fate();
  };
  return seen;
}

const somewhere = (random: Random, run: TestedRun) => random.between(0, run.file.length - 1);

for (const kind of ['reset', 'truncate', 'drop'] as const) {
  eachRound(`reads of the upload: ${kind}, now and then`, imports, async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const seen = breakReads(run, random.between(1, 3), () => ({ kind, after: somewhere(random, run) }));
    // Within the attempt: nobody else needs to know.
    const judged = await run.judge(run.start());
    expect(judged.failure, judged.output).toBeNull();
    expect(seen.broken).toBeGreaterThan(0);
    await run.verify(judged);
  });
}

eachRound(
  'reads of the upload: broken until the reader gives up',
  some('append-file', 'upsert-batches'),
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const kind = random.pick(['reset', 'truncate'] as const);
    const unwatch = run.watch();
    breakReads(run, Number.POSITIVE_INFINITY, () => ({ kind, after: somewhere(random, run) }));
    const judged = await run.judge(run.start());
    expect(judged.failure, judged.output).toMatchObject({
      // Where S3 has sent a checksum of the whole object, it is that which does not match.
      name: expect.stringMatching(
        kind === 'reset' ? /^StorageUnavailable$/ : /^(StorageUnavailable|UploadTruncated)$/,
      ),
      blame: 'system',
      retryable: true,
    });
    await run.expectNoSessions();
    harness.mend();
    await run.complete();
    await unwatch();
  },
);

eachRound(
  'reads of the upload: refused by S3 for a while',
  some('upsert-file', 'append-batches'),
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const status = random.pick([500, 503]);
    breakReads(run, random.between(1, 4), () => ({
      kind: 'refuse',
      status,
      code: status === 503 ? 'SlowDown' : 'InternalError',
    }));
    const judged = await run.judge(run.start());
    expect(judged.failure, judged.output).toBeNull();
    await run.verify(judged);
  },
);

// The importer waits 20 s for a byte. Few rounds: one read stalls; many: all do, until the reader gives up.
eachRound('reads of the upload: stalled', some('append-file'), async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const times = rounds > 3 ? 6 : 1;
  breakReads(run, times, () => ({ kind: 'stall', after: somewhere(random, run) }));
  const judged = await run.expectFailure(run.start(), 'StorageUnavailable');
  expect(judged.failure === null, judged.output).toBe(times === 1);
  if (judged.failure === null) await run.verify(judged);
  else await run.complete();
});

/** What a results bucket without room answers, or one that cannot be reached. */
const noRoom = (random: Random): S3Fate =>
  random.pick<S3Fate>([
    { kind: 'refuse', status: 503, code: 'SlowDown' },
    { kind: 'refuse', status: 500, code: 'InternalError' },
    { kind: 'refuse', status: 507, code: 'InsufficientStorage' },
    { kind: 'drop', after: random.between(0, 2_000) },
  ]);

eachRound('no room for the reject files', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  const fate = noRoom(random);
  harness.storage.onRequest = ({ path }) => (path.startsWith('/results/rejects/') ? fate : { kind: 'pass' });
  const judged = await run.judge(run.start());
  expect(judged.failure, judged.output).toMatchObject({
    name: 'StorageUnavailable',
    blame: 'system',
    retryable: true,
    message: expect.stringContaining('rejects/'),
  });
  await run.expectNoSessions();
  harness.mend();
  await run.complete();
  await unwatch();
});

eachRound('no room for reports', some('append-file', 'upsert-batches'), async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const fate = noRoom(random);
  harness.storage.onRequest = ({ path }) =>
    path.startsWith('/results/reports/') || path.startsWith('/results/progress/') ? fate : { kind: 'pass' };
  const judged = await run.judge(run.start());
  // The rows are in, but nobody was told: the next attempt tells.
  expect(judged.report).toBeNull();
  expect(judged.exitCode, judged.output).toBe(75);
  expect(judged.failure).toMatchObject({ name: 'ImporterPostponed', retryable: true });
  harness.mend();
  expect((await run.complete()).report!.outcome).toBe('already-imported');
});
