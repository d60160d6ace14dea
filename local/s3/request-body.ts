// Receiving a request's body: framing off, checksums verified, and an end that comes too early noticed.

import { decodeAwsChunked } from './aws-chunked.ts';
import type { Checksum, ChecksumAlgorithm, Digest } from './checksums.ts';
import { checksumAlgorithms, checksumHeader, createDigest, readAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** What arrived, after everything that the client said of it was found to be true. */
export interface ReceivedBody {
  /** In bytes. */
  size: number;
  /** MD5, lower-case hexadecimal. */
  md5: string;
  /** The checksum that the client sent or that was asked for, if any. */
  checksum: Checksum | null;
}

/** S3's limit for one PUT or one part, in bytes. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

/** Which checksums to compute. */
interface Wanted {
  /** Computed even where the client sent no such checksum. */
  algorithm?: ChecksumAlgorithm;
  /** Whether the checksum headers are of this body; CompleteMultipartUpload's are of the object. */
  describesBody?: boolean;
}

/**
 * Hands the body to `write` piece by piece.
 *
 * @throws S3Error `BadDigest`, `IncompleteBody`, `XAmzContentSHA256Mismatch`, `EntityTooLarge`,
 *   `InvalidRequest`; or the connection's own error if it broke. Only a return means that all arrived.
 */
export async function receiveBody(
  request: S3Request,
  write: (chunk: Buffer) => Promise<void>,
  { algorithm, describesBody = true }: Wanted = {},
): Promise<ReceivedBody> {
  const contentHash = request.header('x-amz-content-sha256') ?? '';
  const framed =
    contentHash.startsWith('STREAMING-') || /\baws-chunked\b/i.test(request.header('content-encoding') ?? '');
  const declared = declaredLength(request, framed);
  if (declared !== undefined && declared > MAX_BODY_BYTES) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: declared,
      MaxSizeAllowed: MAX_BODY_BYTES,
    });
  }

  const md5 = createDigest('MD5');
  const checksums = new Map<ChecksumAlgorithm, Digest>();
  if (algorithm !== undefined) checksums.set(algorithm, createDigest(algorithm));
  for (const announced of describesBody ? announcedChecksums(request) : []) {
    if (!checksums.has(announced)) checksums.set(announced, createDigest(announced));
  }
  const signedHash = /^[0-9a-f]{64}$/i.test(contentHash) ? createDigest('SHA256') : undefined;
  const digests = [md5, ...checksums.values(), ...(signedHash === undefined ? [] : [signedHash])];

  const trailers = new Map<string, string>();
  // Not destroyed on an early exit: the connection is needed for the answer.
  const raw: AsyncIterable<Buffer> = request.http.iterator({ destroyOnReturn: false });
  let size = 0;
  for await (const chunk of framed ? decodeAwsChunked(raw, trailers) : raw) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    }
    const written = write(chunk);
    for (const digest of digests) digest.update(chunk);
    await written;
  }

  if (declared !== undefined && declared !== size) {
    throw new S3Error(
      'IncompleteBody',
      `The request declared ${declared} bytes of content, but ${size} arrived: send all of it again.`,
    );
  }
  const hex = md5.digest();
  const claimedMd5 = request.header('content-md5');
  if (claimedMd5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(claimedMd5)) {
    throw new S3Error('InvalidDigest', `The Content-MD5 you specified, ${claimedMd5}, is no MD5 in base64.`);
  }
  verify('Content-MD5', claimedMd5, hex.toString('base64'));
  if (signedHash !== undefined && signedHash.digest().toString('hex') !== contentHash.toLowerCase()) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  let checksum: Checksum | null = null;
  for (const [name, digest] of checksums) {
    const value = digest.digest().toString('base64');
    const header = checksumHeader(name);
    if (describesBody) verify(header, request.header(header) ?? trailers.get(header), value);
    // The one that was asked for comes first.
    checksum ??= { algorithm: name, value, type: 'FULL_OBJECT' };
  }
  return { size, md5: hex.toString('hex'), checksum };
}

/**
 * The body of a request whose content is a document, e.g. XML.
 *
 * @throws S3Error as {@link receiveBody}, and `MalformedXML` beyond `maxBytes`.
 */
export async function receiveText(
  request: S3Request,
  maxBytes: number,
  wanted: Wanted = {},
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = async (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      throw new S3Error('MalformedXML', `The document in the request is longer than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  };
  await receiveBody(request, keep, wanted);
  return Buffer.concat(chunks).toString('utf8');
}

function declaredLength(request: S3Request, framed: boolean): number | undefined {
  const name = framed ? 'x-amz-decoded-content-length' : 'content-length';
  const text = request.header(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw new S3Error('InvalidArgument', `The header ${name} says "${text}", which is no number of bytes.`);
  }
  return Number(text);
}

/** The algorithms of the checksums that come in headers or are announced as trailers. */
function announcedChecksums(request: S3Request): ChecksumAlgorithm[] {
  const trailers = (request.header('x-amz-trailer') ?? '').toLowerCase().split(',');
  const found = [...Object.keys(request.http.headers), ...trailers.map((trailer) => trailer.trim())]
    .filter((header) => /^x-amz-checksum-(?!algorithm$|mode$|type$)/.test(header))
    .map((header) => readAlgorithm(header.slice('x-amz-checksum-'.length)));
  for (const algorithm of checksumAlgorithms) {
    // Presigned requests have it among their parameters.
    if (request.header(checksumHeader(algorithm)) !== undefined) found.push(algorithm);
  }
  const asked = request.header('x-amz-sdk-checksum-algorithm');
  // Some clients only name the algorithm: then it is computed and kept.
  return found.length === 0 && asked !== undefined ? [readAlgorithm(asked)] : found;
}

function verify(header: string, claimed: string | undefined, actual: string): void {
  if (claimed === undefined || claimed === actual) return;
  throw new S3Error(
    'BadDigest',
    `The ${header} you specified, ${claimed}, did not match what we received, ${actual}: send the body again.`,
  );
}
