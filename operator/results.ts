import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Progress, progressSchema, type Report, reportSchema } from '../contract/report.ts';
import { storageKeys } from '../contract/storage-keys.ts';
import { type Connection, findResultsBucket } from './connection.ts';
import { explainError } from './explain-error.ts';
import type { Execution } from './read-execution.ts';
import type { StartedAttempt } from './started-attempt.ts';

/** Where an object is. */
export interface ObjectAddress {
  bucket: string;
  key: string;
}

/** The report of an execution's last attempt; null where there is none, or none that is complete. */
export async function readReport({ s3 }: Connection, execution: Execution): Promise<Report | null> {
  if (execution.report !== null) return execution.report;
  const address = parseAddress(execution.failure?.links.report ?? null);
  if (address === null) return null;
  return reportSchema.safeParse(await readJson(s3, address)).data ?? null;
}

/** A run's reject files. */
export interface RejectFiles {
  /** The rejected rows, byte for byte. */
  rows: ObjectAddress;
  /** What is wrong with each. */
  errors: ObjectAddress;
}

/** Where an execution's reject files are; null where it rejected no row. */
export async function findRejectFiles(
  connection: Connection,
  execution: Execution,
  report: Report | null,
): Promise<RejectFiles | null> {
  const links = execution.failure?.links;
  const [rows, errors] = [links?.rejectedRows ?? null, links?.rejectErrors ?? null].map(parseAddress);
  if (rows && errors) return { rows, errors };
  if (!report?.rejects) return null;
  const bucket = await findResultsBucket(connection);
  return {
    rows: { bucket, key: report.rejects.rowsKey },
    errors: { bucket, key: report.rejects.errorsKey },
  };
}

/** What the results bucket has of an execution, as far as it can be read. */
export interface Results {
  report: Report | null;
  rejects: RejectFiles | null;
  /** Why the report is not there; null where it is, or where there is none. */
  problem: string | null;
}

/** Report and reject files for whoever can do without: some operators may see executions, but nothing in S3. */
export async function readResults(connection: Connection, execution: Execution): Promise<Results> {
  try {
    const report = await readReport(connection, execution);
    return { report, rejects: await findRejectFiles(connection, execution, report), problem: null };
  } catch (error) {
    const { found, remedy } = explainError(error);
    return {
      report: null,
      rejects: await findRejectFiles(connection, execution, null),
      problem: [found, remedy].filter(Boolean).join(' '),
    };
  }
}

/** How far an attempt has come; null before it says so. */
export async function readProgress(
  s3: S3Client,
  bucket: string,
  { runId, attempt }: StartedAttempt,
): Promise<Progress | null> {
  const progress = await readJson(s3, { bucket, key: storageKeys.progress(runId, attempt) });
  return progressSchema.safeParse(progress).data ?? null;
}

/**
 * The content of a reject file.
 *
 * @throws ResultGone where it was removed since
 */
export async function openRejectFile({ s3 }: Connection, address: ObjectAddress): Promise<Readable> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: address.bucket, Key: address.key }));
    return Body as Readable;
  } catch (error) {
    throw (error as Error).name === 'NoSuchKey' ? new ResultGone(address) : error;
  }
}

/** A reject file that a report names is not there any more. */
export class ResultGone extends Error {
  override readonly name = 'ResultGone';

  constructor(address: ObjectAddress) {
    super(
      `${describeAddress(address)} is not there (any more): a lifecycle rule removes reject files after some days. docs/runbook.md says how to write them again.`,
    );
  }
}

/** `s3://bucket/key`. */
export function describeAddress({ bucket, key }: ObjectAddress): string {
  return `s3://${bucket}/${key}`;
}

/** The parts of `s3://bucket/key`; null for anything else. */
export function parseAddress(text: string | null): ObjectAddress | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(text ?? '') ?? [];
  return bucket === undefined ? null : { bucket, key: key! };
}

async function readJson(s3: S3Client, { bucket, key }: ObjectAddress): Promise<unknown> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return JSON.parse(await Body!.transformToString());
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return null;
    throw error;
  }
}
