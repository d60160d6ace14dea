import { codePage } from '../decode/code-pages.ts';

/** What a sample is if it is read in a Japanese encoding. Shares are from 0 to 1. */
export interface JapaneseReading {
  /** Characters beyond ASCII. */
  characters: number;
  /** Sequences that are no character, of all beyond ASCII. */
  undecodable: number;
  /** Of the characters: those that Japanese texts are made of, rare kanji and half-width kana left out. */
  common: number;
  /** Of the characters: hiragana and katakana. */
  kana: number;
  /** Of the characters: half-width kana. */
  halfWidth: number;
  /** Of the voice marks among the half-width kana: those behind a kana that takes one. */
  voiced: number;
  /** Of the half-width kana: ｱ to ｿ, whose bytes are no letters in Cyrillic encodings. */
  early: number;
  /** Of the characters: those beside another one. Letters with accents stand alone among ASCII. */
  adjacent: number;
  /** Of the characters: those beside a small letter of ASCII, as accented letters are. */
  joined: number;
}

/** The level-2 kanji, which make up less than 2 % of Japanese texts, and a second place of some that nobody writes. */
const rare = {
  shift_jis: (code: number) => (code >= 0x989f && code < 0xeb00) || (code >= 0xed00 && code < 0xef00),
  'euc-jp': (code: number) => code >= 0xd000 && code < 0xf500,
};

/** Half-width ｳ, ｶ to ﾄ and ﾊ to ﾎ take a voice mark, ﾞ or ﾟ. */
const takesMark = (unit: number) =>
  unit === 0xff73 || (unit >= 0xff76 && unit <= 0xff84) || (unit >= 0xff8a && unit <= 0xff8e);

const isSmall = (byte: number) => byte >= 0x61 && byte <= 0x7a;

/** Reads the sample in an encoding; a character cut at its end is left out. */
export function readAsJapanese(sample: Buffer, encoding: 'shift_jis' | 'euc-jp'): JapaneseReading {
  const { sizes, singles, pairs, triples } = codePage(encoding);
  let [characters, undecodable, common, kana, halfWidth, marks, voiced, early, adjacent, joined] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ];
  let before = 0;
  let alone = true;
  for (let at = 0; at < sample.length; ) {
    const byte = sample[at]!;
    if (byte < 0x80) {
      before = 0;
      at++;
      continue;
    }
    const size = Math.max(1, sizes[byte]!);
    if (at + size > sample.length) break;
    const code = size === 1 ? byte : (byte << 8) | sample[at + 1]!;
    const unit =
      size === 1
        ? singles[byte]!
        : size === 2
          ? pairs[code]!
          : triples[((code & 0xff) << 8) | sample[at + 2]!]!;
    if (unit === 0) {
      undecodable++;
      before = 0;
      at += size > 1 && sample[at + 1]! >= 0x80 ? size : 1;
      continue;
    }
    if (isSmall(sample[at - 1] ?? 0) && before === 0) joined++;
    at += size;
    if (isSmall(sample[at] ?? 0)) joined++;
    characters++;
    // Counts the one before as well, unless it stands beside another one already.
    if (before !== 0) adjacent += alone ? 2 : 1;
    alone = before === 0;
    if (unit >= 0x3041 && unit <= 0x30ff) kana++;
    if (unit >= 0xff61 && unit <= 0xff9f) {
      halfWidth++;
      if (unit >= 0xff71 && unit <= 0xff7f) early++;
      if (unit >= 0xff9e) {
        marks++;
        if (takesMark(before)) voiced++;
      }
    } else if (isJapanese(unit) && !rare[encoding](code)) common++;
    before = unit;
  }
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  return {
    characters,
    undecodable: share(undecodable, undecodable + characters),
    common: share(common, characters),
    kana: share(kana, characters),
    halfWidth: share(halfWidth, characters),
    voiced: marks === 0 ? 0 : voiced / marks,
    early: share(early, halfWidth),
    adjacent: share(adjacent, characters),
    joined: share(joined, characters),
  };
}

/** Kana, kanji, punctuation, full-width forms, and signs such as ①, ㈱ and № that forms are full of. */
function isJapanese(unit: number): boolean {
  return (
    (unit >= 0x3000 && unit <= 0x30ff) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xff01 && unit <= 0xff5e) ||
    (unit >= 0x3200 && unit <= 0x33ff) ||
    (unit >= 0x2460 && unit <= 0x2473) ||
    unit === 0x2116 ||
    unit === 0xffe5
  );
}

/** A stray byte or two cost their rows; more of them, and it is another encoding. */
const MOST_UNDECODABLE = 0.1;
/** Measured on names, addresses and prose: 97 % and more. Chinese and Korean, read as Japanese, stay below 80 %. */
const LEAST_COMMON = 0.85;
/** Nearly every text beside names has more; Korean and Chinese have none. */
const LEAST_KANA = 0.02;

/** Fewer characters than these must all be common, and could be of another language. */
export const FEW = 8;

/** Whether a reading is Japanese, and no text of another kind that happens to be valid so. */
export function isPlausiblyJapanese(reading: JapaneseReading, encoding: 'shift_jis' | 'euc-jp'): boolean {
  const { characters, undecodable, common, kana, halfWidth, voiced, early, adjacent, joined } = reading;
  if (characters === 0 || undecodable > MOST_UNDECODABLE || adjacent < 0.5 || joined > 0.15) return false;
  const mixed = common + halfWidth >= LEAST_COMMON && halfWidth < 0.5 && (characters >= FEW || common === 1);
  // In EUC-JP many Chinese and Korean texts are valid, too, and all of them kanji.
  if (encoding === 'euc-jp') return mixed && kana >= LEAST_KANA;
  // Nearly any bytes are half-width kana in Shift_JIS, but only in Japanese the voice marks are where they belong.
  return mixed || (common + halfWidth >= 0.98 && voiced >= 0.95 && early >= 0.15);
}
