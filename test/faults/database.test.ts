import { afterAll, beforeAll, expect } from 'vitest';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickMoment } from './harness/moments.ts';
import { type ClientMessage, type Fate, isCommit } from './harness/postgres-proxy.ts';
import { eachRound } from './harness/rounds.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

eachRound('backends terminated', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  // One that loads, all that load, or all there are: the one that tells the ledger is among them then.
  const [which, limit] = random.pick([
    ['csv-import %-%', 1],
    ['csv-import %-%', 100],
    ['csv-import%', 100],
  ] as const);
  const importer = await disturb(harness, run, pickMoment(random, run), async () => {
    await harness.harness.sql`
      select pg_terminate_backend(pid) from (
        select pid from pg_stat_activity
        where datname = current_database() and application_name like ${which}
        order by random() limit ${limit}
      ) as chosen`;
  });
  await run.expectFailure(importer, 'DatabaseUnavailable');
  await run.expectNoSessions();
  await run.complete();
  await unwatch();
});

eachRound('connections to the database cut', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  const importer = await disturb(harness, run, pickMoment(random, run), async () => {
    await harness.database.refuse();
    await harness.database.accept();
  });
  await run.expectFailure(importer, 'DatabaseUnavailable');
  await run.complete();
  await unwatch();
});

/** Does this to the nth COMMIT of an attempt, whose loading sessions are the only ones seen here. */
const atCommit = (nth: number, fate: Fate) => {
  let commits = 0;
  return (message: ClientMessage): Fate => (isCommit(message) && ++commits === nth ? fate : 'pass');
};

eachRound('the connection cut at COMMIT, before it arrives', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  harness.database.onMessage = atCommit(random.between(1, run.loads), 'cut');
  const judged = await run.expectFailure(run.start(), 'DatabaseUnavailable');
  expect(judged.failure, judged.output).not.toBeNull();
  harness.database.onMessage = null;
  expect((await run.complete()).report!.outcome).toBe('imported');
  await unwatch();
});

eachRound('the connection cut at COMMIT, its reply lost', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  const nth = random.between(1, run.loads);
  harness.database.onMessage = atCommit(nth, 'lose-reply');
  const judged = await run.expectFailure(run.start(), 'DatabaseUnavailable');
  expect(judged.failure, judged.output).not.toBeNull();
  harness.database.onMessage = null;
  // The rows are in, and nobody told the importer.
  expect((await run.complete()).report!.outcome).toBe(
    definition.commit === 'file' ? 'already-imported' : 'imported',
  );
  await unwatch();
});

const inBatches = Object.fromEntries(Object.entries(imports).filter(([, { commit }]) => commit !== 'file'));

eachRound('the reply to the last COMMIT of all lost', inBatches, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  harness.database.onMessage = atCommit(run.loads + 1, 'lose-reply');
  const judged = await run.expectFailure(run.start(), 'DatabaseUnavailable');
  expect(judged.failure, judged.output).not.toBeNull();
  harness.database.onMessage = null;
  expect((await run.complete()).report!.outcome).toBe('already-imported');
});
