import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { Upload } from '@aws-sdk/lib-storage';
import { parseJson } from '../contract/parse-json.ts';
import { uploadEventSchema } from '../contract/upload.ts';
import type { Connection } from './connection.ts';
import type { ObjectAddress } from './results.ts';

/** An object version that was uploaded, as S3 calls it. */
export interface Uploaded extends ObjectAddress {
  /** Empty where the bucket keeps no versions. */
  versionId: string;
  /** Without quotes. */
  etag: string;
}

/**
 * Uploads a file, in parts where it is large. Where the body breaks off nothing is left half-uploaded.
 *
 * @param dryRun asks the import to commit nothing
 * @param metadata of the object, by names in lower case
 */
export async function uploadFile(
  s3: S3Client,
  { bucket, key }: ObjectAddress,
  body: Readable,
  { dryRun, metadata = {} }: { dryRun: boolean; metadata?: Readonly<Record<string, string>> },
): Promise<Uploaded> {
  const upload = new Upload({
    client: s3,
    params: {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: 'text/csv',
      Metadata: { ...metadata, ...(dryRun ? { 'dry-run': 'true' } : {}) },
    },
  });
  const { VersionId = '', ETag = '' } = await upload.done();
  return { bucket, key, versionId: VersionId, etag: ETag.replaceAll('"', '') };
}

/** How far the clocks of whoever uploads and of Step Functions may be apart. */
const CLOCKS_APART_MS = 60_000;

/**
 * The execution that an upload's event has started: the one whose input names this key and version.
 *
 * @param since when the upload began
 * @param patience how long, and how often, to look for it
 * @returns its ARN; null where none has come
 */
export async function findStartedExecution(
  { sfn, stateMachineArn }: Pick<Connection, 'sfn' | 'stateMachineArn'>,
  { key, versionId }: Pick<Uploaded, 'key' | 'versionId'>,
  since: Date,
  patience: { ms: number; pollMs: number },
): Promise<string | null> {
  const giveUpAt = Date.now() + patience.ms;
  const seen = new Set<string>();
  for (;;) {
    pages: for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
      for (const { executionArn, startDate } of page.executions ?? []) {
        // Newest first: what comes after was there before the upload.
        if (startDate!.getTime() < since.getTime() - CLOCKS_APART_MS) break pages;
        if (seen.has(executionArn!)) continue;
        seen.add(executionArn!);
        const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const object = uploadEventSchema.safeParse(parseJson(input)).data?.detail.object;
        if (object?.key === key && (object['version-id'] ?? '') === versionId) return executionArn!;
      }
    }
    if (Date.now() >= giveUpAt) return null;
    await sleep(patience.pollMs);
  }
}
