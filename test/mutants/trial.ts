import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runNode } from './processes.ts';

/** What became of a run of tests. */
export type Verdict =
  | { kind: 'passed'; seconds: Map<string, number> }
  /** By a test file, or by what made the whole run fail. */
  | { kind: 'failed'; by: string }
  /** They hung, so that somebody would have noticed. */
  | { kind: 'late' };

interface JsonReport {
  testResults: { name: string; status: string; startTime: number; endTime: number }[];
}

const RESULTS = 'mutants-results.json';

/** Runs test files one after the other, until one fails. */
export async function runTests(
  folder: string,
  files: readonly string[],
  options: { postgresUrl: string; synthesise: boolean; seconds: number },
): Promise<Verdict> {
  const results = join(folder, RESULTS);
  rmSync(results, { force: true });
  const { code, output } = await runNode(
    [
      ...[
        'node_modules/vitest/vitest.mjs',
        'run',
        '--root',
        '.',
        '--config',
        'test/mutants/vitest.config.ts',
      ],
      ...['--reporter', 'json', '--outputFile', results],
    ],
    {
      cwd: folder,
      seconds: options.seconds,
      env: {
        MUTANTS_TEST_FILES: JSON.stringify(files),
        MUTANTS_POSTGRES_URL: options.postgresUrl,
        MUTANTS_SYNTHESISE: String(options.synthesise),
      },
    },
  );
  if (code === null) return { kind: 'late' };
  const report = readReport(results);
  const nameOf = ({ name }: { name: string }) => relative(folder, name);
  if (code === 0) {
    const ran = (report?.testResults ?? []).map(
      (each) => [nameOf(each), (each.endTime - each.startTime) / 1_000] as const,
    );
    const missing = files.filter((file) => !ran.some(([name]) => name === file));
    if (missing.length > 0) throw new Error(`Vitest has not run ${missing.join(', ')}:\n${output}`);
    return { kind: 'passed', seconds: new Map(ran) };
  }
  const failed = report?.testResults.find(({ status }) => status === 'failed');
  return { kind: 'failed', by: failed === undefined ? lastLine(output) : nameOf(failed) };
}

function readReport(path: string): JsonReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Vitest itself ended early: a mutant may take its worker down.
    return null;
  }
}

/** Whether the compiler takes what is in the folder. Names that a mutant leaves unused are no matter. */
export async function compiles(folder: string): Promise<boolean> {
  const { code } = await runNode(
    [
      ...['node_modules/typescript/bin/tsc', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false'],
      ...['--incremental', '--tsBuildInfoFile', join(folder, 'mutants-tsc.json')],
    ],
    { cwd: folder, seconds: 300 },
  );
  return code === 0;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'no output';
}
