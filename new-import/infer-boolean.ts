import type { ColumnProfile } from './column-profile.ts';
import { booleanPairs, checkMarks, singleWords, UNDECLARED_PAIRS } from './column-readings.ts';
import { readNullWord } from './null-words.ts';
import type { Inferred } from './planned-type.ts';

/** Two words for true and false where both occur, or a check mark and nothing; null: they are something else. */
export function inferBoolean(profile: ColumnProfile): Inferred | null {
  if (profile.words === null || profile.blank > 0) return null;
  const all = [...profile.words];
  const [only] = all;
  if (all.length === 1 && profile.empty > 0 && checkMarks.has(only!)) {
    return declared([only!], [''], 'all are a check mark or empty');
  }
  return inferPair(all) ?? inferPair(all.filter((word) => readNullWord(word) === null));
}

function inferPair(words: readonly string[]): Inferred | null {
  const at = booleanPairs.findIndex((pair) => {
    const meanings = new Set(words.map((word) => pair.indexOf(word.toLowerCase())));
    return meanings.size === 2 && !meanings.has(-1);
  });
  if (at < 0) return null;
  const [yes, no] = booleanPairs[at]!;
  const evidence = `all are ${yes} or ${no}`;
  const having = (meaning: string) => words.filter((word) => word.toLowerCase() === meaning).sort();
  return at < UNDECLARED_PAIRS
    ? { ...declared([], [], evidence), transformations: {} }
    : declared(having(yes), having(no), evidence);
}

function declared(yes: string[], no: string[], evidence: string): Inferred {
  return {
    type: { builder: 'boolean', options: [], sql: 'boolean' },
    transformations: { booleans: { true: yes, false: no } },
    evidence,
    advice: null,
  };
}

/** What to write where one word, or nothing, may mean true and false. */
export function proposeBoolean({ words, empty, blank }: ColumnProfile): string | null {
  const [only] = words ?? [];
  if (only === undefined || words!.size > 1 || empty === 0 || blank > 0) return null;
  if (!singleWords.has(only.toLowerCase())) return null;
  return `Every value is the same word, or empty. If empty means no, make it a \`boolean\` here, and declare \`booleans: { true: ['${only}'], false: [''] }\` below.`;
}
