import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportFailure } from '../../contract/failures.ts';
import { type ByteStream, closing, cut, measure } from '../byte-stream.ts';
import { checkLimits, type UnpackLimits } from './unpack-limits.ts';

/** Bytes per chunk that comes out: as much as the scanner takes at a time. */
export const CHUNK_BYTES = 256 * 1024;
/** Bytes given to the unpacker at a time: an error is told to be in one such piece. */
const PIECE_BYTES = 64 * 1024;
/**
 * Unpacks gzip, of one member or several, as it comes; in memory there are never more than a few chunks.
 *
 * @param size bytes of the compressed file
 * @throws ImportFailure `UndecodableFile` where it is corrupt, ends early, or something else follows it;
 *   `UploadTooLarge` as soon as more comes out than the limits allow
 */
export function gunzip(source: ByteStream, size: number, limits: UnpackLimits): ByteStream {
  return closing(source, unpack(source, size, limits));
}

async function* unpack(source: ByteStream, size: number, limits: UnpackLimits): ByteStream {
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
