import { describe, expect, it } from 'vitest';
import { ImportFailure } from '../../../contract/failures.ts';
import { noCounts } from '../../../contract/report.ts';
import { findingsOf, reasonOf, StepFailure } from '../../../task/findings.ts';

const rejects = {
  rowsKey: 'rows.csv',
  errorsKey: 'errors.csv',
  byCode: {},
  first: [],
  above: null,
  written: null,
  readTo: null,
};

describe('what a step had found out when it failed', () => {
  it('is nothing for an error of any other kind', () => {
    expect(findingsOf(new Error('lost'))).toEqual({});
    expect(findingsOf(null)).toEqual({});
  });

  it('is what the step inside knew, before what the one around it does', () => {
    const inner = new StepFailure(new Error('lost'), { counts: { ...noCounts, read: 9 } });
    const outer = new StepFailure(inner, { counts: { ...noCounts, read: 3 }, rejects });
    expect(findingsOf(outer)).toEqual({ counts: { ...noCounts, read: 9 }, rejects });
  });

  it('is found behind a failure that names the error', () => {
    const cause = new StepFailure(new Error('lock timeout'), { inBatches: true });
    expect(findingsOf(new ImportFailure('LockWaitTimeout', 'waited', { cause }))).toEqual({
      inBatches: true,
    });
  });

  it('leaves the error as it was', () => {
    const error = new Error('lost');
    expect(reasonOf(new StepFailure(new StepFailure(error, {}), {}))).toBe(error);
    expect(reasonOf(error)).toBe(error);
  });
});
