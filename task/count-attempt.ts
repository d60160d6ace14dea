import { failureKind } from '../contract/failures.ts';
import { metricLine } from '../contract/metrics.ts';
import type { Report } from '../contract/report.ts';
import { describeUpload } from '../contract/upload.ts';

/** Publishes what an attempt did as metrics: rows, bytes and seconds; or that it only polled for a slot. */
export function countAttempt(stack: string, report: Report): void {
  process.stdout.write(lineOf(stack, report));
}

function lineOf(stack: string, report: Report): string {
  const { import: name, outcome, counts, seconds, slotWait } = report;
  const dimensions = { stack, import: name };
  const about = {
    runId: report.runId,
    attempt: report.attempt,
    upload: describeUpload(report.upload),
    executionArn: report.executionArn,
    outcome,
  };
  if (outcome === 'queued') {
    const values = { Polls: 1, PollSeconds: seconds, WaitedSeconds: slotWait?.waitedSeconds ?? 0 };
    return metricLine('poll', dimensions, values, about);
  }
  // The counts of a run that was in before are of another attempt, which has published them.
  const ownWork = outcome === 'imported' || outcome === 'dry-run' || outcome === 'failed';
  // A failed attempt's batches are counted with those of the attempt that ends the run.
  const ended =
    outcome === 'imported' || (report.failure !== null && failureKind(report.failure.name).endsRun);
  return metricLine(
    'attempt',
    dimensions,
    {
      Attempts: 1,
      RowsRead: ownWork ? counts.read : 0,
      RowsRejected: ownWork ? counts.rejected : 0,
      RowsInserted: ended ? counts.inserted : 0,
      RowsUpdated: ended ? counts.updated : 0,
      BytesRead: report.file?.bytes ?? 0,
      Seconds: seconds,
    },
    about,
  );
}
