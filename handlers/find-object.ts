import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { ImportFailure } from '../contract/failures.ts';
import { describeUpload } from '../contract/upload.ts';

/** Where an object is; an empty version id means the current version. */
export interface ObjectAddress {
  bucket: string;
  key: string;
  versionId: string;
}

/** What S3 says of an object, as far as an upload needs it. */
export interface FoundObject {
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  versionId: string;
  /** User metadata, its names in lower case and without `x-amz-meta-`. */
  metadata: Record<string, string>;
}

/** Node's and the SDK's names for a connection that failed; S3 itself never answered. */
const connectionErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'NetworkingError',
  'RequestTimeout',
  'TimeoutError',
]);

/**
 * Asks S3 for one object version without reading it.
 *
 * @throws ImportFailure `UploadGone`, `AccessDenied` or `StorageUnavailable`; anything else as the SDK threw it.
 */
export async function findObject(s3: S3Client, address: ObjectAddress): Promise<FoundObject> {
  let head: HeadObjectCommandOutput;
  try {
    head = await s3.send(
      new HeadObjectCommand({
        Bucket: address.bucket,
        Key: address.key,
        ...(address.versionId === '' ? {} : { VersionId: address.versionId }),
      }),
    );
  } catch (error) {
    throw explained(error, address);
  }
  return {
    size: head.ContentLength ?? 0,
    etag: (head.ETag ?? '').replaceAll('"', ''),
    versionId: address.versionId || realVersion(head.VersionId),
    metadata: head.Metadata ?? {},
  };
}

/**
 * A version id that stands for one content for ever, or ''. S3's "null" does not: it is what objects have that were
 * written while versioning was off or suspended, and it stays when they are overwritten.
 */
export function realVersion(versionId: string | undefined): string {
  return versionId === undefined || versionId === 'null' ? '' : versionId;
}

/** A HEAD answer has no body, so the status is all that S3 says; the SDK's names are tried as well. */
function explained(error: unknown, address: ObjectAddress): unknown {
  const { name, message, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  const version = address.versionId === '' ? '' : ` (version ${address.versionId})`;
  const what = `${describeUpload(address)}${version}`;
  if (status === 404 || name === 'NotFound' || name === 'NoSuchKey' || name === 'NoSuchVersion') {
    return new ImportFailure('UploadGone', `${what} does not exist (any more).`, { cause: error });
  }
  // A delete marker, addressed by its own version id.
  if (status === 405) {
    return new ImportFailure('UploadGone', `${what} is a delete marker: the object was deleted.`, {
      cause: error,
    });
  }
  if (status === 403) {
    return new ImportFailure(
      'AccessDenied',
      `S3 refuses ValidateUpload to read ${what}: its role needs s3:GetObject, s3:GetObjectVersion and s3:ListBucket there (and kms:Decrypt where the bucket has a key of its own).`,
      { cause: error },
    );
  }
  const silent = status === undefined && (connectionErrors.has(name) || connectionErrors.has(code ?? ''));
  if (silent || status === 429 || (status !== undefined && status >= 500)) {
    const answer = silent ? (code ?? name) : `status ${status}`;
    return new ImportFailure(
      'StorageUnavailable',
      `S3 did not answer for ${what}: ${answer}${message ? `, ${message}` : ''}.`,
      { cause: error },
    );
  }
  return error;
}
