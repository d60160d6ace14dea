// GetObject and HeadObject.

import type { Answer, AnswerHeaders, Operation, S3Context } from '../answer.ts';
import type { Bucket } from '../bucket.ts';
import { type ByteRange, checkReadConditions, readRange } from '../conditions.ts';
import { noSuchKey, noSuchVersion, S3Error } from '../errors.ts';
import { checksumHeaders, objectHeaders } from '../object-headers.ts';
import type { ObjectVersion, StoredObject } from '../object-version.ts';
import { numberParameter, type S3Request } from '../request.ts';
import { element, xmlDocument } from '../xml.ts';

/**
 * The version that a reader asks for.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker asked for by its id.
 */
export function findForReading(bucket: Bucket, key: string, versionId: string | null): StoredObject {
  const version = versionId ? bucket.findVersion(key, versionId) : bucket.index.currentOf(key);
  if (version?.kind === 'object') return version;
  if (version === undefined) throw versionId ? noSuchVersion(key, versionId) : noSuchKey(key);
  if (!versionId) throw noSuchKey(key, markerHeaders(version));
  throw new S3Error(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { ResourceType: 'DeleteMarker' },
    { ...markerHeaders(version), Allow: 'DELETE', 'Last-Modified': new Date(version.time).toUTCString() },
  );
}

function markerHeaders(marker: ObjectVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId };
}

export const getObject: Operation = async (context, request) => {
  const { bucket, version, status, headers, range } = look(context, request);
  const release = bucket.data.hold(version.files);
  return {
    status,
    headers,
    body: { bytes: bucket.data.read(version.files, range.start, range.end), release },
  };
};

export const headObject: Operation = async (context, request): Promise<Answer> => {
  const { status, headers } = look(context, request);
  return { status, headers };
};

/** No tags are kept; the AWS CLI asks for them before it copies a large object. */
export const getObjectTagging: Operation = async ({ store }, request): Promise<Answer> => {
  findForReading(store.get(request.bucket), request.key, request.query.get('versionId'));
  return { status: 200, body: xmlDocument('Tagging', element('TagSet', '')) };
};

/** What GET and HEAD have in common; awaits nothing, so that the version is still there afterwards. */
function look({ store }: S3Context, request: S3Request) {
  const bucket = store.get(request.bucket);
  const version = findForReading(bucket, request.key, request.query.get('versionId'));
  checkReadConditions(request, version);
  const headers: AnswerHeaders = objectHeaders(request, bucket, version);
  const part = readPart(request, version);
  const partial = part ?? readRange(request.header('range'), version.size);
  if (part !== undefined && version.uploadId !== null) headers['x-amz-mp-parts-count'] = version.files.length;
  const range = partial ?? { start: 0, end: version.size - 1 };
  headers['Content-Length'] = range.end - range.start + 1;
  if (partial !== undefined && version.size > 0) {
    headers['Content-Range'] = `bytes ${range.start}-${range.end}/${version.size}`;
  }
  // A reader who verifies it must have all the bytes that it is of.
  const whole = range.end - range.start + 1 === version.size;
  if (whole && request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(version.checksum));
  }
  return { bucket, version, range, headers, status: partial === undefined ? 200 : 206 };
}

/** The bytes of the part that `partNumber` asks for; an object that came in one piece is its part 1. */
function readPart(request: S3Request, version: StoredObject): ByteRange | undefined {
  const number = numberParameter(request, 'partNumber', { min: 1, max: 10_000, fallback: 0 });
  if (number === 0) return undefined;
  const part = version.files[number - 1];
  if (part === undefined) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      PartNumberRequested: number,
      ActualPartCount: version.files.length,
    });
  }
  const start = version.files.slice(0, number - 1).reduce((sum, file) => sum + file.size, 0);
  return { start, end: start + part.size - 1 };
}
