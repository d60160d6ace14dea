// CopyObject.
import type { Operation } from '../answer.ts';
import type { Bucket } from '../bucket.ts';
import { type Checksum, type ChecksumAlgorithm, checksumElement, readAlgorithm } from '../checksums.ts';
import { writeConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { readStoredHeaders, versionHeaders } from '../object-headers.ts';
import type { DataFile } from '../object-version.ts';
import { element, xmlDocument } from '../xml.ts';
import { type CopySource, copyBytes, findCopySource } from './copy-source.ts';

/** S3's limit for a copy in one request, in bytes; larger objects are copied part by part. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

export const copyObject: Operation = async (context, request) => {
  const bucket = context.store.get(request.bucket);
  const source = findCopySource(context, request);
  const directive = (request.header('x-amz-metadata-directive') ?? 'COPY').toUpperCase();
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', `x-amz-metadata-directive is "${directive}": use COPY or REPLACE.`);
  }
  if (source.version.size > MAX_COPY_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      `The copy source is larger than ${MAX_COPY_BYTES} bytes: copy it with a multipart upload.`,
    );
  }
  const current = source.bucket.index.currentOf(source.version.key);
  const ontoItself =
    source.bucket === bucket && source.version.key === request.key && current === source.version;
  if (ontoItself && directive === 'COPY') {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  const replace = directive === 'REPLACE';
  const headers = replace ? readStoredHeaders(request) : source.version.headers;
  const metadata = replace ? request.metadata() : source.version.metadata;
  const check = writeConditions(request, request.key);
  const asked = request.header('x-amz-checksum-algorithm');
  const copy = await copyContent(source, bucket, asked === undefined ? undefined : readAlgorithm(asked));
  let version: Awaited<ReturnType<typeof bucket.commit>>;
  try {
    version = await bucket.commit(
      {
        kind: 'object',
        key: request.key,
        size: source.version.size,
        etag: copy.etag,
        checksum: copy.checksum,
        headers,
        metadata,
        files: [copy.file],
        reason: 'CopyObject',
        uploadId: null,
      },
      check,
    );
  } catch (error) {
    await bucket.data.remove([copy.file]);
    throw error;
  }
  await context.announcer.announce(bucket, version);
  return {
    status: 200,
    headers: {
      ...versionHeaders(bucket, version),
      'x-amz-copy-source-version-id':
        source.bucket.settings.versioning === 'Off' ? undefined : source.version.versionId,
    },
    body: xmlDocument(
      'CopyObjectResult',
      element('LastModified', version.time),
      element('ETag', `"${version.etag}"`),
      ...(version.checksum === null
        ? []
        : [element(checksumElement(version.checksum.algorithm), version.checksum.value)]),
    ),
  };
};

/** The source's bytes as one file: another name for them within a bucket, else a copy. */
async function copyContent(
  source: CopySource,
  target: Bucket,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ file: DataFile; etag: string; checksum: Checksum | null }> {
  const { bucket, version } = source;
  const [only] = version.files;
  const sameChecksum = algorithm === undefined || algorithm === version.checksum?.algorithm;
  // What a multipart upload made gets the plain MD5 as its ETag when copied, so it must be read.
  if (bucket === target && only !== undefined && !version.etag.includes('-') && sameChecksum) {
    const release = bucket.data.hold(version.files);
    try {
      return { file: await bucket.data.duplicate(only), etag: version.etag, checksum: version.checksum };
    } finally {
      release();
    }
  }
  const wanted = algorithm ?? version.checksum?.algorithm;
  const copied = await copyBytes(source, { start: 0, end: version.size - 1 }, target, wanted);
  return {
    file: copied.file,
    etag: copied.md5,
    checksum:
      wanted === undefined || copied.checksum === null
        ? null
        : { algorithm: wanted, value: copied.checksum, type: 'FULL_OBJECT' },
  };
}
