import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { FailureName } from '../../contract/failures.ts';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickCopying, pickMoment } from './harness/moments.ts';
import { ledgerOf } from './harness/observations.ts';
import { eachRound } from './harness/rounds.ts';
import type { RunningImporter } from './harness/running-importer.ts';
import type { TestedRun } from './harness/tested-run.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

/** The successor ends well whatever the orphan does, and what it says is true. */
async function settle(
  run: TestedRun,
  orphan: RunningImporter,
  successor: RunningImporter,
  ...names: FailureName[]
) {
  await run.expectFailure(orphan, ...names);
  const judged = await run.judge(successor);
  expect(judged.failure, judged.output).toBeNull();
  // Which of the two began last depends on when the orphan was stopped.
  const { last_attempt: last } = (await ledgerOf(harness.harness.sql, run.runId))!;
  expect([orphan.attempt.attempt, successor.attempt.attempt]).toContain(last);
  await run.verify(judged, last);
}

eachRound(
  'an attempt that stands still, and goes on beside its successor',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const unwatch = run.watch();
    const orphan = await disturb(harness, run, pickMoment(random, run), ({ kill }) => kill('SIGSTOP'));
    const successor = run.start();
    await sleep(random.between(0, 1_500));
    orphan.kill('SIGCONT');
    await settle(run, orphan, successor);
    await unwatch();
  },
);

eachRound(
  'an attempt that stands still, and is told to stop beside its successor',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const unwatch = run.watch();
    const orphan = await disturb(harness, run, pickMoment(random, run), ({ kill }) => kill('SIGSTOP'));
    const successor = run.start();
    await sleep(random.between(0, 1_500));
    orphan.kill('SIGTERM');
    orphan.kill('SIGCONT');
    await settle(run, orphan, successor, 'ImporterStopped');
    await unwatch();
  },
);

eachRound(
  'an attempt that stands still, loses its connections, and goes on after its successor',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const unwatch = run.watch();
    const orphan = await disturb(harness, run, pickMoment(random, run), async ({ kill }) => {
      kill('SIGSTOP');
      await harness.database.refuse();
      await harness.database.accept();
    });
    const successor = run.start();
    const judged = await run.judge(successor);
    expect(judged.failure, judged.output).toBeNull();
    orphan.kill('SIGCONT');
    await settle(run, orphan, successor, 'DatabaseUnavailable');
    await unwatch();
  },
);

eachRound(
  'an attempt that loses its lock, and not the connections that load',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const unwatch = run.watch();
    const orphan = await disturb(harness, run, pickCopying(random, run), async () => {
      await harness.harness.sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())`;
    });
    await settle(run, orphan, run.start(), 'DatabaseUnavailable', 'RunLocked');
    await unwatch();
  },
);
