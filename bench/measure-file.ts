import { raceAbort } from '../local/interruption.ts';
import { rawCopy } from './baselines/raw-copy.ts';
import { type BenchContext, type Contender, contenders } from './contenders.ts';
import type { Fingerprint } from './database.ts';
import { columnNames, type FileName, fileKinds } from './files/file-kinds.ts';
import { type GeneratedFile, generateFile, type Variant } from './files/generate.ts';
import type { Measured } from './measured.ts';
import { compare, composeResult } from './results/compose-run.ts';
import { checkGoals } from './results/goals.ts';
import type { Run } from './results/results.ts';
import type { Workbench } from './workbench.ts';

export interface FilePlan {
  file: FileName;
  rows: number;
  rounds: number;
  /** Names of contenders, and of those that they are compared with; empty: all. */
  only: readonly string[];
  full: boolean;
}

/** Takes word of what is being done. */
export type Say = (text: string) => void;

/** Rows of the file that the importer's start-up is measured with: next to nothing to do. */
const START_UP_ROWS = 10;
/** What the table must hold after a contender. */
type Expected = (contender: Contender) => Fingerprint;

/**
 * Measures the contenders with one file, in rounds: each once, then each a second time, and so on, so that what
 * slows the machine down for a while does so for all of them. After each load the table is compared with what it
 * must hold; whoever loads something else has failed, and no figure of it is given.
 */
export async function measureFile(
  bench: Workbench,
  plan: FilePlan,
  say: Say,
  among: readonly Contender[] = contenders,
): Promise<Run> {
  const { database, signal } = bench;
  const kind = fileKinds[plan.file];
  const chosen = choose(among, plan.only);
  const notMeasured: Run['notMeasured'] = [];
  const failed = new Map<Contender, string>();
  const ready: Contender[] = [];
  for (const contender of chosen) {
    const reason = (await contender.unavailable?.()) ?? null;
    if (reason === null) ready.push(contender);
    else notMeasured.push({ name: contender.name, title: contender.title, reason });
  }

  const context = await setUp(bench, plan, ready, say);
  const expected = await findExpected(context, ready, say);
  const startUps = ready.some(({ ours }) => ours) ? await measureStartUp(bench, plan, say) : [];
  const measurements = new Map<Contender, Measured[]>(ready.map((contender) => [contender, []]));
  for (let round = 1; round <= plan.rounds; round++) {
    for (const contender of ready) {
      if (failed.has(contender)) continue;
      const before = `${kind.name}, round ${round}/${plan.rounds}: ${contender.title}`;
      say(before);
      try {
        const measured = await raceAbort(measureOnce(contender, context, expected), signal);
        measurements.get(contender)!.push(measured);
        say(`${before}: ${measured.seconds.toFixed(2)} s`);
      } catch (error) {
        signal.throwIfAborted();
        failed.set(contender, (error as Error).message);
        say(`${before}: FAILED: ${(error as Error).message}`);
      }
    }
  }
  await database.prepare(kind.name, null);

  const { bytes } = context.file('base');
  const results = ready
    .filter((contender) => !failed.has(contender))
    .map((contender) => {
      const rows = contender.rows?.(context) ?? plan.rows;
      const loaded = { rows, bytes: Math.round((context.file(contender.reads).bytes * rows) / plan.rows) };
      return composeResult(contender, measurements.get(contender)!, loaded, plan.rows);
    });
  const run = {
    file: { name: kind.name, rows: plan.rows, columns: columnNames(kind.table).length, bytes },
    rounds: plan.rounds,
    startUp:
      startUps.length === 0
        ? null
        : composeResult({ name: '', title: '', against: null }, startUps, { rows: 1, bytes: 1 }, 1).median,
    results: compare(results),
  };
  return {
    ...run,
    notMeasured,
    failed: [...failed].map(([{ name, title }, reason]) => ({ name, title, reason })),
    goals: checkGoals(run),
  };
}

/** @throws Error naming a contender that there is not */
function choose(among: readonly Contender[], only: readonly string[]): readonly Contender[] {
  if (only.length === 0) return among;
  const names = new Set(only);
  for (const name of only) {
    const found = among.find((contender) => contender.name === name);
    if (found === undefined) {
      throw new Error(
        `There is nothing named "${name}" to measure; there are ${among.map((each) => each.name).join(', ')}.`,
      );
    }
    // A ratio needs both.
    if (found.against !== null) names.add(found.against);
  }
  return among.filter(({ name }) => names.has(name));
}

