import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** How many allowed values a reason lists before it breaks off. */
const LISTED_VALUES = 10;

/** Texts of at most `maxLength` characters, as PostgreSQL counts them: code points. */
export function lengthCheck(maxLength: number): FieldCheck {
  const tooLong = fieldProblem('too_long', `longer than ${maxLength} character${maxLength === 1 ? '' : 's'}`);
  return (bytes, start, end) => {
    // No character takes less than a byte, so most values need no count.
    if (end - start <= maxLength) return null;
    return countCharacters(bytes, start, end) > maxLength ? tooLong : null;
  };
}

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
  return (bytes, start, end) => {
    for (const value of allowed) {
      if (value.length === end - start && isAt(bytes, start, value)) return null;
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
const booleanWords = ['t', 'true', 'y', 'yes', 'on', '1', 'f', 'false', 'n', 'no', 'off', '0'];

/** Booleans: true/false, t/f, yes/no, y/n, on/off, 1/0, in any case. */
export function booleanCheck(): FieldCheck {
  const invalid = fieldProblem('invalid_boolean');
  const words = booleanWords.map((word) => Buffer.from(word));
  return (bytes, start, end) => {
    for (const word of words) {
      if (word.length === end - start && isAtIgnoringCase(bytes, start, word)) return null;
    }
    return invalid;
  };
}

/** UUIDs as 8-4-4-4-12 hexadecimal digits in any case, without braces. */
export function uuidCheck(): FieldCheck {
  const invalid = fieldProblem('invalid_uuid');
  return (bytes, start, end) => {
    if (end - start !== 36) return invalid;
    for (let at = 0; at < 36; at++) {
      const byte = bytes[start + at]!;
      const hyphen = at === 8 || at === 13 || at === 18 || at === 23;
      if (hyphen ? byte !== 0x2d : isHexDigit[byte] === 0) return invalid;
    }
    return null;
  };
}

const isHexDigit = new Uint8Array(256);
for (const digit of Buffer.from('0123456789abcdefABCDEF')) isHexDigit[digit] = 1;

function isAt(bytes: Buffer, start: number, value: Buffer): boolean {
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
