import { isAt } from '../check/check-text.ts';
import { type FieldTransform, makeNull } from './value.ts';

/**
 * Makes NULL of values that are one of the words. Words are changed as values are before, so that what stands in the
 * file as declared is found.
 *
 * @param before the changes that come before; null: none
 */
export function nullTransform(words: readonly string[], before: FieldTransform | null): FieldTransform {
  const changed = words.map((word) => changeWord(word, before)).filter((word) => word.length > 0);
  return (value) => {
    const length = value.end - value.start;
    for (const word of changed) {
      if (word.length === length && isAt(value.bytes, value.start, word)) return makeNull(value);
    }
    return null;
  };
}

/** What the importer sees of a word after the changes. */
export function changeWord(word: string, before: FieldTransform | null): Buffer {
  const bytes = Buffer.from(word);
  const value = { bytes, start: 0, end: bytes.length };
  before?.(value);
  return Buffer.from(value.bytes.subarray(value.start, value.end));
}
