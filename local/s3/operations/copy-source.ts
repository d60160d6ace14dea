// Reading the source of a copy, and writing bytes of stored objects into new files.
import type { S3Context } from '../answer.ts';
import type { Bucket } from '../bucket.ts';
import { type ChecksumAlgorithm, createDigest } from '../checksums.ts';
import { type ByteRange, checkReadConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import type { DataFile, StoredObject } from '../object-version.ts';
import type { S3Request } from '../request.ts';
import { findForReading } from './get-object.ts';

export interface CopySource {
  bucket: Bucket;
  version: StoredObject;
}

/**
 * Finds what `x-amz-copy-source` names: `[/]bucket/key[?versionId=…]`, percent-encoded.
 *
 * @throws S3Error `InvalidArgument`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`
 */
export function findCopySource({ store }: S3Context, request: S3Request): CopySource {
  const text = request.header('x-amz-copy-source') ?? '';
  const [, path = '', versionId] = /^\/?(.*?)(?:\?versionId=([^?&]*))?$/s.exec(text) ?? [];
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    decoded = '';
  }
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: bucket/key', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: text,
    });
  }
  const bucket = store.get(decoded.slice(0, slash));
  const version = findForReading(bucket, decoded.slice(slash + 1), versionId ?? null);
  checkReadConditions(request, version, 'x-amz-copy-source-');
  return { bucket, version };
}

/** Bytes that were copied into one file of the target bucket, with their digests as after an upload. */
export interface CopiedBytes {
  file: DataFile;
  /** Lower-case hexadecimal. */
  md5: string;
  /** Base64, of the algorithm that was asked for. */
  checksum: string | null;
}

/** Copies bytes of the source into a new file of `target`; call it right after finding the source. */
export async function copyBytes(
  { bucket, version }: CopySource,
  range: ByteRange,
  target: Bucket,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<CopiedBytes> {
  const release = bucket.data.hold(version.files);
  try {
    const writer = await target.data.create();
    try {
      const md5 = createDigest('MD5');
      const checksum = algorithm === undefined ? undefined : createDigest(algorithm);
      for await (const chunk of bucket.data.read(version.files, range.start, range.end)) {
        const written = writer.write(chunk);
        md5.update(chunk);
        checksum?.update(chunk);
        await written;
      }
      return {
        file: await writer.finish(),
        md5: md5.digest().toString('hex'),
        checksum: checksum?.digest().toString('base64') ?? null,
      };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    release();
  }
}
