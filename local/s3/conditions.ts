// Conditions and ranges: If-Match and its relatives, and which bytes a reader wants.
import type { CurrentCheck } from './bucket.ts';
import { noSuchKey, preconditionFailed, S3Error } from './errors.ts';
import type { ObjectVersion, StoredObject } from './object-version.ts';
import type { S3Request } from './request.ts';

function matchesETag(condition: string, etag: string): boolean {
  return condition
    .split(',')
    .map((item) =>
      item
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((item) => item === '*' || item === etag);
}

/** Milliseconds of an HTTP date; dates that cannot be read make no condition. */
function readDate(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** ETag and Last-Modified, which also go with answers that say that nothing changed. */
export function validators(version: StoredObject): { ETag: string; 'Last-Modified': string } {
  return { ETag: `"${version.etag}"`, 'Last-Modified': new Date(version.time).toUTCString() };
}

/**
 * Holds a reader's conditions against a version, in the order that RFC 9110 gives them; `prefix` is that of the
 * headers, e.g. `x-amz-copy-source-`.
 *
 * @throws S3Error `PreconditionFailed`, `NotModified`
 */
export function checkReadConditions(request: S3Request, version: StoredObject, prefix = ''): void {
  const time = Date.parse(version.time);
  const match = request.header(`${prefix}if-match`);
  const noneMatch = request.header(`${prefix}if-none-match`);
  const unmodifiedSince = readDate(request.header(`${prefix}if-unmodified-since`));
  const modifiedSince = readDate(request.header(`${prefix}if-modified-since`));
  if (match !== undefined) {
    if (!matchesETag(match, version.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && time > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    noneMatch !== undefined
      ? matchesETag(noneMatch, version.etag)
      : modifiedSince !== undefined && time <= modifiedSince;
  if (!unchanged) return;
  // For a copy there is no "not modified": it is refused.
  if (prefix !== '')
    throw preconditionFailed(noneMatch !== undefined ? 'If-None-Match' : 'If-Modified-Since');
  throw new S3Error('NotModified', 'Not Modified', {}, validators(version));
}

/**
 * A writer's conditions: `If-None-Match: *` (only if there is no object) and `If-Match` (only over this one).
 *
 * @throws S3Error `NotImplemented` for other values of If-None-Match
 */
export function writeConditions(request: S3Request, key: string): CurrentCheck {
  const noneMatch = request.header('if-none-match');
  const match = request.header('if-match');
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw new S3Error('NotImplemented', `If-None-Match on a write takes only "*", not ${noneMatch}.`);
  }
  return (current) => {
    const object = current?.kind === 'object' ? current : undefined;
    if (noneMatch !== undefined && object !== undefined) throw preconditionFailed('If-None-Match');
    if (match === undefined) return;
    if (object === undefined) throw noSuchKey(key);
    if (!matchesETag(match, object.etag)) throw preconditionFailed('If-Match');
  };
}

/** The condition of a DELETE: `If-Match`, which a missing object never meets. */
export function deleteConditions(request: S3Request): CurrentCheck {
  const match = request.header('if-match');
  return (current: ObjectVersion | undefined) => {
    if (match === undefined) return;
    if (current?.kind !== 'object' || !matchesETag(match, current.etag)) throw preconditionFailed('If-Match');
  };
}

/** First and last byte, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a Range header; undefined means the whole object, which is also what S3 answers to several ranges and to
 * units that it does not know.
 *
 * @throws S3Error `InvalidRange` for ranges without a byte in the object.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start <= end) return { start, end };
  throw new S3Error(
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: header ?? '', ActualObjectSize: size },
    { 'Content-Range': `bytes */${size}` },
  );
}
