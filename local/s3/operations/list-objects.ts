// ListObjectsV2, ListObjects and ListObjectVersions.
import type { Operation } from '../answer.ts';
import type { Bucket } from '../bucket.ts';
import { S3Error } from '../errors.ts';
import { keyEncoder } from '../key-encoding.ts';
import type { ObjectVersion } from '../object-version.ts';
import { numberParameter, type S3Request } from '../request.ts';
import { element, type Xml, xmlDocument } from '../xml.ts';

/** S3's limit for one page. */
const MAX_KEYS = 1000;

const owner = element('Owner', [element('ID', 'local'), element('DisplayName', 'local')]);

function readListing(request: S3Request) {
  const encode = keyEncoder(request);
  const prefix = request.query.get('prefix') ?? '';
  const delimiter = request.query.get('delimiter') ?? '';
  const maxKeys = numberParameter(request, 'max-keys', { min: 0, max: 2 ** 31 - 1, fallback: MAX_KEYS });
  return {
    encode,
    prefix,
    delimiter,
    limit: Math.min(maxKeys, MAX_KEYS),
    /** The elements that every listing repeats from its request. */
    echo: [
      element('Name', request.bucket),
      element('Prefix', encode(prefix)),
      element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      element('MaxKeys', Math.min(maxKeys, MAX_KEYS)),
      element('EncodingType', request.query.get('encoding-type') || undefined),
    ],
  };
}

/** What a listing says of a version. */
function describe(version: ObjectVersion): Xml[] {
  const time = element('LastModified', version.time);
  if (version.kind === 'deleteMarker') return [time];
  return [
    time,
    element('ETag', `"${version.etag}"`),
    element('ChecksumAlgorithm', version.checksum?.algorithm),
    element('ChecksumType', version.checksum?.type),
    element('Size', version.size),
    element('StorageClass', 'STANDARD'),
  ];
}

/** One page of current objects and common prefixes; `last` is where the next one goes on, if there is one. */
function listCurrent(bucket: Bucket, request: S3Request, after: string, withOwner: boolean) {
  const listing = readListing(request);
  const contents: Xml[] = [];
  const prefixes: Xml[] = [];
  const isObject = (key: string) => bucket.index.currentOf(key)?.kind === 'object';
  let last = '';
  let truncated = false;
  if (listing.limit > 0) {
    for (const step of bucket.index.walk({ ...listing, after }, isObject)) {
      if (contents.length + prefixes.length === listing.limit) {
        truncated = true;
        break;
      }
      if ('commonPrefix' in step) {
        last = step.commonPrefix;
        prefixes.push(element('CommonPrefixes', [element('Prefix', listing.encode(last))]));
        continue;
      }
      last = step.key;
      contents.push(
        element('Contents', [
          element('Key', listing.encode(last)),
          ...describe(bucket.index.currentOf(last)!),
          ...(withOwner ? [owner] : []),
        ]),
      );
    }
  }
  return { ...listing, last, truncated, entries: [...contents, ...prefixes] };
}

export const listObjectsV2: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const token = request.query.get('continuation-token') || undefined;
  const startAfter = request.query.get('start-after') || undefined;
  const after = token === undefined ? (startAfter ?? '') : readToken(token);
  const page = listCurrent(bucket, request, after, request.query.get('fetch-owner') === 'true');
  return {
    status: 200,
    body: xmlDocument(
      'ListBucketResult',
      ...page.echo,
      element('KeyCount', page.entries.length),
      element('StartAfter', startAfter === undefined ? undefined : page.encode(startAfter)),
      element('ContinuationToken', token),
      element('NextContinuationToken', page.truncated ? writeToken(page.last) : undefined),
      element('IsTruncated', page.truncated),
      ...page.entries,
    ),
  };
};

export const listObjects: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const marker = request.query.get('marker') ?? '';
  const page = listCurrent(bucket, request, marker, true);
  // Without a delimiter, S3 leaves it to the client to go on behind the last key.
  const next = page.truncated && page.delimiter !== '' ? page.encode(page.last) : undefined;
  return {
    status: 200,
    body: xmlDocument(
      'ListBucketResult',
      ...page.echo,
      element('Marker', page.encode(marker)),
      element('NextMarker', next),
      element('IsTruncated', page.truncated),
      ...page.entries,
    ),
  };
};

export const listObjectVersions: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const listing = readListing(request);
  const keyMarker = request.query.get('key-marker') ?? '';
  const versionIdMarker = request.query.get('version-id-marker') ?? '';
  if (versionIdMarker !== '' && keyMarker === '') {
    throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
  }
  const entries: Xml[] = [];
  let next: { key: string; versionId: string } | undefined;
  let last = { key: keyMarker, versionId: versionIdMarker };
  const range = { ...listing, after: keyMarker, inclusive: versionIdMarker !== '' };
  const steps = listing.limit === 0 ? [] : bucket.index.walk(range, () => true);
  walking: for (const step of steps) {
    if ('commonPrefix' in step) {
      if (entries.length === listing.limit) {
        next = last;
        break;
      }
      last = { key: step.commonPrefix, versionId: '' };
      entries.push(element('CommonPrefixes', [element('Prefix', listing.encode(step.commonPrefix))]));
      continue;
    }
    const versions = bucket.index.versionsOf(step.key);
    const marked = step.key === keyMarker ? versions.findIndex((it) => it.versionId === versionIdMarker) : -1;
    for (const version of versions.slice(marked + 1)) {
      if (entries.length === listing.limit) {
        next = last;
        break walking;
      }
      last = { key: version.key, versionId: version.versionId };
      entries.push(
        element(version.kind === 'object' ? 'Version' : 'DeleteMarker', [
          element('Key', listing.encode(version.key)),
          element('VersionId', version.versionId),
          element('IsLatest', version === versions[0]),
          ...describe(version),
          owner,
        ]),
      );
    }
  }
  return {
    status: 200,
    body: xmlDocument(
      'ListVersionsResult',
      ...listing.echo,
      element('KeyMarker', listing.encode(keyMarker)),
      element('VersionIdMarker', versionIdMarker),
      element('NextKeyMarker', next === undefined ? undefined : listing.encode(next.key)),
      element('NextVersionIdMarker', next?.versionId || undefined),
      element('IsTruncated', next !== undefined),
      ...entries,
    ),
  };
};

function writeToken(last: string): string {
  return Buffer.from(last).toString('base64url');
}

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString('utf8');
  if (last !== '' && writeToken(last) === token) return last;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
    ArgumentValue: token,
  });
}
