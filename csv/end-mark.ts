import { CR, LF } from './ascii.ts';
import { type ByteStream, closing } from './byte-stream.ts';

/** ^Z: what DOS ends a text with. */
const END_MARK = 0x1a;

/** The text without the ^Z at its end, and the newline that may stand behind it; `dropped` is called if there was one. */
export function withoutEndMark(source: ByteStream, dropped: () => void): ByteStream {
  async function* stream(): ByteStream {
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of source) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = endMarkOf(bytes);
      if (end > 0) yield bytes.subarray(0, end);
      // A copy, since the chunk is the source's.
      held = Buffer.from(bytes.subarray(end));
    }
    if (held.length > 0) dropped();
  }
  return closing(source, stream());
}

/** Where the marks and newlines begin with which the bytes end; their end where these are no marks. */
function endMarkOf(bytes: Buffer): number {
  let at = bytes.length;
  while (at > 0 && (bytes[at - 1] === LF || bytes[at - 1] === CR)) at--;
  if (bytes[at - 1] !== END_MARK) return bytes.length;
  while (at > 0 && bytes[at - 1] === END_MARK) at--;
  return at;
}
