import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/**
 * More than any report of the project's importer, and so little that it fits into the workflow's data, which
 * Step Functions limits to 256 KiB. An importer of one's own may write anything.
 */
export const MAX_REPORT_BYTES = 200 * 1024;

/** What is at a report's key: any JSON value, or why there is none that can be used. */
export type FetchedReport = { json: unknown } | { problem: string };

/**
 * Reads a report, and no more of it than the workflow can hold.
 *
 * @throws what the SDK threw where S3 did not answer: whether there is a report is not known then
 */
export async function fetchReport(s3: S3Client, bucket: string, key: string): Promise<FetchedReport> {
  const where = `s3://${bucket}/${key}`;
  let text: string;
  try {
    // One byte more, to see that there are more.
    const Range = `bytes=0-${MAX_REPORT_BYTES}`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
    text = (await Body?.transformToString()) ?? '';
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey') return { problem: `no report at ${where}` };
    // S3's answer for a range of an object without a byte.
    if (name === 'InvalidRange') return { problem: `the report at ${where} is empty` };
    throw error;
  }
  const tooLarge = { problem: `the report at ${where} is larger than ${MAX_REPORT_BYTES / 1024} KiB` };
  if (Buffer.byteLength(text) > MAX_REPORT_BYTES) return tooLarge;
  try {
    const json: unknown = JSON.parse(text);
    // 1e20, say, gets longer when it is written again.
    return Buffer.byteLength(JSON.stringify(json)) > MAX_REPORT_BYTES ? tooLarge : { json };
  } catch {
    return { problem: `the report at ${where} is not JSON` };
  }
}
