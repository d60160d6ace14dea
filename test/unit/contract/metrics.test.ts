import { afterEach, describe, expect, it, vi } from 'vitest';
import { METRICS_NAMESPACE, metricGroups, metricLine } from '../../../contract/metrics.ts';
import { noCounts, type Report, reportSchema } from '../../../contract/report.ts';
import { countFailure } from '../../../handlers/count-failure.ts';
import { countAttempt } from '../../../task/count-attempt.ts';

interface Line {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  [field: string]: unknown;
}

afterEach(() => vi.restoreAllMocks());

/** What is written to standard output meanwhile, as CloudWatch would read it. */
function linesOf(publish: () => void): Line[] {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  publish();
  spy.mockRestore();
  return written
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const report: Report = reportSchema.parse({
  runId: 'orders-1',
  attempt: 'x.0.1',
  import: 'orders',
  table: 'orders',
  upload: { bucket: 'b', key: 'k', versionId: '', etag: 'e', size: 50, sequencer: '' },
  executionArn: 'arn:x',
  outcome: 'imported',
  byRunId: null,
  counts: { read: 9, inserted: 3, updated: 2, unchanged: 1, duplicates: 1, deleted: 0, rejected: 2 },
  file: null,
  rejects: null,
  failure: null,
  startedAt: '2026-11-12T00:00:00Z',
  endedAt: '2026-11-12T00:00:04Z',
  seconds: 4,
});
const failed = (name: string): Partial<Report> => ({
  outcome: 'failed',
  failure: { name, blame: 'file', retryable: false, message: '', advice: '' } as Report['failure'],
});
const counted = (changes: Partial<Report>) =>
  linesOf(() => countAttempt('CsvImport', { ...report, ...changes }))[0]!;

describe('metrics', () => {
  it('are one line of embedded metric format, under the dimensions of the contract and no others', () => {
    const line = metricLine(
      'failure',
      { stack: 'S', import: 'orders', blame: 'file', failure: 'RowsRejected' },
      { Failures: 1 },
      { runId: 'orders-1' },
    );
    expect(line).toMatch(/^[^\n]*\n$/);
    expect([JSON.parse(line)]).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: METRICS_NAMESPACE,
              Dimensions: [['stack'], ['stack', 'import'], ['stack', 'blame'], ['stack', 'failure']],
              Metrics: [{ Name: 'Failures', Unit: 'Count' }],
            },
          ],
        },
        stack: 'S',
        import: 'orders',
        blame: 'file',
        failure: 'RowsRejected',
        runId: 'orders-1',
        Failures: 1,
      },
    ]);
  });

  it('have the stack in each of their dimension sets', () => {
    expect(Object.keys(metricGroups)).not.toEqual([]);
    for (const { dimensions } of Object.values(metricGroups)) {
      expect(dimensions).not.toEqual([]);
      for (const set of dimensions) expect(set).toContain('stack');
    }
  });

  it('have names that are told apart, so that no alarm counts two things', () => {
    const names = Object.values(metricGroups).flatMap(({ metrics }) => Object.keys(metrics));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the metrics of an attempt', () => {
  it('are its rows, bytes and seconds', () => {
    expect(counted({ file: { bytes: 50 } as Report['file'] })).toMatchObject({
      stack: 'CsvImport',
      import: 'orders',
      runId: 'orders-1',
      executionArn: 'arn:x',
      outcome: 'imported',
      Attempts: 1,
      RowsRead: 9,
      RowsRejected: 2,
      RowsInserted: 3,
      RowsUpdated: 2,
      BytesRead: 50,
      Seconds: 4,
    });
  });

  it.each<[string, Partial<Report>, object]>([
    ['a dry run changes nothing', { outcome: 'dry-run' }, { RowsRead: 9, RowsRejected: 2, RowsInserted: 0 }],
    [
      'counts of an earlier run are not counted again',
      { outcome: 'already-imported' },
      { RowsRead: 0, RowsInserted: 0 },
    ],
    [
      'a failed attempt has read, and refused',
      failed('RowsRejected'),
      { RowsRead: 9, RowsRejected: 2, RowsInserted: 0 },
    ],
    [
      'what is committed of a file with too many rejects stays',
      failed('RowsLeftOut'),
      { RowsInserted: 3, RowsUpdated: 2 },
    ],
  ])('%s', (_, changes, expected) => {
    expect(counted(changes)).toMatchObject({ Attempts: 1, Seconds: 4, ...expected });
  });

  it('that only polled for a slot are no rows, but what it cost and how long the run waits', () => {
    const slotWait = { reason: '', running: 1, ahead: 0, waitedSeconds: 700, waitSeconds: 60 };
    const line = counted({ outcome: 'queued', counts: noCounts, slotWait });
    expect(line).toMatchObject({ Polls: 1, PollSeconds: 4, WaitedSeconds: 700, outcome: 'queued' });
    expect(line).not.toHaveProperty('Attempts');
  });
});

describe('the metrics of a failure', () => {
  const failure = { name: 'DatabaseUnavailable', blame: 'system' } as const;
  const where = { stack: 'S', import: 'orders' };

  it('count it by name and by blame where the execution fails of it', () => {
    const [line] = linesOf(() => countFailure(failure, { ...where, retry: false }, {}));
    expect(line).toMatchObject({ failure: 'DatabaseUnavailable', blame: 'system', Failures: 1 });
  });

  it('are apart where it is tried again', () => {
    const [line] = linesOf(() => countFailure(failure, { ...where, retry: true }, {}));
    expect(line).toMatchObject({ failure: 'DatabaseUnavailable', Retries: 1 });
    expect(line).not.toHaveProperty('Failures');
  });
});
