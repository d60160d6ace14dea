import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../../../contract/report.ts';
import type { ExecutionHead } from '../../../../../operator/console/api.ts';
import { nextStep, redriveRestarts } from '../../../../../operator/console/page/execution/next-step.ts';

const files = {
  rows: { bucket: 'results', key: 'rows.csv' },
  errors: { bucket: 'results', key: 'errors.csv' },
};

const execution = (changes: Partial<ExecutionHead>): ExecutionHead => ({
  arn: 'arn',
  name: 'name',
  status: 'SUCCEEDED',
  startedAt: '2026-11-24T08:00:00Z',
  endedAt: '2026-11-24T08:01:00Z',
  seconds: 60,
  redrives: 0,
  notRedrivable: 'it is SUCCEEDED',
  upload: null,
  import: 'customers',
  runId: 'run',
  attempt: null,
  dryRun: false,
  outcome: null,
  counts: null,
  failure: null,
  ...changes,
});

const failed = (name: string, blame: 'file' | 'system' | null, changes: Partial<ExecutionHead> = {}) =>
  execution({
    status: 'FAILED',
    notRedrivable: null,
    failure: {
      name,
      blame,
      message: 'what was found',
      advice: 'what to do',
      links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
    },
    ...changes,
  });

const rejected = { ...noCounts, read: 10, inserted: 8, rejected: 2 };

describe('the next step', () => {
  it.each([
    ['running', execution({ status: 'RUNNING' }), null, 'running', ['stop']],
    ['imported', execution({ outcome: 'imported', counts: noCounts }), null, 'imported', []],
    [
      'imported, with rows left out',
      execution({ outcome: 'imported', counts: rejected }),
      files,
      'leftOut',
      ['read-rejects', 'upload-corrected'],
    ],
    ['imported before', execution({ outcome: 'already-imported' }), null, 'alreadyImported', []],
    ['superseded', execution({ outcome: 'superseded' }), null, 'superseded', []],
    ['no report', execution({ outcome: 'done' }), null, 'done', []],
    ['no upload', execution({ outcome: 'ignored' }), null, 'ignored', []],
    ['a dry run', execution({ outcome: 'dry-run', counts: noCounts }), null, 'dryRun', ['upload-again']],
    [
      'a dry run with rejects',
      execution({ outcome: 'dry-run', counts: rejected }),
      files,
      'dryRunRejects',
      ['read-rejects', 'upload-corrected'],
    ],
    [
      'a problem with the file',
      failed('RowsRejected', 'file'),
      files,
      'advice',
      ['read-rejects', 'upload-corrected', 'redrive'],
    ],
    ['no rows to read', failed('HeaderInvalid', 'file'), null, 'advice', ['upload-corrected', 'redrive']],
    ['a newer upload is on its way', failed('UploadChanged', 'file'), null, 'advice', ['redrive']],
    ['a problem with the system', failed('DatabaseUnavailable', 'system'), null, 'advice', ['redrive']],
    [
      'a problem with the system, long ago',
      failed('DatabaseUnavailable', 'system', { notRedrivable: 'it is too old' }),
      null,
      'notRedrivable',
      ['upload-again'],
    ],
    ['importer stopped', failed('ImporterStopped', null), null, 'advice', ['redrive']],
    ['stopped', failed('ABORTED', null, { status: 'ABORTED' }), null, 'advice', ['redrive']],
  ] as const)('%s', (_, head, rejects, message, actions) => {
    expect(nextStep({ execution: head, rejects })).toEqual({ message, actions });
  });

  it('a redrive starts over after a failure that was explained, else it goes on', () => {
    expect(redriveRestarts(failed('RowsRejected', 'file'))).toBe(true);
    expect(redriveRestarts(failed('ABORTED', null, { status: 'ABORTED' }))).toBe(false);
  });
});
