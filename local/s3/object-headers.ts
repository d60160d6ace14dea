// The headers that travel with objects: kept at the PUT, given back at GET and HEAD.
import type { AnswerHeaders } from './answer.ts';
import type { Bucket } from './bucket.ts';
import { type Checksum, checksumHeader } from './checksums.ts';
import { validators } from './conditions.ts';
import type { ObjectVersion, StoredHeaders, StoredObject } from './object-version.ts';
import { headerText, type S3Request } from './request.ts';

const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
];

/** The headers of a request that are kept with its object. */
export function readStoredHeaders(request: S3Request): StoredHeaders {
  const headers: StoredHeaders = { 'content-type': 'binary/octet-stream' };
  for (const name of kept) {
    const value = request.header(name);
    if (value === undefined || value === '') continue;
    if (name !== 'content-encoding') {
      headers[name] = value;
      continue;
    }
    // The framing is taken off, so it is no encoding of what is kept.
    const encodings = value.split(',').map((encoding) => encoding.trim());
    const rest = encodings.filter((encoding) => encoding !== '' && encoding.toLowerCase() !== 'aws-chunked');
    if (rest.length > 0) headers[name] = rest.join(',');
  }
  return headers;
}

/** The version id of an answer; buckets that never kept versions do not speak of them. */
export function versionHeaders(bucket: Bucket, version: ObjectVersion): AnswerHeaders {
  return { 'x-amz-version-id': bucket.settings.versioning === 'Off' ? undefined : version.versionId };
}

export function checksumHeaders(checksum: Checksum | null): AnswerHeaders {
  if (checksum === null) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The headers of GET and HEAD, but for lengths and checksums; `response-*` parameters replace kept ones. */
export function objectHeaders(request: S3Request, bucket: Bucket, version: StoredObject): AnswerHeaders {
  const headers: AnswerHeaders = {
    ...validators(version),
    'Accept-Ranges': 'bytes',
    ...versionHeaders(bucket, version),
  };
  for (const name of kept) {
    const override = request.query.get(`response-${name}`);
    headers[name] = override === null ? version.headers[name] : headerText(override);
  }
  for (const [name, value] of Object.entries(version.metadata)) headers[`x-amz-meta-${name}`] = value;
  return headers;
}
