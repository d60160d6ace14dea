import type { Encoding } from '../../contract/definition/file-format.ts';
import { type ByteStream, closing } from '../byte-stream.ts';
import { decoderFor, roomFor } from './decoders.ts';
import { sameBytes, type TextOrigin, TextWindow } from './text-origin.ts';

/** A file as UTF-8, and the way back from any place in it to the file's own bytes. */
export interface DecodedFile {
  text: ByteStream;
  origin: TextOrigin;
}

/** Text per chunk: fits the processor's cache together with what the scanner makes of it. */
const TEXT_BYTES = 256 * 1024;

/**
 * The same text as UTF-8, in chunks of at most 256 KiB if it had to be decoded. UTF-8 itself passes through untouched:
 * the scanner refuses broken rows one by one. In other encodings a byte 0xFF stands for each sequence that is no
 * character, so that the scanner refuses those rows too.
 */
export function decodeToUtf8(source: ByteStream, encoding: Encoding): DecodedFile {
  if (encoding === 'utf-8') return { text: source, origin: sameBytes };
  const origin = new TextWindow(encoding);
  return { text: closing(source, decode(source, encoding, origin)), origin };
}

async function* decode(
  source: ByteStream,
  encoding: Exclude<Encoding, 'utf-8'>,
  window: TextWindow,
): ByteStream {
  const decoder = decoderFor(encoding);
  /** The beginning of a character that the chunk before was cut in. */
  let rest: Buffer = Buffer.alloc(0);
  function* decodeChunk(bytes: Buffer, final: boolean): Generator<Buffer> {
    let at = 0;
    while (at < bytes.length) {
      const text = roomFor(TEXT_BYTES);
      const { read, written } = decoder(bytes, at, text, TEXT_BYTES, final);
      if (written === 0) break;
      window.add(bytes.subarray(at, read), written);
      at = read;
      yield text.subarray(0, written);
    }
    rest = Buffer.from(bytes.subarray(at));
  }
  for await (const chunk of source) {
    yield* decodeChunk(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), false);
  }
  yield* decodeChunk(rest, true);
}
