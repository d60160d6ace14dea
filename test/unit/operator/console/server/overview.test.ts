import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../../../contract/report.ts';
import { summarise } from '../../../../../operator/console/server/overview.ts';
import type { Execution } from '../../../../../operator/read-execution.ts';

const from = new Date('2026-11-24T20:40:00Z');
const to = new Date('2026-11-24T23:10:00Z');

const execution = (endedAt: string | null, changes: Partial<Execution> = {}): Execution => ({
  arn: 'arn',
  name: 'name',
  status: endedAt === null ? 'RUNNING' : 'SUCCEEDED',
  startedAt: '2026-11-24T20:50:00.000Z',
  endedAt,
  seconds: 1,
  redrives: 0,
  notRedrivable: null,
  upload: null,
  import: 'customers',
  runId: null,
  attempt: null,
  dryRun: false,
  outcome: endedAt === null ? null : 'imported',
  counts: endedAt === null ? null : { ...noCounts, read: 10, inserted: 8, rejected: 2 },
  failure: null,
  report: null,
  ...changes,
});
const failed = (endedAt: string, name: string, blame: 'file' | 'system') =>
  execution(endedAt, {
    status: 'FAILED',
    outcome: null,
    counts: null,
    failure: {
      name,
      blame,
      message: '',
      advice: '',
      links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
    },
  });

describe('the overview', () => {
  it('has every hour, the empty ones too', () => {
    const { hours, totals, failures } = summarise([], from, to);
    expect(hours.map(({ at }) => at)).toEqual([
      '2026-11-24T20:00:00.000Z',
      '2026-11-24T21:00:00.000Z',
      '2026-11-24T22:00:00.000Z',
      '2026-11-24T23:00:00.000Z',
    ]);
    expect(totals).toEqual({
      executions: 0,
      running: 0,
      succeeded: 0,
      failed: 0,
      stopped: 0,
      rows: 0,
      rejected: 0,
    });
    expect(failures).toEqual([]);
  });

  it('counts each in the hour of its end', () => {
    const { hours, totals } = summarise(
      [
        execution(null),
        execution('2026-11-24T20:59:59.999Z'),
        execution('2026-11-24T22:00:00.000Z'),
        execution('2026-11-24T22:30:00.000Z'),
        failed('2026-11-24T22:45:00.000Z', 'RowsRejected', 'file'),
      ],
      from,
      to,
    );
    expect(hours.map(({ rows, succeeded, failed }) => [rows, succeeded, failed])).toEqual([
      [10, 1, 0],
      [0, 0, 0],
      [20, 2, 1],
      [0, 0, 0],
    ]);
    expect(totals).toEqual({
      executions: 5,
      running: 1,
      succeeded: 3,
      failed: 1,
      stopped: 0,
      rows: 30,
      rejected: 6,
    });
  });

  it('takes an end by a clock that is ahead for now', () => {
    const { hours } = summarise([execution('2026-11-25T00:00:01.000Z')], from, to);
    expect(hours.at(-1)).toMatchObject({ rows: 10, succeeded: 1 });
  });

  it('neither counts what a dry run has read, nor again what was in already', () => {
    const { totals } = summarise(
      (['dry-run', 'already-imported', 'superseded'] as const).map((outcome) =>
        execution('2026-11-24T22:00:00.000Z', { outcome }),
      ),
      from,
      to,
    );
    expect(totals).toMatchObject({ succeeded: 3, rows: 0, rejected: 0 });
  });

  it('how long imports took, by the hour and in all, and which took longest', () => {
    const took = (seconds: number, name: string, hour = '22') =>
      execution(`2026-11-24T${hour}:00:00.000Z`, { seconds, name });
    const { hours, durations, slowest } = summarise(
      [
        took(1, 'a', '21'),
        took(3, 'b'),
        took(2, 'c'),
        took(40, 'd'),
        took(5, 'e'),
        took(4, 'f'),
        took(6, 'g'),
      ],
      from,
      to,
    );
    expect(hours.map(({ medianSeconds }) => medianSeconds)).toEqual([null, 1, 4, null]);
    expect(durations).toEqual({ median: 4, p95: 40, longest: 40 });
    expect(slowest.map(({ name }) => name)).toEqual(['d', 'g', 'e', 'f', 'b']);
  });

  it('failures by the hour', () => {
    const { hours } = summarise(
      [
        failed('2026-11-24T21:00:00.000Z', 'A', 'system'),
        failed('2026-11-24T21:10:00.000Z', 'A', 'system'),
        failed('2026-11-24T22:00:00.000Z', 'B', 'file'),
      ],
      from,
      to,
    );
    expect(hours.map(({ failures }) => failures)).toEqual([{}, { A: 2 }, { B: 1 }, {}]);
  });

  it('failures by name, the most frequent first', () => {
    const at = '2026-11-24T22:00:00.000Z';
    const { failures } = summarise(
      [failed(at, 'RowsRejected', 'file'), failed(at, 'A', 'system'), failed(at, 'A', 'system')],
      from,
      to,
    );
    expect(failures).toEqual([
      { name: 'A', blame: 'system', count: 2 },
      { name: 'RowsRejected', blame: 'file', count: 1 },
    ]);
  });
});
