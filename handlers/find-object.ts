import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { storageFailure } from '../contract/storage-failure.ts';
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

/**
 * Asks S3 for one object version without reading it.
 *
 * @throws ImportFailure `UploadGone`, `AccessDenied`, `StorageUnavailable` or `UnexpectedError`
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
    const object = nameObject(address);
    throw storageFailure(error, {
      doing: 'Reading',
      object,
      denied: `S3 refuses ValidateUpload to read ${object}: its role needs s3:GetObject, s3:GetObjectVersion and s3:ListBucket there (and kms:Decrypt where the bucket has a key of its own).`,
    });
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

function nameObject(address: ObjectAddress): string {
  const version = address.versionId === '' ? '' : ` (version ${address.versionId})`;
  return `${describeUpload(address)}${version}`;
}
