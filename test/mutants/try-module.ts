import { equivalenceOf } from './equivalents.ts';
import type { Mutant } from './find-mutants.ts';
import type { Module } from './modules.ts';
import { RelevantTests } from './relevant-tests.ts';
import type { Scratch } from './scratch.ts';
import { type Outcome, showDiff } from './summary.ts';
import { compiles, runTests } from './trial.ts';

/** Where and how mutants are tried. */
export interface Workshop {
  project: string;
  scratch: Scratch;
  postgresUrl: string;
  /** Called between runs, with nothing of a run left on the server. */
  cleanUp(): Promise<void>;
  isStopped(): boolean;
  print(text: string): void;
}

/** A run without a mutant may take so long. */
const BASELINE_SECONDS = 1_800;
/** A mutant may make tests slower without being noticed, so often and by so much; then it hangs. */
const SLOWER = 3;
const SLOWER_BY_SECONDS = 60;

/** Tries mutants of a module in this order, until so many that the compiler lets through were tried. */
export async function tryModule(
  module: Module,
  mutants: readonly Mutant[],
  most: number,
  workshop: Workshop,
): Promise<Outcome[]> {
  const { project, scratch, print } = workshop;
  const tests = new RelevantTests(project, module);
  const outcomes: Outcome[] = [];
  if (mutants.length === 0) return outcomes;

  const run = async (files: readonly string[], seconds: number) => {
    const synthesise = files.some((file) => tests.runsWholeSystem(file));
    const verdict = await runTests(scratch.folder, files, {
      postgresUrl: workshop.postgresUrl,
      synthesise,
      seconds,
    });
    await workshop.cleanUp();
    return verdict;
  };
  const used = [...new Set(mutants.flatMap(({ file }) => tests.of(file)))];
  print(`${module.name}: ${used.length} test files without a mutant …`);
  const baseline = await run(used, BASELINE_SECONDS);
  if (baseline.kind !== 'passed') {
    throw new Error(
      `${module.name}: the tests must pass without a mutant, but ${baseline.kind === 'failed' ? `${baseline.by} fails` : 'hang'}.`,
    );
  }
  const secondsOf = (file: string) => baseline.seconds.get(file) ?? 0;

  for (const mutant of mutants) {
    if (outcomes.length === most || workshop.isStopped()) break;
    const reason = equivalenceOf(mutant);
    const found = await scratch.with(mutant, async () => {
      if (reason !== null) return { fate: 'equivalent' as const, how: reason };
      if (!(await compiles(scratch.folder))) return null;
      const files = tests.of(mutant.file).toSorted((one, other) => secondsOf(one) - secondsOf(other));
      if (files.length === 0) return { fate: 'survived' as const, how: 'no test runs it' };
      const expected = files.reduce((sum, file) => sum + secondsOf(file), 0);
      const verdict = await run(files, SLOWER * expected + SLOWER_BY_SECONDS);
      if (verdict.kind === 'passed') return { fate: 'survived' as const, how: `${files.length} test files` };
      return { fate: 'killed' as const, how: verdict.kind === 'failed' ? verdict.by : 'they hung' };
    });
    if (found === null || workshop.isStopped()) continue;
    const { fate, how } = found;
    outcomes.push({ mutant, fate });
    const what = `${mutant.file}:${mutant.line}  ${mutant.operator}`;
    print(`${fate.padEnd(10)} ${mutant.id}  ${what}  (${how})`);
    if (fate === 'survived') print(showDiff(mutant));
  }
  return outcomes;
}
