// Beginning, feeding, listing and aborting multipart uploads.
import type { Operation } from '../answer.ts';
import { compareKeys } from '../bucket-index.ts';
import { type Checksum, checksumElement, isCrc, readAlgorithm } from '../checksums.ts';
import { readRange } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { keyEncoder } from '../key-encoding.ts';
import type { UploadedPart } from '../multipart-uploads.ts';
import { checksumHeaders, readStoredHeaders } from '../object-headers.ts';
import { numberParameter, type S3Request } from '../request.ts';
import { receiveBody } from '../request-body.ts';
import { element, xmlDocument } from '../xml.ts';
import { copyBytes, findCopySource } from './copy-source.ts';

/** S3's limit. */
export const MAX_PARTS = 10_000;

export const createMultipartUpload: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const checksum = readChecksumChoice(request);
  const upload = await bucket.uploads.begin({
    key: request.key,
    headers: readStoredHeaders(request),
    metadata: request.metadata(),
    checksum,
  });
  return {
    status: 200,
    headers: {
      'x-amz-checksum-algorithm': checksum?.algorithm,
      'x-amz-checksum-type': checksum?.type,
    },
    body: xmlDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('UploadId', upload.id),
    ),
  };
};

function readChecksumChoice(request: S3Request) {
  const name = request.header('x-amz-checksum-algorithm');
  if (name === undefined) return null;
  const algorithm = readAlgorithm(name);
  const fallback: Checksum['type'] = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = request.header('x-amz-checksum-type')?.toUpperCase() ?? fallback;
  const impossible = algorithm === 'CRC64NVME' ? 'COMPOSITE' : isCrc(algorithm) ? '' : 'FULL_OBJECT';
  if ((type !== 'COMPOSITE' && type !== 'FULL_OBJECT') || type === impossible) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm, type } as const;
}

function readPartNumber(request: S3Request): number {
  const partNumber = numberParameter(request, 'partNumber', { min: 1, max: MAX_PARTS, fallback: 0 });
  if (partNumber > 0) return partNumber;
  throw new S3Error('InvalidArgument', `The request names no part: add partNumber=1 to ${MAX_PARTS}.`, {
    ArgumentName: 'partNumber',
  });
}

export const uploadPart: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const partNumber = readPartNumber(request);
  const upload = bucket.uploads.get(request.key, id);
  const writer = await bucket.data.create();
  try {
    const { md5, checksum } = await receiveBody(request, writer.write, {
      algorithm: upload.checksum?.algorithm,
    });
    const file = await writer.finish();
    const part = { partNumber, etag: md5, checksum, file, time: new Date().toISOString() };
    await bucket.uploads.addPart(request.key, id, part);
    return { status: 200, headers: { ETag: `"${md5}"`, ...checksumHeaders(checksum) } };
  } catch (error) {
    await writer.discard();
    throw error;
  }
};

export const uploadPartCopy: Operation = async (context, request) => {
  const bucket = context.store.get(request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const partNumber = readPartNumber(request);
  const algorithm = bucket.uploads.get(request.key, id).checksum?.algorithm;
  const source = findCopySource(context, request);
  const { size } = source.version;
  const range = readRange(request.header('x-amz-copy-source-range'), size) ?? { start: 0, end: size - 1 };
  const { file, md5, checksum } = await copyBytes(source, range, bucket, algorithm);
  const part: UploadedPart = {
    partNumber,
    etag: md5,
    checksum:
      algorithm === undefined || checksum === null
        ? null
        : { algorithm, value: checksum, type: 'FULL_OBJECT' },
    file,
    time: new Date().toISOString(),
  };
  try {
    await bucket.uploads.addPart(request.key, id, part);
  } catch (error) {
    await bucket.data.remove([file]);
    throw error;
  }
  return {
    status: 200,
    headers: {
      'x-amz-copy-source-version-id':
        source.bucket.settings.versioning === 'Off' ? undefined : source.version.versionId,
    },
    body: xmlDocument('CopyPartResult', ...describePart(part)),
  };
};

function describePart(part: UploadedPart) {
  const { checksum } = part;
  return [
    element('LastModified', part.time),
    element('ETag', `"${part.etag}"`),
    ...(checksum === null ? [] : [element(checksumElement(checksum.algorithm), checksum.value)]),
  ];
}

export const abortMultipartUpload: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const id = request.query.get('uploadId') ?? '';
  await bucket.uploads.exclusively(id, () => bucket.uploads.end(request.key, id, new Set()));
  return { status: 204 };
};

export const listParts: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(request.key, id);
  const marker = numberParameter(request, 'part-number-marker', { min: 0, max: MAX_PARTS, fallback: 0 });
  const limit = numberParameter(request, 'max-parts', { min: 1, max: 2 ** 31 - 1, fallback: 1000 });
  const parts = bucket.uploads.parts(request.key, id).filter((part) => part.partNumber > marker);
  const page = parts.slice(0, Math.min(limit, 1000));
  const truncated = page.length < parts.length;
  return {
    status: 200,
    body: xmlDocument(
      'ListPartsResult',
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('UploadId', id),
      element('ChecksumAlgorithm', upload.checksum?.algorithm),
      element('ChecksumType', upload.checksum?.type),
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', marker),
      element('NextPartNumberMarker', truncated ? page.at(-1)!.partNumber : undefined),
      element('MaxParts', Math.min(limit, 1000)),
      element('IsTruncated', truncated),
      ...page.map((part) =>
        element('Part', [
          element('PartNumber', part.partNumber),
          element('Size', part.file.size),
          ...describePart(part),
        ]),
      ),
    ),
  };
};

export const listMultipartUploads: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  if (request.query.get('delimiter')) {
    throw new S3Error('NotImplemented', 'Uploads cannot be listed by delimiter here: use a prefix.');
  }
  const encode = keyEncoder(request);
  const prefix = request.query.get('prefix') ?? '';
  const keyMarker = request.query.get('key-marker') ?? '';
  const idMarker = request.query.get('upload-id-marker') ?? '';
  const limit = numberParameter(request, 'max-uploads', { min: 1, max: 1000, fallback: 1000 });
  const all = bucket.uploads.list(prefix, compareKeys);
  const marked = all.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker);
  const rest =
    marked !== -1
      ? all.slice(marked + 1)
      : all.filter((upload) => keyMarker === '' || compareKeys(upload.key, keyMarker) > 0);
  const page = rest.slice(0, limit);
  const truncated = page.length < rest.length;
  return {
    status: 200,
    body: xmlDocument(
      'ListMultipartUploadsResult',
      element('Bucket', request.bucket),
      element('Prefix', encode(prefix)),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', idMarker),
      element('NextKeyMarker', truncated ? encode(page.at(-1)!.key) : undefined),
      element('NextUploadIdMarker', truncated ? page.at(-1)!.id : undefined),
      element('EncodingType', request.query.get('encoding-type') || undefined),
      element('MaxUploads', limit),
      element('IsTruncated', truncated),
      ...page.map((upload) =>
        element('Upload', [
          element('Key', encode(upload.key)),
          element('UploadId', upload.id),
          element('Initiated', upload.initiated),
          element('StorageClass', 'STANDARD'),
          element('ChecksumAlgorithm', upload.checksum?.algorithm),
          element('ChecksumType', upload.checksum?.type),
        ]),
      ),
    ),
  };
};
