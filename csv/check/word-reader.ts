/** A word, and where it ends. */
export interface FoundWord<M> {
  meaning: M;
  end: number;
}

/** Finds which of some words stands at a place, in any case and form of Unicode; the longest of those that do. */
export class WordReader<M> {
  readonly #meanings = new Map<string, M>();
  readonly #expression: RegExp;
  readonly #longest: number;

  constructor(words: readonly (readonly [words: readonly string[], meaning: M])[]) {
    const forms = words.flatMap(([each]) => each.flatMap((word) => [word, word.normalize('NFD')]));
    for (const [each, meaning] of words) for (const word of each) this.#meanings.set(keyOf(word), meaning);
    const longestFirst = forms.toSorted((a, b) => b.length - a.length).map(escaped);
    this.#expression = new RegExp(`^(?:${longestFirst.join('|')})`, 'iu');
    this.#longest = Math.max(...forms.map((word) => Buffer.byteLength(word)));
  }

  /** The word at `start`; null: there is none before `end`. */
  read(bytes: Buffer, start: number, end: number): FoundWord<M> | null {
    const text = bytes.toString('utf8', start, Math.min(end, start + this.#longest));
    const found = this.#expression.exec(text)?.[0];
    const meaning = found === undefined ? undefined : this.#meanings.get(keyOf(found));
    return meaning === undefined ? null : { meaning, end: start + Buffer.byteLength(found!) };
  }
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function keyOf(word: string): string {
  return word.normalize('NFC').toLowerCase();
}
