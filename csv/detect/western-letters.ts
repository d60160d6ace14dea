import { codePage } from '../decode/code-pages.ts';
import { decisiveContexts, knownContexts, knownPairs, provingContexts } from './western-contexts.ts';

/** What a byte stands for if it is read as Windows-1252. */
export const Kind = {
  ascii: 0,
  /** A letter that all encodings of Latin letters write with this byte, such as `ü`. */
  agreed: 1,
  /** A letter that central European encodings write with it too, but Baltic ones do not, such as `á`. */
  baltic: 2,
  /** A letter that neither central European nor Baltic encodings write with it, such as `ñ`. */
  central: 3,
  /** Š, Ž, š and ž: the same in Windows-1250, and of no western language. */
  slavic: 4,
  sign: 5,
  undefined: 6,
} as const;

const LETTERS = {
  agreed: 'äéóößü',
  baltic: 'áâçëíîôú',
  central: 'àãåæèêìïñòõøùûÿœðþý',
  slavic: 'šž',
} as const;
/** How a letter stands between its neighbours. */
export const Context = { unknown: 0, known: 1, proving: 2, decisive: 3 } as const;

export interface WesternLetters {
  /** Of each byte: its {@link Kind}. */
  readonly kinds: Uint8Array;
  /** Of each byte that is a letter: the number of its small letter from 1; 0: no letter. */
  readonly letters: Uint8Array;
  /** Of each byte: whether it is a capital. */
  readonly capitals: Uint8Array;
  /** Of each byte: the character. */
  readonly characters: readonly string[];
  /** The {@link Context} of an accented letter between two others, by their numbers. */
  contextOf(letter: number, before: number, after: number): number;
  /** Whether two accented letters may stand side by side, by their numbers. */
  isUsualPair(first: number, second: number): boolean;
}

let letters: WesternLetters | undefined;

export function westernLetters(): WesternLetters {
  letters ??= build();
  return letters;
}

const MOST_LETTERS = 64;

function build(): WesternLetters {
  const { singles } = codePage('windows-1252');
  const characters = Array.from(singles, (unit, byte) =>
    byte < 0x80 || unit !== 0 ? String.fromCharCode(unit) : '',
  );
  const alphabet = ['', ...'abcdefghijklmnopqrstuvwxyz', ...Object.values(LETTERS).join('')];
  const numberOf = (letter: string) => (letter === '-' ? 0 : alphabet.indexOf(letter));
  const small = characters.map((character) => character.toLowerCase());
  const contexts = new Uint8Array(MOST_LETTERS ** 3);
  const indexOf = (letter: number, before: number, after: number) =>
    (letter * MOST_LETTERS + before) * MOST_LETTERS + after;
  const enter = (table: Readonly<Record<string, string>>, context: number) => {
    for (const [letter, neighbours] of Object.entries(table)) {
      for (const [before, after] of neighbours.match(/../gu)!) {
        contexts[indexOf(numberOf(letter), numberOf(before!), numberOf(after!))] = context;
      }
    }
  };
  enter(knownContexts, Context.known);
  enter(provingContexts, Context.proving);
  enter(decisiveContexts, Context.decisive);
  const pairs = new Set(
    knownPairs.split(' ').map(([first, second]) => indexOf(0, numberOf(first!), numberOf(second!))),
  );
  return {
    characters,
    kinds: Uint8Array.from(small, (character, byte) => (byte < 0x80 ? Kind.ascii : kindOf(character))),
    letters: Uint8Array.from(small, (character) => Math.max(0, alphabet.indexOf(character, 1))),
    capitals: Uint8Array.from(characters, (character, byte) => (character === small[byte] ? 0 : 1)),
    contextOf: (letter, before, after) => contexts[indexOf(letter, before, after)]!,
    isUsualPair: (first, second) => pairs.has(indexOf(0, first, second)),
  };
}

function kindOf(character: string): number {
  if (character === '') return Kind.undefined;
  for (const [kind, list] of Object.entries(LETTERS)) {
    if (list.includes(character)) return Kind[kind as keyof typeof LETTERS];
  }
  return Kind.sign;
}
