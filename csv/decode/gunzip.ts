import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportFailure } from '../../contract/failures.ts';
import { type ByteStream, closing, cut, measure } from '../byte-stream.ts';

export interface GunzipLimits {
  /** The most that may come out, in bytes. */
  maxBytes: number;
  /** The most that may come out for each byte that went in. */
  maxRatio: number;
}

/** Bytes per chunk that comes out: as much as the scanner takes at a time. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes given to the unpacker at a time: an error is told to be in one such piece. */
const PIECE_BYTES = 64 * 1024;
/** A ratio means something from here on: a small file of blank lines may well be packed to nothing. */
const RATIO_FROM_BYTES = 1024 * 1024;

/**
 * Unpacks gzip, of one member or several, as it comes; in memory there are never more than a few chunks.
 *
 * @param size bytes of the compressed file
 * @throws ImportFailure `UndecodableFile` where it is corrupt, ends early, or something else follows it;
 *   `UploadTooLarge` as soon as more comes out than the limits allow
 */
export function gunzip(source: ByteStream, size: number, limits: GunzipLimits): ByteStream {
  return closing(source, unpack(source, size, limits));
}

async function* unpack(source: ByteStream, size: number, limits: GunzipLimits): ByteStream {
  const unpacker = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors of either side end the reading below; the callback only keeps them from being thrown at nobody.
  let given = 0;
  const pieces = measure(cut(source, PIECE_BYTES), (bytes) => {
    given += bytes;
  });
  pipeline(pieces, unpacker, () => {});
  let unpacked = 0;
  try {
    for await (const chunk of unpacker as Readable & AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      checkLimits(unpacked, unpacker.bytesWritten, limits);
      yield chunk;
    }
  } catch (error) {
    throw explain(error, unpacker.bytesWritten, given);
  }
  // It takes zeros behind the last member for padding and says nothing.
  if (unpacker.bytesWritten < size) throw trailing(unpacker.bytesWritten, size);
}

function checkLimits(unpacked: number, packed: number, { maxBytes, maxRatio }: GunzipLimits): void {
  if (unpacked > maxBytes) {
    throw new ImportFailure(
      'UploadTooLarge',
      `The file unpacks to more than ${maxBytes} bytes, the import’s maxBytes.`,
    );
  }
  if (unpacked > RATIO_FROM_BYTES && unpacked > packed * maxRatio) {
    throw new ImportFailure(
      'UploadTooLarge',
      `The first ${packed} bytes of the file unpack to more than ${maxRatio} times as much (${unpacked} bytes), the import’s maxRatio. If the file is as it should be, raise maxRatio in the import’s definition.`,
    );
  }
}

function explain(error: unknown, taken: number, given: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !code.startsWith('Z_')) return error;
  const what =
    code === 'Z_BUF_ERROR'
      ? `ends in the middle of its compressed data, after byte ${given}`
      : `is corrupt between bytes ${taken + 1} and ${given} (${message})`;
  return new ImportFailure(
    'UndecodableFile',
    `The gzip file ${what}. Compress the CSV file again and upload it again.`,
    { cause: error },
  );
}

function trailing(end: number, size: number): ImportFailure {
  return new ImportFailure(
    'UndecodableFile',
    `The gzip file ends at byte ${end}, but ${size - end} more bytes follow. Compress the CSV file again and upload it again.`,
  );
}
