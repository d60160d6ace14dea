import { createZstdDecompress } from 'node:zlib';
import { ImportFailure } from '../../contract/failures.ts';
import { type ByteStream, closing } from '../byte-stream.ts';
import { CHUNK_BYTES } from './gunzip.ts';
import { PackedReader } from './packed-reader.ts';
import { checkLimits, type UnpackLimits } from './unpack-limits.ts';

/**
 * Unpacks Zstandard, of one frame or several, as it comes. A frame that needs more than 128 MiB of memory is refused.
 *
 * @throws ImportFailure `UndecodableFile` where it is corrupt, ends early, or something else follows it;
 *   `UploadTooLarge` as soon as more comes out than the limits allow
 */
export function unzstd(source: ByteStream, limits: UnpackLimits): ByteStream {
  return closing(source, unpack(source, limits));
}

async function* unpack(source: ByteStream, limits: UnpackLimits): ByteStream {
  const reader = new PackedReader(source);
  let unpacked = 0;
  do {
    const before = reader.taken;
    const unpacker = createZstdDecompress({ chunkSize: CHUNK_BYTES });
    try {
      for await (const chunk of reader.unpack(unpacker)) {
        unpacked += chunk.length;
        checkLimits(unpacked, before + unpacker.bytesWritten, limits);
        yield chunk;
      }
    } catch (error) {
      throw explain(error, before + unpacker.bytesWritten);
    }
  } while ((await reader.peek(1)).length > 0);
}

function explain(error: unknown, taken: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^Z(STD)?_/.test(code)) return error;
  const what = code.includes('windowTooLarge')
    ? 'needs more than 128 MiB of memory to unpack. Compress it without --long or --ultra'
    : code === 'Z_BUF_ERROR'
      ? `ends in the middle of its compressed data, after byte ${taken}. Compress the CSV file again and upload it again`
      : `is corrupt, or something else follows it, from byte ${taken + 1} on (${message}). Compress the CSV file again and upload it again`;
  return new ImportFailure('UndecodableFile', `The Zstandard file ${what}.`, { cause: error });
}
