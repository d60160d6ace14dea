import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Report, reportSchema } from '../contract/report.ts';
import { storageKeys } from '../contract/storage-keys.ts';

/** A report of one attempt, or why there is none. */
export type FoundReport = { report: Report; key: string } | { report: null; reason: string };

/** Reads the report that an attempt left; never throws, since explaining goes on without one. */
export async function readReport(
  s3: S3Client,
  bucket: string,
  run: { runId: string; attempt: string },
): Promise<FoundReport> {
  const key = storageKeys.report(run.runId, run.attempt);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const report = reportSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
    // The key says so already; a report that somebody copied there must still not pass for this attempt's.
    if (report.runId !== run.runId || report.attempt !== run.attempt) {
      return { report: null, reason: `s3://${bucket}/${key} is the report of another attempt` };
    }
    return { report, key };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      report: null,
      reason:
        name === 'NoSuchKey'
          ? `no report at s3://${bucket}/${key}`
          : `s3://${bucket}/${key} could not be read: ${name}: ${message.slice(0, 300)}`,
    };
  }
}
