// What a client asked for: bucket and key out of the raw request target, parameters, headers.
import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';

/** S3's limit for keys, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** One request, read but for its body. */
export interface S3Request {
  method: string;
  /** Empty for requests to the service itself. */
  bucket: string;
  /** Verbatim; empty for requests to a bucket. */
  key: string;
  query: URLSearchParams;
  /** A header by its lower-case name; presigned URLs may carry `x-amz-*` headers as parameters. */
  header(name: string): string | undefined;
  /** The user's metadata, names in lower case without `x-amz-meta-`, values as they were sent. */
  metadata(): Record<string, string>;
  http: IncomingMessage;
}

/**
 * Reads a request. Nothing is normalised: `//`, `..` and leading slashes are parts of keys like any other.
 *
 * @throws S3Error `InvalidURI`, `KeyTooLongError`
 */
export function readRequest(http: IncomingMessage): S3Request {
  // Clients behind a proxy setting send the absolute form.
  const target = (http.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const query = new URLSearchParams(question === -1 ? '' : target.slice(question + 1));
  const [, rawBucket = '', rawKey = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const key = decode(rawKey);
  const length = Buffer.byteLength(key);
  if (length > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      Size: length,
      MaxSizeAllowed: MAX_KEY_BYTES,
    });
  }
  const presigned = new Map<string, string>();
  for (const [name, value] of query) {
    if (/^x-amz-/i.test(name)) presigned.set(name.toLowerCase(), headerText(value));
  }
  return {
    method: http.method ?? 'GET',
    bucket: decode(rawBucket),
    key,
    query,
    header: (name) => {
      const value = http.headers[name] ?? presigned.get(name);
      return Array.isArray(value) ? value.join(',') : value;
    },
    metadata: () => readMetadata(http, presigned),
    http,
  };
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new S3Error(
      'InvalidURI',
      `Couldn't parse the specified URI: "${raw}" is not percent-encoded UTF-8.`,
    );
  }
}

/**
 * A parameter's value in the form that header values have in Node: one character per byte.
 *
 * @throws S3Error `InvalidArgument` for what no header can hold.
 */
export function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return Buffer.from(value, 'utf8').toString('latin1');
  throw new S3Error('InvalidArgument', 'Header value cannot contain control characters.', {
    ArgumentValue: value,
  });
}

const metadataPrefix = 'x-amz-meta-';
/** S3's limit for names and values of user metadata together. */
const MAX_METADATA_BYTES = 2048;

function readMetadata(http: IncomingMessage, presigned: ReadonlyMap<string, string>): Record<string, string> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of [...presigned, ...Object.entries(http.headers)]) {
    if (!name.startsWith(metadataPrefix) || value === undefined) continue;
    const text = Array.isArray(value) ? value.join(',') : value;
    metadata[name.slice(metadataPrefix.length)] = text;
    bytes += name.length - metadataPrefix.length + text.length;
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: bytes,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  }
  return metadata;
}

/** The parameter `name` as a whole number from `min` to `max`, or `fallback` where it was not given. */
export function numberParameter(
  request: S3Request,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const text = request.query.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new S3Error('InvalidArgument', `"${text}" is not a whole number from ${min} to ${max}.`, {
    ArgumentName: name,
    ArgumentValue: text,
  });
}
