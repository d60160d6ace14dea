import { CR, LF } from '../ascii.ts';
import { type Decoder, UNDECODABLE } from './decoder.ts';

const ESC = 0x1b;
/** Back to ASCII: ESC ( B. Every line of a text in ISO-2022-JP ends in it (RFC 1468). */
const TO_ASCII = Buffer.from('\x1b(B');
/** The most that one run of other characters may be, in bytes of the file and of UTF-8; a longer one is none. */
export const LONGEST_RUN = 256 * 1024;

/**
 * Reads ISO-2022-JP, in which escape sequences say what the bytes behind them are. A run of such bytes is read as a
 * whole, up to where ASCII begins again or the line ends, so that decoding can begin at any character behind one.
 */
export function iso2022JpDecoder(): Decoder {
  const decoder = new TextDecoder('iso-2022-jp');
  return (source, from, text, room, final) => {
    let at = from;
    let to = 0;
    while (at < source.length && to < room) {
      const byte = source[at]!;
      if (byte !== ESC) {
        text[to++] = byte < 0x80 ? byte : UNDECODABLE;
        at++;
        continue;
      }
      const end = endOfRun(source, at);
      if (end < 0 && source.length - at >= LONGEST_RUN) {
        text[to++] = UNDECODABLE;
        at++;
        continue;
      }
      if (end < 0 && !final) break;
      const runEnd = end < 0 ? source.length : end;
      const run = decodeRun(decoder.decode(source.subarray(at, runEnd)));
      if (to + run.length > room) break;
      to += run.copy(text, to);
      at = runEnd;
    }
    return { read: at, written: to };
  };
}

/** Behind the sequence that leads back to ASCII, or before the newline; -1: neither is there yet. */
function endOfRun(source: Buffer, start: number): number {
  const last = Math.min(source.length, start + LONGEST_RUN);
  for (let at = start + 1; at < last; at++) {
    const byte = source[at]!;
    if (byte === LF || byte === CR) return at;
    if (byte !== ESC) continue;
    if (at + TO_ASCII.length > source.length) return -1;
    if (source.compare(TO_ASCII, 0, TO_ASCII.length, at, at + TO_ASCII.length) === 0)
      return at + TO_ASCII.length;
  }
  return -1;
}

function decodeRun(run: string): Buffer {
  const bad = Buffer.of(UNDECODABLE);
  const bytes = Buffer.concat(
    run.split('\ufffd').flatMap((part, index) => [...(index === 0 ? [] : [bad]), Buffer.from(part)]),
  );
  // Something must stand in the text for each run, so that its place is found again.
  return bytes.length === 0 || bytes.length > LONGEST_RUN ? bad : bytes;
}
