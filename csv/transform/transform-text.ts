import { SPACE } from '../ascii.ts';
import { type FieldTransform, replaceValue, Scratch } from './value.ts';

/** Unicode's white space and U+FEFF, as `String.prototype.trim` has it, beyond ASCII: by their UTF-8. */
const wideSpaces = [...'\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a']
  .concat([...'\u2028\u2029\u202f\u205f\u3000\ufeff'])
  .map((space) => Buffer.from(space));
/** The bytes that begin one of them, and those that end one. */
const beginsWide = new Uint8Array(256);
const endsWide = new Uint8Array(256);
for (const space of wideSpaces) {
  beginsWide[space[0]!] = 1;
  endsWide[space.at(-1)!] = 1;
}

/** Takes white space off both ends. */
export function trimTransform(): FieldTransform {
  return (value) => {
    const { bytes } = value;
    for (let step = 1; step > 0 && value.start < value.end; value.start += step) {
      step = spaceAfter(bytes, value.start, value.end);
    }
    for (let step = 1; step > 0 && value.start < value.end; value.end -= step) {
      step = spaceBefore(bytes, value.start, value.end);
    }
    return null;
  };
}

/** Length of the white space character that begins at `start`; 0: there is none. */
function spaceAfter(bytes: Buffer, start: number, end: number): number {
  const byte = bytes[start]!;
  if (byte < 0x80) return isAsciiSpace(byte) ? 1 : 0;
  if (beginsWide[byte] === 0) return 0;
  return wideSpaces.find((space) => isThere(bytes, start, end, space))?.length ?? 0;
}

/** Length of the white space character that ends at `end`; 0: there is none. */
function spaceBefore(bytes: Buffer, start: number, end: number): number {
  const byte = bytes[end - 1]!;
  if (byte < 0x80) return isAsciiSpace(byte) ? 1 : 0;
  if (endsWide[byte] === 0) return 0;
  // In UTF-8, the bytes of a character never end those of another.
  return (
    wideSpaces.find((space) => isThere(bytes, end - space.length, end, space) && end - space.length >= start)
      ?.length ?? 0
  );
}

function isThere(bytes: Buffer, at: number, end: number, space: Buffer): boolean {
  if (at < 0 || at + space.length > end) return false;
  for (let index = 0; index < space.length; index++) if (bytes[at + index] !== space[index]) return false;
  return true;
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isAsciiSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

/** Full-width letters, digits and signs (U+FF01 to U+FF5E) and the space U+3000 become ASCII; so does U+2212, which stands for － in Shift_JIS. */
export function fullWidthTransform(): FieldTransform {
  const scratch = new Scratch();
  return (value) => {
    const { bytes, start, end } = value;
    let at = start;
    while (at < end && (bytes[at]! < 0xe2 || asciiOf(bytes, at, end) === 0)) at++;
    if (at === end) return null;
    const narrow = scratch.reserve(end - start);
    let to = at - start;
    bytes.copy(narrow, 0, start, at);
    while (at < end) {
      const ascii = bytes[at]! < 0xe2 ? 0 : asciiOf(bytes, at, end);
      narrow[to++] = ascii === 0 ? bytes[at]! : ascii;
      at += ascii === 0 ? 1 : 3;
    }
    replaceValue(value, narrow, to);
    return null;
  };
}

/** What the character of three bytes at `at` is in ASCII; 0: nothing. */
function asciiOf(bytes: Buffer, at: number, end: number): number {
  if (at + 3 > end) return 0;
  const [lead, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  if (lead === 0xef) {
    if (second === 0xbc && third >= 0x81 && third <= 0xbf) return third - 0x60;
    return second === 0xbd && third >= 0x80 && third <= 0x9e ? third - 0x20 : 0;
  }
  if (lead === 0xe3) return second === 0x80 && third === 0x80 ? SPACE : 0;
  return lead === 0xe2 && second === 0x88 && third === 0x92 ? 0x2d : 0;
}

/** Letters become lower or upper case, by Unicode and without regard to a language. */
export function caseTransform(to: 'lower' | 'upper'): FieldTransform {
  const scratch = new Scratch();
  const first = to === 'lower' ? 0x41 : 0x61;
  return (value) => {
    const { bytes, start, end } = value;
    let changes = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) {
        const text = bytes.toString('utf8', start, end);
        const changed = Buffer.from(to === 'lower' ? text.toLowerCase() : text.toUpperCase());
        replaceValue(value, changed, changed.length);
        return null;
      }
      if (byte >= first && byte < first + 26) changes = true;
    }
    if (!changes) return null;
    const changed = scratch.reserve(end - start);
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      changed[at - start] = byte >= first && byte < first + 26 ? byte ^ 0x20 : byte;
    }
    replaceValue(value, changed, end - start);
    return null;
  };
}
