import { fileKinds } from '../files/file-kinds.ts';
import type { Goal, Run } from './results.ts';

const MiB = 1024 * 1024;

/** What is promised of the reference file, or a longer one of its kind, as far as it was measured. */
export function checkGoals({ file, startUp, results }: Pick<Run, 'file' | 'startUp' | 'results'>): Goal[] {
  if (file.name !== 'reference' || file.rows < fileKinds.reference.rows) return [];
  const find = (name: string) => results.find((result) => result.name === name);
  const goals: Goal[] = [];
  const atMost = (goal: string, unit: Goal['unit'], limit: number, value: number | null | undefined) => {
    if (value === null || value === undefined) return;
    goals.push({ goal, unit, atMost: limit, atLeast: null, value, met: value <= limit });
  };
  atMost('append, one transaction: of raw COPY', '×', 1.05, find('append-file')?.ratio);
  atMost('append, lanes, checked first: of raw COPY', '×', 0.7, find('append-lanes')?.ratio);
  atMost('append, lanes, read once: of raw COPY', '×', 0.7, find('append-lanes-once')?.ratio);
  atMost('upsert into an empty table: of the textbook upsert', '×', 0.6, find('upsert-empty')?.ratio);
  atMost('upsert, nothing changed: of the textbook upsert', '×', 0.5, find('upsert-unchanged')?.ratio);

  const peaks = results
    .filter(({ ours }) => ours)
    .flatMap(({ rounds }) => rounds.map(({ peakBytes }) => peakBytes ?? 0));
  atMost(
    'peak resident memory, highest of all imports',
    'MiB',
    200,
    peaks.length === 0 ? null : Math.max(...peaks) / MiB,
  );

  const append = find('append-file');
  const cpuSeconds = append?.median.cpuSeconds ?? null;
  if (append !== undefined && cpuSeconds !== null) {
    const gigabytes = append.bytes / 1e9;
    atMost('CPU of append, one transaction', 's per GB', 8, cpuSeconds / gigabytes);
    const startUpSeconds = startUp?.cpuSeconds ?? null;
    if (startUpSeconds !== null) {
      atMost(
        'CPU of append, one transaction, less start-up',
        's per GB',
        8,
        (cpuSeconds - startUpSeconds) / gigabytes,
      );
    }
  }
  const scanner = find('scanner');
  if (scanner !== undefined) {
    const value = scanner.megabytesPerSecond;
    goals.push({
      goal: 'the scanner alone, types checked',
      unit: 'MB/s',
      atMost: null,
      atLeast: 150,
      value,
      met: value >= 150,
    });
  }
  return goals;
}
