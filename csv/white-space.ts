import { SPACE } from './ascii.ts';

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

/** Whether there is nothing but white space in `bytes[start, end)`. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const step = spaceAfter(bytes, at, end);
    if (step === 0) return false;
    at += step;
  }
  return true;
}

/** Length of the white space character that begins at `start`; 0: there is none. */
export function spaceAfter(bytes: Buffer, start: number, end: number): number {
  const byte = bytes[start]!;
  if (byte < 0x80) return isAsciiSpace(byte) ? 1 : 0;
  if (beginsWide[byte] === 0) return 0;
  return wideSpaces.find((space) => isThere(bytes, start, end, space))?.length ?? 0;
}

/** Length of the white space character that ends at `end`; 0: there is none. */
export function spaceBefore(bytes: Buffer, start: number, end: number): number {
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
