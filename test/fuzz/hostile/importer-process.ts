import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleImporter } from '../../../infra/bundles.ts';

/** How an importer process ended. */
export interface Ended {
  code: number | null;
  /** Whether it had to be killed. */
  hung: boolean;
  /** The most memory that it had at any time (resident set size). */
  peakMiB: number;
  /** The last of what it said. */
  output: string;
}

/** Starts importer processes from the bundle, which is what AWS runs: read from its sources Node.js takes 150 MiB more. */
export interface ImporterProcesses {
  /** Runs one until it ends, or for `patience` milliseconds. */
  run(environment: Record<string, string>, patience: number): Promise<Ended>;
  close(): Promise<void>;
}

/** Where there is much memory Node.js lets garbage grow; so little shows what an importer cannot do without. */
const SMALL_HEAP = '--max-old-space-size=64';

/**
 * Loaded before anything else: notes at the end how much memory there was at most, in KiB. On Linux not by maxRSS, which
 * a process inherits from the one that started it.
 */
const notePeak = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync, writeFileSync } from 'node:fs';
  const status = '/proc/self/status';
  const peak = () =>
    existsSync(status) ? /VmHWM:\\s*(\\d+)/.exec(readFileSync(status, 'utf8'))[1] : process.resourceUsage().maxRSS;
  process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(peak())));
`)}`;

export async function bundleProcesses(): Promise<ImporterProcesses> {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-hostile-'));
  const bundle = join(directory, 'importer');
  const peakFile = join(directory, 'peak');
  bundleImporter(bundle);
  return {
    run: (environment, patience) => run(bundle, { ...environment, PEAK_FILE: peakFile }, peakFile, patience),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function run(
  cwd: string,
  env: Record<string, string>,
  peakFile: string,
  patience: number,
): Promise<Ended> {
  await rm(peakFile, { force: true });
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [SMALL_HEAP, '--import', notePeak, 'main.mjs'], {
    cwd,
    env,
    stdio: [...stdio],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      output = (output + String(chunk)).slice(-2000);
    });
  }
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, patience);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  // Missing where it did not end by itself, which the exit code tells.
  const kibibytes = Number(await readFile(peakFile, 'utf8').catch(() => '0'));
  return { code, hung, peakMiB: Math.round(kibibytes / 1024), output };
}
