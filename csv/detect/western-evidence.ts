import { codePage } from '../decode/code-pages.ts';

/** What a sample is if it is read as Windows-1252. */
export interface WesternReading {
  /** Bytes beyond ASCII. */
  characters: number;
  /** The share of them that stand where western texts have them. */
  plausible: number;
  /** Bytes that stand for nothing in Windows-1252. */
  undefined: number;
}

/**
 * Letters of the large languages of western Europe. Others of the code page (Š Ž Ð Þ Ý) are mostly Czech, Polish or
 * Turkish, misread.
 */
const LETTERS = /[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŸ]/;
/** Signs that stand anywhere in a text. */
const SIGNS = /[€£§©®°²³µ·«»¿¡‘’“”‚„–—…•™ºª½¼¾\u00a0]/;
/** Those of them that also stand inside of a word. */
const INSIDE = /[’·–—\u00a0]/;

const SPACE = 0x20;
const isLower = (byte: number) => byte >= 0x61 && byte <= 0x7a;
const isLetter = (byte: number) => isLower(byte | 0x20);

/** Reads the sample as Windows-1252, word by word. */
export function readAsWestern(sample: Buffer): WesternReading {
  const kinds = kindsOfBytes();
  const isForeign = (byte: number) => kinds[byte] === Kind.lower || kinds[byte] === Kind.upper;
  let [characters, plausible, nothing] = [0, 0, 0];
  for (let at = 0; at < sample.length; ) {
    const byte = sample[at]!;
    if (!isLetter(byte) && !isForeign(byte)) {
      if (byte >= 0x80) {
        characters++;
        if (kinds[byte] === Kind.undefined) nothing++;
        const inside = isLetter(sample[at - 1] ?? 0) && isLetter(sample[at + 1] ?? 0);
        if (kinds[byte] === Kind.inside || (kinds[byte] === Kind.sign && !inside)) plausible++;
      }
      at++;
      continue;
    }
    const start = at;
    let [foreign, misplaced] = [0, 0];
    for (; at < sample.length && (isLetter(sample[at]!) || isForeign(sample[at]!)); at++) {
      if (!isForeign(sample[at]!)) continue;
      foreign++;
      // Inside of a word in lower case there is no capital.
      if (kinds[sample[at]!] === Kind.upper && at > start && isLower(sample[at - 1]!)) misplaced++;
    }
    characters += foreign;
    // In a word there are letters of ASCII, at least as in “été”; alone stand the à and the ó.
    const alone = at - start === 1 && sample[start - 1] === SPACE && sample[at] === SPACE;
    if (3 * foreign <= 2 * (at - start) || alone) plausible += foreign - misplaced;
  }
  return { characters, plausible: characters === 0 ? 0 : plausible / characters, undefined: nothing };
}

/** Of ten letters one may stand anywhere, such as in an abbreviation. */
const LEAST_PLAUSIBLE = 0.9;

export function isPlausiblyWestern({ characters, plausible, undefined: nothing }: WesternReading): boolean {
  return characters > 0 && nothing === 0 && plausible >= LEAST_PLAUSIBLE;
}

const Kind = { other: 0, undefined: 1, lower: 2, upper: 3, sign: 4, inside: 5 } as const;
let kinds: Uint8Array | undefined;

function kindsOfBytes(): Uint8Array {
  const { singles } = codePage('windows-1252');
  kinds ??= Uint8Array.from(singles, (unit) => {
    const character = String.fromCharCode(unit);
    if (unit === 0) return Kind.undefined;
    if (LETTERS.test(character)) return character === character.toLowerCase() ? Kind.lower : Kind.upper;
    return INSIDE.test(character) ? Kind.inside : SIGNS.test(character) ? Kind.sign : Kind.other;
  });
  return kinds;
}
