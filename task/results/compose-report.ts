import type { Attempt } from '../../contract/environment.ts';
import { type ImportFailure, reportFailure } from '../../contract/failures.ts';
import { noCounts, type Report } from '../../contract/report.ts';
import { successNotice } from './success-notice.ts';

/** What becomes part of the report when a run ends, well or not. */
export type Ending = Pick<Report, 'outcome' | 'byRunId' | 'counts' | 'file' | 'rejects' | 'failure' | 'turn'>;

/** The report of an attempt that failed before there was anything to import with. */
export function composeEarlyFailure(attempt: Attempt, failure: ImportFailure): Report {
  const ending: Ending = {
    outcome: 'failed',
    byRunId: null,
    counts: noCounts,
    file: null,
    rejects: null,
    failure: reportFailure(failure),
    turn: null,
  };
  return composeReport(attempt, '', ending, new Date());
}

/** The report of an attempt that ends now. */
export function composeReport(attempt: Attempt, table: string, ending: Ending, startedAt: Date): Report {
  const endedAt = new Date();
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
  return {
    runId: attempt.runId,
    attempt: attempt.attempt,
    import: attempt.importName,
    table,
    upload: attempt.upload,
    executionArn: attempt.executionArn,
    ...ending,
    notice: successNotice(attempt, table, ending, seconds),
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    seconds,
  };
}