/** Generates and uploads the files that the contenders read. */
async function setUp(
  bench: Workbench,
  plan: FilePlan,
  ready: readonly Contender[],
  say: Say,
): Promise<BenchContext> {
  const { storage, signal, filesFolder } = bench;
  const kind = fileKinds[plan.file];
  const files = new Map<Variant, GeneratedFile>();
  const uploads = new Map<Variant, Awaited<ReturnType<typeof storage.put>>>();
  // The plain file is what all others are compared with.
  for (const variant of new Set<Variant>(['base', ...ready.map(({ reads }) => reads)])) {
    say(`${kind.name}: the file of ${plan.rows} rows (${variant})`);
    files.set(variant, await generateFile(kind, plan.rows, variant, filesFolder, signal));
  }
  for (const variant of new Set(ready.filter(({ ours }) => ours).map(({ reads }) => reads))) {
    say(`${kind.name}: to S3 (${variant})`);
    const key = `${kind.name}/${variant}-${plan.rows}.csv${variant === 'gzip' ? '.gz' : ''}`;
    uploads.set(variant, await raceAbort(storage.put(key, files.get(variant)!.path), signal));
  }
  return {
    ...bench,
    kind,
    rows: plan.rows,
    full: plan.full,
    file: (variant) => files.get(variant)!,
    upload: (variant) => uploads.get(variant)!,
  };
}

/** Finds out by raw COPY what the table must hold, and keeps the content for those that find it in the table. */
async function findExpected(context: BenchContext, ready: readonly Contender[], say: Say): Promise<Expected> {
  const { database, kind, file, rows, signal } = context;
  const load = async (variant: 'base' | 'changed') => {
    say(`${kind.name}: what the table must hold (${variant})`);
    await database.prepare(kind.name, null);
    await rawCopy(database.sql, kind.name, columnNames(kind.table), file(variant).path);
    const found = await database.fingerprint(kind.name);
    if (found.rows !== rows) {
      throw new Error(`The generated file (${file(variant).path}) has ${found.rows} rows, not ${rows}.`);
    }
    return found;
  };
  const find = async (): Promise<Expected> => {
    const changed = ready.some(({ reads }) => reads === 'changed') ? await load('changed') : null;
    const base = await load('base');
    const shares = new Map<number, Fingerprint>();
    for (const share of ready.flatMap((contender) => contender.rows?.(context) ?? [])) {
      shares.set(share, await database.fingerprint(kind.name, share));
    }
    if (ready.some(({ before }) => before === 'loaded')) await database.keep(kind.name, keptName(kind.name));
    return (contender) => {
      if (contender.rows !== undefined) return shares.get(contender.rows(context))!;
      return contender.reads === 'changed' ? changed! : base;
    };
  };
  return raceAbort(find(), signal);
}

const keptName = (table: string) => `${table}_loaded`;

async function measureOnce(
  contender: Contender,
  context: BenchContext,
  expected: Expected,
): Promise<Measured> {
  const { database, kind } = context;
  const { before } = contender;
  if (before === null) return contender.run(context);
  await database.prepare(kind.name, before === 'loaded' ? keptName(kind.name) : null);
  const measured = await contender.run(context);
  const found = await database.fingerprint(kind.name);
  const wanted = expected(contender);
  if (found.rows !== wanted.rows || found.checksum !== wanted.checksum) {
    throw new Error(
      `the table holds ${found.rows} rows of checksum ${found.checksum}, where it must hold ${wanted.rows} of ${wanted.checksum}`,
    );
  }
  return measured;
}

/** The importer with hardly any rows. */
async function measureStartUp(bench: Workbench, plan: FilePlan, say: Say): Promise<Measured[]> {
  const { storage, signal, database, importer, filesFolder } = bench;
  const kind = fileKinds[plan.file];
  const { path } = await generateFile(kind, START_UP_ROWS, 'base', filesFolder, signal);
  const upload = await storage.put(`${kind.name}/start-up.csv`, path);
  const measured: Measured[] = [];
  // The first one of all creates the ledger, which no later one has to: it does not count.
  for (let round = 0; round <= plan.rounds; round++) {
    say(`${kind.name}: the importer's start-up`);
    await database.prepare(kind.name, null);
    const one = await importer.run(`${kind.name}-append`, upload);
    if (round > 0) measured.push(one);
  }
  return measured;
}
