import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { failureNameSchema } from '../contract/failures.ts';
import { noCounts, reportSchema } from '../contract/report.ts';
import { storageKeys } from '../contract/storage-keys.ts';
import { fetchReport } from './fetch-report.ts';

/** What a failure is explained from; a container of one's own may leave out the rest, and the failure's name. */
const failureReportSchema = z.object({
  runId: z.string().optional(),
  attempt: z.string().optional(),
  failure: z
    .object({ name: failureNameSchema.optional().catch(undefined), message: z.string().min(1) })
    .nullable()
    .default(null),
  counts: reportSchema.shape.counts.default(noCounts),
  rejects: reportSchema.shape.rejects.default(null),
  log: reportSchema.shape.log.catch(null),
});
export type FailureReport = z.infer<typeof failureReportSchema>;

/** A report of one attempt, or why there is none. */
export type FoundReport = { report: FailureReport; key: string } | { report: null; reason: string };

/** Finds the report that an attempt left; never throws, since explaining goes on without one. */
export async function findReport(
  s3: S3Client,
  bucket: string,
  run: { runId: string; attempt: string },
): Promise<FoundReport> {
  const key = storageKeys.report(run.runId, run.attempt);
  try {
    const fetched = await fetchReport(s3, bucket, key);
    if ('problem' in fetched) return { report: null, reason: fetched.problem };
    const report = failureReportSchema.parse(fetched.json);
    // The key says so already; a report that somebody copied there must still not pass for this attempt's.
    const { runId = run.runId, attempt = run.attempt } = report;
    if (runId !== run.runId || attempt !== run.attempt) {
      return { report: null, reason: `s3://${bucket}/${key} is the report of another attempt` };
    }
    return { report, key };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      report: null,
      reason: `s3://${bucket}/${key} could not be read: ${name}: ${message.slice(0, 300)}`,
    };
  }
}
