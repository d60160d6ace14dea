// The framing `aws-chunked`: chunks with their sizes (and signatures, not verified), then trailing headers.
import { S3Error } from './errors.ts';

/** Chunk and trailer lines are far shorter; this bounds what a broken client can make us keep. */
const MAX_LINE_BYTES = 8 * 1024;

/**
 * Takes the framing off, handing over the content as it comes; trailing headers are put into `trailers`
 * (lower case) before the last piece has been handed over.
 *
 * @throws S3Error `IncompleteBody` if the framing ends early or is none.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let state: 'size' | 'data' | 'dataEnd' | 'trailer' | 'done' = 'size';
  let left = 0;
  let line: Buffer = Buffer.alloc(0);
  for await (const received of body) {
    let at = 0;
    while (at < received.length) {
      if (state === 'data') {
        const piece = received.subarray(at, at + left);
        at += piece.length;
        left -= piece.length;
        if (left === 0) state = 'dataEnd';
        yield piece;
        continue;
      }
      const newline = received.indexOf(0x0a, at);
      const end = newline === -1 ? received.length : newline + 1;
      line = Buffer.concat([line, received.subarray(at, end)]);
      at = end;
      if (line.length > MAX_LINE_BYTES) {
        throw incomplete(`a chunk's header is longer than ${MAX_LINE_BYTES} bytes`);
      }
      if (newline === -1) break;
      const text = line.toString('latin1').trim();
      line = Buffer.alloc(0);
      if (state === 'dataEnd') {
        if (text !== '') throw incomplete('a chunk is longer than its size said');
        state = 'size';
      } else if (state === 'size') {
        const size = /^([0-9a-f]{1,13})(?:;.*)?$/i.exec(text)?.[1];
        if (size === undefined) throw incomplete(`"${text.slice(0, 40)}" is not the size of a chunk`);
        left = Number.parseInt(size, 16);
        state = left === 0 ? 'trailer' : 'data';
      } else if (text === '') {
        state = 'done';
      } else if (state === 'trailer') {
        const colon = text.indexOf(':');
        if (colon < 1) throw incomplete(`"${text.slice(0, 40)}" is not a trailing header`);
        trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
      }
    }
  }
  // Some clients leave out the last empty line: once the zero-sized chunk was there, the content is whole.
  if ((state !== 'trailer' && state !== 'done') || line.length > 0) {
    throw incomplete('it ended before its last chunk');
  }
}

function incomplete(problem: string): S3Error {
  return new S3Error('IncompleteBody', `The aws-chunked body cannot be read: ${problem}.`);
}
