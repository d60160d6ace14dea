import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ImportFailure } from '../../contract/failures.ts';
import { storageFailure } from '../../contract/storage-failure.ts';
import { describeUpload, type Upload } from '../../contract/upload.ts';

export interface ReadOptions {
  /** Position of the first byte that is read. Default: 0. */
  from?: number;
  /** Bytes per ranged GET. Default: 4 MiB. */
  rangeBytes?: number;
  /** GETs under way at once, the one that is being read included. Default: 4. */
  ahead?: number;
  /** A GET that delivers nothing for so long is given up and asked again. */
  idleMs?: number;
  /** Tries per range, the first one included. */
  tries?: number;
  signal?: AbortSignal;
}

/**
 * At 30 ms for each request four GETs of 4 MiB still bring 500 MB/s, ten times what is read of them, and hold 16 MiB.
 */
const defaults = { from: 0, rangeBytes: 4 * 1024 * 1024, ahead: 4, idleMs: 20_000, tries: 6 };

/**
 * Chunks that the reader gets. The scanner is as fast on any from 64 KiB on; the smaller they are, the less memory is
 * held by what is made of them.
 */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads an upload from a byte, by default the first, to its last by ranged GETs, some of them ahead of the reader. Every GET is
 * pinned to the version, or to the ETag where there are no versions, so that all bytes are of one object.
 *
 * A range that breaks off or stalls is asked for again: a body of the SDK can hang for ever after a reset
 * (aws-sdk-js-v3#8098), so nothing waits for one without a watchdog.
 *
 * @throws ImportFailure `UploadGone`, `UploadChanged`, `UploadTruncated`, `AccessDenied`, `StorageUnavailable`
 */
export async function* readUpload(
  s3: S3Client,
  upload: Upload,
  options: ReadOptions = {},
): AsyncGenerator<Buffer> {
  const { from, rangeBytes, ahead, idleMs, tries } = { ...defaults, ...options };
  // Ends the GETs that are under way when the reader stops early.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const pending: Promise<Buffer>[] = [];
  let next = from;
  try {
    while (next < upload.size || pending.length > 0) {
      while (pending.length < ahead && next < upload.size) {
        const range = { first: next, last: Math.min(next + rangeBytes, upload.size) - 1 };
        const reading = readRange(s3, upload, range, { idleMs, tries, signal });
        // Whoever awaits it sees the error; until then it must not count as unhandled.
        reading.catch(() => {});
        pending.push(reading);
        next = range.last + 1;
      }
      const bytes = await pending.shift()!;
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    }
  } finally {
    stop.abort();
  }
}

interface Range {
  first: number;
  last: number;
}

async function readRange(
  s3: S3Client,
  upload: Upload,
  range: Range,
  { idleMs, tries, signal }: { idleMs: number; tries: number; signal: AbortSignal },
): Promise<Buffer> {
  let lastError: unknown;
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      return await getRange(s3, upload, range, idleMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      // What has a name already will not pass.
      if (error instanceof ImportFailure) throw error;
      const failure = objectFailure(error, upload);
      if (!failure.retryable) throw failure;
      lastError = failure;
    }
    // 0.2 s, 0.4 s … 3.2 s: a reset passes at once, an outage is the workflow's to wait for.
    if (attempt < tries) await sleep(200 * 2 ** (attempt - 1), undefined, { signal });
  }
  throw lastError;
}

async function getRange(
  s3: S3Client,
  upload: Upload,
  { first, last }: Range,
  idleMs: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const idle = new AbortController();
  const watchdog = setTimeout(() => idle.abort(new Error(`no byte came for ${idleMs / 1000} s`)), idleMs);
  const either = AbortSignal.any([idle.signal, signal]);
  try {
    const response = await s3.send(
      new GetObjectCommand({
        Bucket: upload.bucket,
        Key: upload.key,
        Range: `bytes=${first}-${last}`,
        ...(upload.versionId === '' ? { IfMatch: `"${upload.etag}"` } : { VersionId: upload.versionId }),
      }),
      { abortSignal: either },
    );
    const body = response.Body as Readable;
    // Left unread it would raise its error (a checksum that does not match, say) at nobody.
    body.on('error', () => {});
    // The SDK does not end the body on abort once the headers are there.
    either.addEventListener('abort', () => body.destroy(either.reason as Error), { once: true });
    const total = Number(/\/(\d+)$/.exec(response.ContentRange ?? '')?.[1] ?? Number.NaN);
    if (total !== upload.size) {
      body.destroy();
      throw new ImportFailure(
        'UploadTruncated',
        `${describeUpload(upload)} has ${total} bytes, but ${upload.size} were announced.`,
      );
    }
    const bytes = Buffer.allocUnsafe(last - first + 1);
    let filled = 0;
    for await (const chunk of body) {
      watchdog.refresh();
      if (filled + chunk.length <= bytes.length) bytes.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled !== bytes.length) {
      throw new RangeTruncated(`${filled} of ${bytes.length} bytes from byte ${first}`);
    }
    return bytes;
  } catch (error) {
    if (idle.signal.aborted && !signal.aborted) throw idle.signal.reason;
    throw error;
  } finally {
    clearTimeout(watchdog);
  }
}

/** A GET that ended well, and early. */
class RangeTruncated extends Error {}

function objectFailure(error: unknown, upload: Upload): ImportFailure {
  const object = describeUpload(upload);
  if (error instanceof RangeTruncated) {
    return new ImportFailure('UploadTruncated', `S3 delivered only ${error.message} of ${object}.`, {
      cause: error,
    });
  }
  const denied = `S3 refuses the importer s3:GetObject on ${object}.`;
  return storageFailure(error, { doing: 'Reading', object, denied });
}
