// CompleteMultipartUpload: the parts become an object, without being copied.
import { createHash } from 'node:crypto';
import type { Operation } from '../answer.ts';
import type { Bucket } from '../bucket.ts';
import {
  type Checksum,
  checksumAlgorithms,
  checksumElement,
  checksumHeader,
  combineParts,
} from '../checksums.ts';
import { writeConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import type { MultipartUpload, UploadedPart } from '../multipart-uploads.ts';
import { versionHeaders } from '../object-headers.ts';
import type { StoredObject } from '../object-version.ts';
import type { S3Request } from '../request.ts';
import { receiveText } from '../request-body.ts';
import { childrenOf, element, parseXml, textOf, type XmlNode, xmlDocument } from '../xml.ts';
import { MAX_PARTS } from './multipart.ts';

/** S3's least size of all parts but the last, in bytes. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
/** 10,000 parts with their checksums come to about 3 MB. */
const MAX_DOCUMENT_BYTES = 8 * 1024 ** 2;

export const completeMultipartUpload: Operation = async ({ store, announcer }, request) => {
  const bucket = store.get(request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const text = await receiveText(request, MAX_DOCUMENT_BYTES, { describesBody: false });
  const named = childrenOf(parseXml(text, 'CompleteMultipartUpload'), 'Part');
  const version = await bucket.uploads.exclusively(id, async () => {
    // Whoever lost the answer asks again: it is the same object, not a missing upload.
    return findCompleted(bucket, request.key, id) ?? complete(bucket, request, id, named);
  });
  await announcer.announce(bucket, version);
  return {
    status: 200,
    headers: versionHeaders(bucket, version),
    body: xmlDocument(
      'CompleteMultipartUploadResult',
      element('Location', `http://${request.header('host') ?? ''}${request.http.url?.split('?')[0] ?? ''}`),
      element('Bucket', bucket.name),
      element('Key', version.key),
      element('ETag', `"${version.etag}"`),
      ...(version.checksum === null
        ? []
        : [
            element(checksumElement(version.checksum.algorithm), version.checksum.value),
            element('ChecksumType', version.checksum.type),
          ]),
    ),
  };
};

function findCompleted(bucket: Bucket, key: string, id: string): StoredObject | undefined {
  return bucket.index
    .versionsOf(key)
    .find((version): version is StoredObject => version.kind === 'object' && version.uploadId === id);
}

async function complete(bucket: Bucket, request: S3Request, id: string, named: readonly XmlNode[]) {
  const { key } = request;
  const upload = bucket.uploads.get(key, id);
  const parts = choose(named, bucket.uploads.parts(key, id));
  const size = parts.reduce((sum, part) => sum + part.file.size, 0);
  const declared = request.header('x-amz-mp-object-size');
  if (declared !== undefined && Number(declared) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The x-amz-mp-object-size header says ${declared} bytes, the parts have ${size}.`,
    );
  }
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  const files = parts.map((part) => part.file);
  const version = await bucket.commit(
    {
      kind: 'object',
      key,
      size,
      etag: `${md5.digest('hex')}-${parts.length}`,
      checksum: checkedChecksum(request, upload, parts),
      headers: upload.headers,
      metadata: upload.metadata,
      files,
      reason: 'CompleteMultipartUpload',
      uploadId: id,
    },
    writeConditions(request, key),
  );
  await bucket.uploads.end(key, id, new Set(files.map((file) => file.name)));
  return version;
}

/** The stored parts that the client names, in its order. */
function choose(named: readonly XmlNode[], stored: readonly UploadedPart[]): UploadedPart[] {
  if (named.length === 0 || named.length > MAX_PARTS) {
    throw new S3Error('MalformedXML', `The XML must name 1 to ${MAX_PARTS} parts by PartNumber and ETag.`);
  }
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const chosen: UploadedPart[] = [];
  for (const node of named) {
    const number = Number(textOf(node, 'PartNumber')?.trim());
    const etag =
      textOf(node, 'ETag')
        ?.trim()
        .replace(/^"(.*)"$/, '$1') ?? '';
    const part = byNumber.get(number);
    const sameChecksums = checksumAlgorithms.every((algorithm) => {
      const claimed = textOf(node, checksumElement(algorithm));
      const known = part?.checksum?.algorithm === algorithm ? part.checksum.value : undefined;
      return claimed === undefined || known === undefined || claimed.trim() === known;
    });
    if (part === undefined || part.etag !== etag.toLowerCase() || !sameChecksums) {
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: number, ETag: etag },
      );
    }
    const before = chosen.at(-1);
    if (before !== undefined && before.partNumber >= number) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        { PartNumber: number },
      );
    }
    chosen.push(part);
  }
  const small = chosen.slice(0, -1).find((part) => part.file.size < MIN_PART_BYTES);
  if (small !== undefined) {
    throw new S3Error(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size: only the last part may be.',
      { PartNumber: small.partNumber, ProposedSize: small.file.size, MinSizeAllowed: MIN_PART_BYTES },
    );
  }
  return chosen;
}

/** The object's checksum, which must be what the request's headers say, if they say anything. */
function checkedChecksum(
  request: S3Request,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
): Checksum | null {
  if (upload.checksum === null) return null;
  const { algorithm, type } = upload.checksum;
  const values = parts.map((part) => ({ checksum: part.checksum!.value, size: part.file.size }));
  const checksum = combineParts(algorithm, type, values);
  const claimed = request.header(checksumHeader(algorithm));
  if (claimed !== undefined && claimed !== checksum.value && claimed !== checksum.value.split('-')[0]) {
    throw new S3Error(
      'BadDigest',
      `The ${checksumHeader(algorithm)} you specified, ${claimed}, did not match what the parts make, ${checksum.value}.`,
    );
  }
  return checksum;
}
