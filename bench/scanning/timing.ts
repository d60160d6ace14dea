import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured } from '../measured.ts';

/** What a process that only scans prints. */
export interface ScanTiming {
  seconds: number;
  /** User and system time of all threads meanwhile. */
  cpuSeconds: number;
  rows: number;
  rejected: number;
}

const run = promisify(execFile);

/**
 * Runs one of the scanning processes of this folder.
 *
 * @throws Error when it does not find all rows
 */
export async function timeScanning(
  script: 'scan-alone.ts' | 'csv-parse-alone.ts',
  args: readonly string[],
  expectedRows: number,
  signal: AbortSignal,
): Promise<Measured> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, script), ...args], { signal });
  const { seconds, cpuSeconds, rows, rejected } = JSON.parse(stdout) as ScanTiming;
  if (rows !== expectedRows || rejected !== 0) {
    throw new Error(`${rows} rows were found and ${rejected} refused, where there are ${expectedRows}`);
  }
  return { seconds, processSeconds: null, cpuSeconds, peakBytes: null };
}
