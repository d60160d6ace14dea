import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { OperatorError } from './operator-error.ts';
import { describeAddress, type ObjectAddress } from './results.ts';
import { objectCreatedEvent } from './upload-event.ts';

/** What Step Functions takes for a name, less the time, the random part and what stands between. */
const FILE_NAME_LENGTH = 50;

/**
 * Starts an execution for an object that is there already, with the event that S3 would have sent. It is the same run
 * as the upload's own, so that rows which are in do not come twice. In a bucket without versions it is a run of its own,
 * which finds by the ledger whether these bytes are in.
 *
 * @param versionId of an older version; the current one where it is left out
 * @returns the execution's ARN
 * @throws OperatorError where there is no such object
 */
export async function startExecution(
  { sfn, s3, stateMachineArn }: Connection,
  address: ObjectAddress,
  versionId?: string,
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
      name: executionName(Key, new Date(), event.id),
      input: JSON.stringify(event),
    }),
  );
  return executionArn!;
}

/** `customers-csv-20261124T081530Z-1b9d6bcd`: what was started, when, and what makes it unique; 80 characters at most. */
export function executionName(key: string, at: Date, id: string): string {
  const file = (key.split('/').at(-1) || key).replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, FILE_NAME_LENGTH);
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${file}-${time}-${id.slice(0, 8)}`;
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
