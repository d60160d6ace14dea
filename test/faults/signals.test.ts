import { afterAll, beforeAll, expect } from 'vitest';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickCopying, pickMoment } from './harness/moments.ts';
import { eachRound } from './harness/rounds.ts';
import type { RunningImporter } from './harness/running-importer.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

eachRound('SIGKILL', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  const importer = await disturb(harness, run, pickMoment(random, run), ({ kill }) => kill('SIGKILL'));
  await run.expectFailure(importer, 'ImporterKilled');
  // The workflow may be quick, and find the killed one's session still there.
  if (random.chance(0.5)) await run.expectNoSessions();
  await run.complete();
  await unwatch();
});

eachRound(
  'the function for small uploads is killed, and a task goes on',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const unwatch = run.watch();
    const kill = ({ kill }: RunningImporter) => kill('SIGKILL');
    const importer = await disturb(harness, run, pickMoment(random, run), kill, 'function');
    await run.expectFailure(importer, 'ImporterKilled');
    // Lambda may end what Step Functions has given up already: the task then meets it.
    if (random.chance(0.5)) await run.expectNoSessions();
    await run.complete();
    await unwatch();
  },
);

eachRound('SIGTERM', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  let told = 0;
  const importer = await disturb(harness, run, pickMoment(random, run), ({ kill }) => {
    told = performance.now();
    kill('SIGTERM');
  });
  const judged = await run.expectFailure(importer, 'ImporterStopped');
  expect(performance.now() - told, judged.output).toBeLessThan(10_000);
  await run.expectNoSessions();
  await run.complete();
  await unwatch();
});

eachRound(
  'nobody reads the log any more, and it has something to say',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    const importer = await disturb(harness, run, pickCopying(random, run), ({ closeLog, kill }) => {
      closeLog();
      kill('SIGTERM');
    });
    const { report, seconds } = await run.expectFailure(importer, 'ImporterStopped');
    expect(report).not.toBeNull();
    expect(seconds).toBeLessThan(60);
    await run.complete();
  },
);
