import type { Encoding } from '../../contract/definition/file-format.ts';
import { type CodePage, codePage } from './code-pages.ts';
import { type Decoder, UNDECODABLE } from './decoder.ts';
import { readFourBytes } from './gb18030.ts';
import { iso2022JpDecoder } from './iso-2022-jp.ts';

export { type Decoder, UNDECODABLE } from './decoder.ts';

/** The most bytes that one character has in UTF-8. */
const LONGEST = 4;

/** A buffer that takes `room` bytes of text. */
export function roomFor(room: number): Buffer {
  return Buffer.allocUnsafeSlow(room + LONGEST);
}

export function decoderFor(encoding: Exclude<Encoding, 'utf-8'>): Decoder {
  if (encoding === 'utf-16le') return decodeUtf16(0);
  if (encoding === 'utf-16be') return decodeUtf16(1);
  if (encoding === 'iso-2022-jp') return iso2022JpDecoder();
  return decodeCodePage(codePage(encoding));
}

/**
 * What is no character goes as the WHATWG's decoders have it: a first byte alone where an ASCII byte follows, so that
 * no newline, quote or delimiter is swallowed; otherwise together with the byte behind it.
 */
function decodeCodePage({ sizes, singles, pairs, triples, quads }: CodePage): Decoder {
  return (source, from, text, room, final) => {
    const end = source.length;
    let at = from;
    let to = 0;
    while (at < end && to < room) {
      const byte = source[at]!;
      if (byte < 0x80) {
        text[to++] = byte;
        at++;
        continue;
      }
      const size = sizes[byte]!;
      if (at + size > end && !final) break;
      const second = at + 1 < end ? source[at + 1]! : 0;
      if (quads.length > 0 && size === 2 && second >= 0x30 && second <= 0x39) {
        if (at + 4 > end && !final) break;
        const point = readFourBytes(source, at, quads);
        if (point === 0) text[to++] = UNDECODABLE;
        else to += text.write(String.fromCodePoint(point), to, 'utf8');
        at += point === 0 ? 1 : 4;
        continue;
      }
      const unit =
        size === 1
          ? singles[byte]!
          : size === 2
            ? pairs[(byte << 8) | second]!
            : size === 3 && at + 2 < end
              ? triples[(second << 8) | source[at + 2]!]!
              : 0;
      if (unit === 0) {
        text[to++] = UNDECODABLE;
        at += size > 1 && second >= 0x80 ? (size === 3 && (source[at + 2] ?? 0) >= 0x80 ? 3 : 2) : 1;
        continue;
      }
      at += size;
      if (unit < 0x800) {
        text[to++] = 0xc0 | (unit >> 6);
      } else {
        text[to++] = 0xe0 | (unit >> 12);
        text[to++] = 0x80 | ((unit >> 6) & 0x3f);
      }
      text[to++] = 0x80 | (unit & 0x3f);
    }
    return { read: at, written: to };
  };
}

/** Surrogates that have no partner are no characters. */
function decodeUtf16(bigEndian: 0 | 1): Decoder {
  const low = bigEndian;
  const high = 1 - bigEndian;
  return (source, from, text, room, final) => {
    const end = source.length;
    let at = from;
    let to = 0;
    while (at + 1 < end && to < room) {
      const unit = (source[at + high]! << 8) | source[at + low]!;
      if (unit < 0x80) {
        text[to++] = unit;
      } else if (unit < 0x800) {
        text[to++] = 0xc0 | (unit >> 6);
        text[to++] = 0x80 | (unit & 0x3f);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        text[to++] = 0xe0 | (unit >> 12);
        text[to++] = 0x80 | ((unit >> 6) & 0x3f);
        text[to++] = 0x80 | (unit & 0x3f);
      } else {
        if (at + 3 >= end && unit < 0xdc00 && !final) break;
        const next = at + 3 < end ? (source[at + 2 + high]! << 8) | source[at + 2 + low]! : 0;
        if (unit >= 0xdc00 || next < 0xdc00 || next > 0xdfff) {
          text[to++] = UNDECODABLE;
        } else {
          const point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
          text[to++] = 0xf0 | (point >> 18);
          text[to++] = 0x80 | ((point >> 12) & 0x3f);
          text[to++] = 0x80 | ((point >> 6) & 0x3f);
          text[to++] = 0x80 | (point & 0x3f);
          at += 2;
        }
      }
      at += 2;
    }
    // Half a unit.
    if (final && at + 1 === end && to < room) {
      text[to++] = UNDECODABLE;
      at++;
    }
    return { read: at, written: to };
  };
}
