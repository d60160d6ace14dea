import type { TableImport } from '../../contract/definition/define-import.ts';
import type { Attempt } from '../../contract/environment.ts';
import { type ImportFailure, reportFailure } from '../../contract/failures.ts';
import { noCounts, type Report } from '../../contract/report.ts';
import { successNotice } from './success-notice.ts';

/** What becomes part of the report when a run ends, well or not. */
export type Ending = Pick<
  Report,
  'outcome' | 'byRunId' | 'counts' | 'file' | 'rejects' | 'failure' | 'slotWait'
>;

/** The report of an attempt that failed before there was anything to import with. */
export function composeEarlyFailure(attempt: Attempt, failure: ImportFailure): Report {
  const ending: Ending = {
    outcome: 'failed',
    byRunId: null,
    counts: noCounts,
    file: null,
    rejects: null,
    failure: reportFailure(failure),
    slotWait: null,
  };
  return composeReport(attempt, { table: '', mode: 'append', log: null }, ending, new Date());
}

/** What a report says beside how the attempt ended. */
export interface ReportContext {
  table: string;
  mode: TableImport['mode'];
  /** The console's page of the attempt's log; null where there is none. */
  log: string | null;
}

/** The report of an attempt that ends now. */
export function composeReport(
  attempt: Attempt,
  { table, mode, log }: ReportContext,
  ending: Ending,
  startedAt: Date,
): Report {
  const endedAt = new Date();
  const report = {
    runId: attempt.runId,
    attempt: attempt.attempt,
    import: attempt.importName,
    table,
    upload: attempt.upload,
    executionArn: attempt.executionArn,
    ...ending,
    log,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    seconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
  };
  return { ...report, notice: successNotice(report, attempt.resultsBucket, mode) };
}
