import { afterAll, beforeAll, expect } from 'vitest';
import { definitions } from './harness/definitions.ts';
import { expectImport, generateFile, recordsOf } from './harness/expectation.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickCopying } from './harness/moments.ts';
import { ledgerOf } from './harness/observations.ts';
import { eachRound } from './harness/rounds.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));
const some = (...names: string[]) => Object.fromEntries(names.map((name) => [name, imports[name]!]));

eachRound(
  'ten importers of one upload at once',
  some('append-file', 'append-batches'),
  async (random, definition) => {
    const run = await harness.prepare(random, definition, { rows: 2_000 });
    const unwatch = run.watch();
    const importers = Array.from({ length: 10 }, () => run.start());
    const judged = await Promise.all(importers.map((importer) => run.judge(importer)));
    expect(judged.map(({ report }) => report?.outcome).sort()).toEqual([
      ...Array(9).fill('already-imported'),
      'imported',
    ]);
    const { last_attempt: last, attempts } = (await ledgerOf(harness.harness.sql, run.runId))!;
    expect(attempts).toBe(10);
    for (const each of judged) await run.verify(each, last);
    await unwatch();
  },
);

eachRound('an older version after a newer one', imports, async (random, definition) => {
  const newer = await harness.prepare(random, definition);
  const file = generateFile(random, definition);
  // The event of the older version comes late.
  const older = harness.testedRun(
    definition,
    await harness.harness.put(newer.upload.key, file, '00'),
    file,
    newer.expected.after,
  );
  await newer.complete();
  const judged = await older.judge(older.start());
  expect(judged.report, judged.output).toMatchObject({
    outcome: 'superseded',
    byRunId: newer.runId,
    counts: { read: 0, inserted: 0 },
  });
  await older.expectRows(newer.expected.after);
  expect(await ledgerOf(harness.harness.sql, older.runId)).toMatchObject({
    status: 'superseded',
    failure: null,
  });
});

eachRound('two versions at once', imports, async (random, definition) => {
  const first = await harness.prepare(random, definition);
  const file = generateFile(random, definition);
  const upload = await harness.harness.put(first.upload.key, file);
  const second = harness.testedRun(definition, upload, file, first.before);
  const [one, two] = random.chance(0.5)
    ? [first.start(), second.start()]
    : [second.start(), first.start()].reverse();
  const [{ report: older, output }, { report: newer }] = await Promise.all([
    first.judge(one!),
    second.judge(two!),
  ]);
  expect(newer, output).toMatchObject({ outcome: 'imported' });
  // Either came first: the older one may be late, but never undoes what the newer one did.
  const between = older!.outcome === 'superseded' ? first.before : first.expected.after;
  const { after, counts } = expectImport(recordsOf(file), between, definition);
  expect(newer!.counts).toEqual(counts);
  await second.expectRows(after);
  await second.expectNoSessions();
});

eachRound(
  'a newer version after a part of an older one',
  some('upsert-batches'),
  async (random, definition) => {
    const older = await harness.prepare(random, definition);
    const killed = await disturb(harness, older, pickCopying(random, older), ({ kill }) => kill('SIGKILL'));
    await older.expectFailure(killed, 'ImporterKilled');
    await older.expectNoSessions();
    const [{ rows }] = (await harness.harness.sql`
    select coalesce(sum(rows_read), 0)::int as rows from csv_import.checkpoints where run_id = ${older.runId}`) as unknown as [
      { rows: number },
    ];
    const part = expectImport(recordsOf(older.file).slice(0, rows), older.before, definition);
    await older.expectRows(part.after);

    const file = generateFile(random, definition);
    const newer = harness.testedRun(
      definition,
      await harness.harness.put(older.upload.key, file),
      file,
      part.after,
    );
    await newer.complete();
    const judged = await older.judge(older.start());
    // What is in of it was, and is told.
    expect(judged.report, judged.output).toMatchObject({ outcome: 'superseded', counts: part.counts });
    await older.expectRows(newer.expected.after);
  },
);

eachRound(
  'five importers at once in a database without a ledger',
  some('append-file'),
  async (random, definition) => {
    const first = await harness.prepare(random, definition, { rows: 500 });
    const others = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const file = generateFile(random, definition, { rows: 500 });
        const upload = await harness.harness.put(`${definition.prefix}other-${index}.csv`, file);
        return harness.testedRun(definition, upload, file, []);
      }),
    );
    const runs = [first, ...others];
    const importers = runs.map((run) => run.start());
    // One of them may be killed in the middle of it.
    const victim = random.pick(importers);
    const killed = setTimeout(() => victim.kill('SIGKILL'), random.between(200, 1_000));
    const judged = await Promise.all(
      runs.map((run, index) => run.expectFailure(importers[index]!, 'ImporterKilled')),
    );
    clearTimeout(killed);
    for (const [index, run] of runs.entries()) {
      if (judged[index]!.failure === null) continue;
      expect(importers[index]).toBe(victim);
      expect((await run.judge(run.start())).failure).toBeNull();
    }
    await first.expectRows(runs.flatMap(({ expected }) => expected.after));
    const migrations = await harness.harness
      .sql`select hash, count(*)::int from csv_import.migrations group by hash`;
    expect(migrations.length).toBeGreaterThan(0);
    expect(migrations.every(({ count }) => count === 1)).toBe(true);
    for (const { runId, expected } of runs) {
      expect(await ledgerOf(harness.harness.sql, runId)).toMatchObject({
        status: 'imported',
        counts: expected.counts,
      });
    }
    await first.expectNoSessions();
  },
);
