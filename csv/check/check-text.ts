import { MINUS } from '../ascii.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** How many allowed values a reason lists before it breaks off. */
const LISTED_VALUES = 10;

/** Texts of at most `maxLength` characters, as PostgreSQL counts them: code points. */
export function lengthCheck(maxLength: number): FieldCheck {
  const tooLong = fieldProblem(
    'too_long',
    `must have at most ${maxLength} character${maxLength === 1 ? '' : 's'}`,
  );
  return (bytes, start, end, out) => {
    // No character takes less than a byte, so most values need no count.
    if (end - start > maxLength && countCharacters(bytes, start, end) > maxLength) return tooLong;
    out?.text(bytes, start, end);
    return null;
  };
}

/** Any text: only writes it. */
export const anyText: FieldCheck = (bytes, start, end, out) => {
  out?.text(bytes, start, end);
  return null;
};

/** How many code points the UTF-8 in `bytes[start, end)` has: every byte but the continuation bytes begins one. */
export function countCharacters(bytes: Buffer, start: number, end: number): number {
  let characters = 0;
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) characters++;
  return characters;
}

/** Exactly one of the values, byte for byte. */
export function enumCheck(values: readonly string[]): FieldCheck {
  const allowed = values.map((value) => Buffer.from(value));
  const notInList = fieldProblem('not_in_list', `must be one of ${listValues(values)}`);
  return (bytes, start, end, out) => {
    for (const value of allowed) {
      if (value.length !== end - start || !isAt(bytes, start, value)) continue;
      out?.text(bytes, start, end);
      return null;
    }
    return notInList;
  };
}

/** Allowed values for a reason: quoted, the first ten. */
export function listValues(values: readonly string[]): string {
  const listed = values.slice(0, LISTED_VALUES).map((value) => JSON.stringify(value));
  const more = values.length - listed.length;
  return listed.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The words that PostgreSQL reads as a boolean, in any case; its further abbreviations (`tru`, `of`) are not taken. */
const trueWords = ['t', 'true', 'y', 'yes', 'on', '1'];
const falseWords = ['f', 'false', 'n', 'no', 'off', '0'];

/** Booleans: true/false, t/f, yes/no, y/n, on/off, 1/0, in any case. */
export function booleanCheck(): FieldCheck {
  const invalid = fieldProblem('invalid_boolean');
  const meanings = [...trueWords.map((word) => [word, 1]), ...falseWords.map((word) => [word, 0])] as const;
  const longest = Math.max(...meanings.map(([word]) => String(word).length));
  const byLength = Array.from({ length: longest + 1 }, (_, length) =>
    meanings
      .filter(([word]) => String(word).length === length)
      .map(([word, meaning]) => ({ word: Buffer.from(String(word)), meaning: Number(meaning) })),
  );
  return (bytes, start, end, out) => {
    if (end - start > longest) return invalid;
    const words = byLength[end - start]!;
    for (let at = 0; at < words.length; at++) {
      const { word, meaning } = words[at]!;
      if (!isAtIgnoringCase(bytes, start, word)) continue;
      if (out !== undefined) {
        out.int32(1);
        out.byte(meaning);
      }
      return null;
    }
    return invalid;
  };
}

/** Where the groups of four digits of a UUID begin. */
const DIGITS_AT = Int32Array.of(0, 4, 9, 14, 19, 24, 28, 32);

/** UUIDs as 8-4-4-4-12 hexadecimal digits in any case, without braces. */
export function uuidCheck(): FieldCheck {
  const invalid = fieldProblem('invalid_uuid');
  let viewed: Buffer | null = null;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes, start, end, out) => {
    if (end - start !== 36) return invalid;
    if (bytes[start + 8] !== MINUS || bytes[start + 13] !== MINUS) return invalid;
    if (bytes[start + 18] !== MINUS || bytes[start + 23] !== MINUS) return invalid;
    if (out !== undefined) return out.uuid(bytes, start, end) ? null : invalid;
    if (bytes !== viewed) {
      viewed = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    let hexadecimal = HIGH_BITS;
    for (let at = 0; at < 8; at++) hexadecimal &= markHexDigits(view.getInt32(start + DIGITS_AT[at]!, true));
    return hexadecimal === HIGH_BITS ? null : invalid;
  };
}

const HIGH_BITS = 0x80808080 | 0;

/**
 * Sets the highest bit of each of four bytes that is a hexadecimal digit; looking at them one by one would take
 * thrice as long. Adding 0x80 - n sets the highest bit of an ASCII byte if it is at least n.
 */
function markHexDigits(four: number): number {
  const digits = (four + 0x50505050) & ~(four + 0x46464646); // at least 0, less than :
  const lower = four | 0x20202020;
  const letters = (lower + 0x1f1f1f1f) & ~(lower + 0x19191919); // at least a, less than g
  return (digits | letters) & ~four & HIGH_BITS;
}

/** Whether `value` stands at `start`. */
export function isAt(bytes: Buffer, start: number, value: Buffer): boolean {
  for (let at = 0; at < value.length; at++) if (bytes[start + at] !== value[at]) return false;
  return true;
}

/** `word` is in lower case; only letters have another case. */
function isAtIgnoringCase(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let at = 0; at < word.length; at++) {
    const expected = word[at]!;
    const byte = bytes[start + at]!;
    if (byte !== expected && (expected < 0x61 || byte !== expected - 0x20)) return false;
  }
  return true;
}
