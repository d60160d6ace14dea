import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { parse } from 'csv-parse';
import type { Settings } from './settings.ts';

/** One error of a rejected row. */
export interface Reject {
  /** Where the row begins in the user's file, from 1. */
  line: string;
  /** As the file's header calls it; empty where it is the row as a whole. */
  column: string;
  reason: string;
  value: string;
}

/** As many as a person reads on a page; the file has all of them. */
const SHOWN = 100;
/** For the browser to begin a download with. */
const VALID_SECONDS = 60;

/** The first errors, in the order of the file. */
export async function readFirstRejects(
  { s3, resultsBucket }: Settings,
  errorsKey: string,
): Promise<Reject[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: resultsBucket, Key: errorsKey }));
  const stream = Body as NodeJS.ReadableStream & { destroy(): void };
  const rejects: Reject[] = [];
  try {
    for await (const record of stream.pipe(parse({ columns: true, bom: true, to: SHOWN }))) {
      const { line, column, reason, value } = record as Reject;
      rejects.push({ line, column, reason, value });
    }
  } finally {
    // The rest of a large file is not fetched.
    stream.destroy();
  }
  return rejects;
}

/** A link that downloads a reject file from S3 under a name that people recognise. */
export function presignDownload(
  { s3, resultsBucket }: Settings,
  key: string,
  fileName: string,
): Promise<string> {
  const command = new GetObjectCommand({
    Bucket: resultsBucket,
    Key: key,
    ResponseContentType: 'text/csv',
    ResponseContentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll("'", '%27')}`,
  });
  return getSignedUrl(s3, command, { expiresIn: VALID_SECONDS });
}
