import { describe, expect, it } from 'vitest';
import { compare, composeResult, medianOf } from '../../../bench/results/compose-run.ts';
import { checkGoals } from '../../../bench/results/goals.ts';

const rows = 1_000_000;
const bytes = 125_000_000;
const file = { name: 'reference', rows, columns: 9, bytes } as const;
const MiB = 1024 ** 2;

function result(name: string, against: string | null, seconds: number, loaded = { rows, bytes }) {
  const ours = name.startsWith('append');
  const measured = {
    processSeconds: null,
    cpuSeconds: ours ? 1.2 : null,
    peakBytes: ours ? 199 * MiB : null,
  };
  return composeResult(
    { name, title: name, against, ...(ours ? { ours } : {}) },
    [seconds + 1, seconds, seconds - 1].map((each) => ({ seconds: each, ...measured })),
    loaded,
    rows,
  );
}

describe('medians and ratios', () => {
  it('are of what was measured, and null where something was not', () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
    expect(medianOf([1, null, 2])).toBeNull();
    expect(medianOf([])).toBeNull();
  });

  it('scale a share of the rows up to all of them', () => {
    const share = result('csv-parse-drizzle', 'raw-copy', 5, { rows: 100_000, bytes: 12_500_000 });
    const [, scaled] = compare([result('raw-copy', null, 4), share]);
    expect(scaled).toMatchObject({
      secondsForAll: 50,
      ratio: 12.5,
      rowsPerSecond: 20_000,
      megabytesPerSecond: 2.5,
    });
  });

  it('are missing where the other was not measured', () => {
    expect(compare([result('append-file', 'raw-copy', 4)])[0]!.ratio).toBeNull();
  });
});

describe('goals', () => {
  const startUp = { seconds: 0.1, processSeconds: 0.4, cpuSeconds: 0.4, peakBytes: 90 * MiB };
  const results = compare([result('raw-copy', null, 4), result('append-file', 'raw-copy', 4.4)]);

  it('are judged where there are figures, start-up counted and not', () => {
    const told = checkGoals({ file, startUp, results }).map(({ goal, value, met }) => [
      goal,
      Number(value.toFixed(3)),
      met,
    ]);
    expect(told).toEqual([
      ['append, one transaction: of raw COPY', 1.1, false],
      ['peak resident memory, highest of all imports', 199, true],
      ['CPU of append, one transaction', 9.6, false],
      ['CPU of append, one transaction, less start-up', 6.4, true],
    ]);
  });

  it('are of the reference file, not of others or of a small one', () => {
    expect(checkGoals({ file: { ...file, name: 'wide' }, startUp, results })).toEqual([]);
    expect(checkGoals({ file: { ...file, rows: 999_999 }, startUp, results })).toEqual([]);
  });
});
