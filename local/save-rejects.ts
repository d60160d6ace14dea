import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Report } from '../contract/report.ts';

/**
 * Copies a run's reject files out of the results bucket into `<directory>/rejects/<run>/`: on a laptop there may be
 * no S3 client at hand.
 *
 * @returns the paths, errors.csv first; none where no row was rejected
 */
export async function saveRejects(
  s3: S3Client,
  bucket: string,
  report: Pick<Report, 'runId' | 'rejects'>,
  directory: string,
): Promise<string[]> {
  if (report.rejects === null) return [];
  const folder = join(directory, 'rejects', report.runId);
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const Key of [report.rejects.errorsKey, report.rejects.rowsKey]) {
    const path = join(folder, basename(Key));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    await pipeline(Body as Readable, createWriteStream(path));
    paths.push(path);
  }
  return paths;
}
