import type { Contender } from '../contenders.ts';
import type { Measured } from '../measured.ts';
import type { Result } from './results.ts';

/** One contender's measurements, so far without a ratio. */
export function composeResult(
  { name, title, ours, against }: Pick<Contender, 'name' | 'title' | 'ours' | 'against'>,
  rounds: readonly Measured[],
  loaded: { rows: number; bytes: number },
  allRows: number,
): Result {
  const median = {
    seconds: medianOf(rounds.map(({ seconds }) => seconds))!,
    processSeconds: medianOf(rounds.map(({ processSeconds }) => processSeconds)),
    cpuSeconds: medianOf(rounds.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: medianOf(rounds.map(({ peakBytes }) => peakBytes)),
  };
  return {
    name,
    title,
    ours: ours === true,
    against,
    ...loaded,
    rounds: rounds.map(({ seconds, processSeconds, cpuSeconds, peakBytes }) => ({
      seconds,
      processSeconds,
      cpuSeconds,
      peakBytes,
    })),
    median,
    secondsForAll: (median.seconds * allRows) / loaded.rows,
    ratio: null,
    rowsPerSecond: loaded.rows / median.seconds,
    megabytesPerSecond: loaded.bytes / 1e6 / median.seconds,
  };
}

/** Fills the ratios in. */
export function compare(results: readonly Result[]): Result[] {
  return results.map((result) => {
    const other = results.find(({ name }) => name === result.against);
    return { ...result, ratio: other === undefined ? null : result.secondsForAll / other.secondsForAll };
  });
}

/** Null where there is nothing, or not everything was measured. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length < values.length) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
