import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { OperatorError } from './operator-error.ts';
import { describeAddress, type ObjectAddress } from './results.ts';
import { type ObjectCreatedEvent, objectCreatedEvent } from './upload-event.ts';

/** What Step Functions takes for a name, less the time, the random part and what stands between. */
const FILE_NAME_LENGTH = 50;
/** Less the backfill's name, of 32 characters at most, and the hash. */
const BACKFILL_FILE_LENGTH = 34;

/**
 * Starts an execution for an object that is there already, with the event that S3 would have sent. It is the same run
 * as the upload's own, so that rows which are in do not come twice. In a bucket without versions it is a run of its own,
 * which finds by the ledger whether these bytes are in.
 *
 * @param options.versionId of an older version; the current one where it is left out
 * @param options.name gives the execution its name
 * @returns the execution's ARN
 * @throws OperatorError where there is no such object
 */
export async function startExecution(
  { sfn, s3, stateMachineArn }: Connection,
  address: ObjectAddress,
  {
    versionId,
    name = (event) => executionName(event.detail.object.key, new Date(), event.id),
  }: { versionId?: string | undefined; name?: (event: ObjectCreatedEvent) => string } = {},
): Promise<string> {
  const { bucket: Bucket, key: Key } = address;
  const head = await s3
    .send(
      new HeadObjectCommand({ Bucket, Key, ...(versionId === undefined ? {} : { VersionId: versionId }) }),
    )
    .catch((error: Error & { $metadata?: { httpStatusCode?: number } }) => {
      throw explained(error, describeAddress(address), versionId);
    });
  const event = objectCreatedEvent(stateMachineArn, Bucket, {
    key: Key,
    size: head.ContentLength ?? 0,
    etag: (head.ETag ?? '').replaceAll('"', ''),
    ...(head.VersionId === undefined ? {} : { 'version-id': head.VersionId }),
  });
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      name: name(event),
      input: JSON.stringify(event),
    }),
  );
  return executionArn!;
}

/** `customers-csv-20261124T081530Z-1b9d6bcd`: what was started, when, and what makes it unique; 80 characters at most. */
export function executionName(key: string, at: Date, id: string): string {
  const file = shortName(key, FILE_NAME_LENGTH);
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${file}-${time}-${id.slice(0, 8)}`;
}

/** `2026-11-29-customers-csv-9349e304d0f1`: the same for the same bytes in a backfill of the same name. */
export function backfillName(backfill: string, { detail }: ObjectCreatedEvent): string {
  const { bucket, object } = detail;
  const identity = JSON.stringify([bucket.name, object.key, object['version-id'] ?? '', object.etag ?? '']);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  return `${backfill}-${shortName(object.key, BACKFILL_FILE_LENGTH)}-${hash}`;
}

function shortName(key: string, length: number): string {
  return (key.split('/').at(-1) || key).replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, length);
}

/** A HEAD answer has no body, so the status is all that S3 says. */
function explained(
  error: Error & { $metadata?: { httpStatusCode?: number } },
  uri: string,
  versionId: string | undefined,
): Error {
  const what = versionId === undefined ? uri : `${uri} (version ${versionId})`;
  switch (error.$metadata?.httpStatusCode) {
    case 404:
    case 400:
      return new OperatorError(`There is no ${what}. Upload the file first; that alone starts its import.`);
    case 405:
      return new OperatorError(
        `${what} was deleted. Name an older version with --version-id, or upload it again.`,
      );
    case 403:
      return new Error(`S3 refuses to show ${what}: you need s3:GetObject (and s3:GetObjectVersion) there.`);
    default:
      return error;
  }
}
