import { SPACE } from '../ascii.ts';
import { spaceAfter, spaceBefore } from '../white-space.ts';
import { type FieldTransform, replaceValue, Scratch } from './value.ts';

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
