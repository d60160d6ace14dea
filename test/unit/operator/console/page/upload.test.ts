import { describe, expect, it } from 'vitest';
import type { ExecutionSummary } from '../../../../../operator/console/api.ts';
import { findFileProblem } from '../../../../../operator/console/page/upload/file-problem.ts';
import { findStartedExecution } from '../../../../../operator/console/page/upload/find-started-execution.ts';

describe('a file before it is sent', () => {
  const extensions = ['.csv', '.csv.gz'];
  it.each([
    ['a.csv', 1, null],
    ['A.CSV.GZ', 1, null],
    ['a.xlsx', 1, 'wrong-extension'],
    ['csv', 1, 'wrong-extension'],
    ['a.csv', 0, 'empty'],
  ])('%s of %d bytes: %s', (name, size, problem) => {
    expect(findFileProblem({ name, size }, extensions)).toBe(problem);
  });
});

describe('the execution that an upload started', () => {
  const upload = { bucket: 'uploads', key: 'customers/a.csv', versionId: 'v', execution: null };
  const execution = (changes: Partial<ExecutionSummary>) =>
    ({
      name: 'found',
      upload: { bucket: 'uploads', key: 'customers/a.csv' },
      dryRun: true,
      startedAt: '2026-11-24T08:00:00Z',
      ...changes,
    }) as ExecutionSummary;
  const since = Date.parse('2026-11-24T07:59:30Z');

  it('has its key, its dry run, and was started since', () => {
    expect(findStartedExecution([execution({})], upload, true, since)).toBe('found');
    expect(findStartedExecution([], upload, true, since)).toBeNull();
    expect(findStartedExecution([execution({ dryRun: false })], upload, true, since)).toBeNull();
    expect(
      findStartedExecution([execution({ startedAt: '2026-11-23T08:00:00Z' })], upload, true, since),
    ).toBeNull();
    const other = execution({ upload: { bucket: 'uploads', key: 'customers/b.csv' } });
    expect(findStartedExecution([other], upload, true, since)).toBeNull();
    expect(findStartedExecution([execution({ upload: null })], upload, true, since)).toBeNull();
  });
});
