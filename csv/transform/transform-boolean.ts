import type { BooleanWords } from '../../contract/definition/column-options.ts';
import { isAt, listValues } from '../check/check-text.ts';
import { fieldProblem } from '../check/field-problem.ts';
import type { FieldTransform } from './value.ts';

/** Turns the declared words, and no others, into `t` and `f`. */
export function booleansTransform(words: BooleanWords): FieldTransform {
  const other = fieldProblem(
    'invalid_boolean',
    `must be one of ${listValues([...words.true, ...words.false])}`,
  );
  const meanings = [
    { bytes: Buffer.from('t'), words: words.true.map((word) => Buffer.from(word)) },
    { bytes: Buffer.from('f'), words: words.false.map((word) => Buffer.from(word)) },
  ];
  // What PostgreSQL reads as the same without help stays as it is, so that the row need not be rewritten.
  const plain = [/^(t|true|y|yes|on|1)$/i, /^(f|false|n|no|off|0)$/i];
  const stays = meanings.map(({ words: each }, index) =>
    each.map((word) => plain[index]!.test(String(word))),
  );
  return (value) => {
    const length = value.end - value.start;
    for (const [index, meaning] of meanings.entries()) {
      for (const [at, word] of meaning.words.entries()) {
        if (word.length !== length || !isAt(value.bytes, value.start, word)) continue;
        if (stays[index]![at]) return null;
        value.bytes = meaning.bytes;
        value.start = 0;
        value.end = 1;
        return null;
      }
    }
    return other;
  };
}
