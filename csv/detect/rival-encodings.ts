import type {
  Encoding,
  multiByteEncodings,
  singleByteEncodings,
} from '../../contract/definition/file-format.ts';
import { codePage } from '../decode/code-pages.ts';
import { encodingNames } from './encoding-names.ts';
import { readAsJapanese } from './japanese-evidence.ts';

/** The most that a message names. */
const MOST_NAMED = 6;
const LEAST_PLAUSIBLE = 0.8;

/** In the order in which they are named. */
const singles: readonly (typeof singleByteEncodings)[number][] = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-874',
  'koi8-r',
  'ibm866',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'macintosh',
  'koi8-u',
  'iso-8859-13',
  'x-mac-cyrillic',
];

/** What a file in one of the candidates may be, and what to do; the end of a sentence, and another. */
export function describeCandidates(candidates: readonly Encoding[]): string {
  const names = candidates.map((encoding) => encodingNames[encoding]);
  const either = [names.slice(0, -1).join(', '), ...names.slice(-1)]
    .filter((name) => name !== '')
    .join(' or ');
  return candidates.length === 0
    ? 'no other encoding makes text of it. Save it as UTF-8, or set the import’s file.encoding to what it is.'
    : `could be ${either}. Save it as UTF-8, or set the import’s file.encoding to what it is, such as '${candidates[0]}'.`;
}

/** As much as tells which encodings are possible. */
const LOOKED_AT = 16 * 1024;

/** Encodings in which the bytes could be text, the most plausible first; for messages. */
export function findCandidates(bytes: Buffer): Encoding[] {
  const first = Math.max(0, bytes.findIndex((byte) => byte >= 0x80) - 100);
  const sample = bytes.subarray(first, first + LOOKED_AT);
  const japanese = (['shift_jis', 'euc-jp'] as const).filter((encoding) => {
    const { characters, undecodable, common, adjacent } = readAsJapanese(sample, encoding);
    return characters > 0 && undecodable <= 0.02 && common >= 0.85 && adjacent >= 0.5;
  });
  const scored = singles.map((encoding) => ({ encoding, score: scoreOf(sample, encoding) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const plausible = scored.filter(({ score }) => score >= Math.max(LEAST_PLAUSIBLE, best - 0.05));
  const found = [...findEastAsian(sample), ...japanese, ...plausible.map(({ encoding }) => encoding)];
  return found.slice(0, MOST_NAMED);
}

/** The share of the characters beyond ASCII that are letters as words have them, in one alphabet, or signs apart. */
function scoreOf(sample: Buffer, encoding: (typeof singleByteEncodings)[number]): number {
  const page = codePage(encoding).singles;
  const units = Uint16Array.from(sample, (byte) => (byte < 0x80 ? byte : page[byte]! || 0xfffd));
  const text = Buffer.from(units.buffer).toString('utf16le');
  let [all, good] = [0, 0];
  for (const [part] of text.matchAll(/[\p{L}\p{M}]+|[^\0-\x7f\p{L}\p{M}]/gu)) {
    const count = part.match(/[^\0-\x7f]/g)?.length ?? 0;
    all += count;
    const isWord =
      /^(?:\p{Script=Latin}+|\p{Script=Cyrillic}+|\p{Script=Greek}+|\p{Script=Hebrew}+|\p{Script=Arabic}+|[\p{Script=Thai}\p{M}]+)$/u.test(
        part,
      );
    const isLatin = /^\p{Script=Latin}/u.test(part);
    if (!isWord || /\p{Ll}\p{Lu}/u.test(part)) continue;
    if (isLatin && ((part.length > 4 && 3 * count > 2 * part.length) || /[^\0-\x7f]{5}/.test(part))) continue;
    good += count;
  }
  const signs = text.match(/(?<![\p{L}\p{M}])[€£§©®°²³«»‘’“”„–—…№\u00a0](?![\p{L}\p{M}])/gu)?.length ?? 0;
  return all === 0 ? 0 : (good + signs) / all;
}

/** Pairs that hold the common characters, first and last, and the least share of them in a text. */
const common = {
  gbk: {
    ranges: [
      [0xb0a1, 0xd7f9],
      [0xa1a1, 0xa3fe],
    ],
    least: 0.7,
  },
  big5: { ranges: [[0xa140, 0xc67e]], least: 0.85 },
  'euc-kr': {
    ranges: [
      [0xb0a1, 0xc8fe],
      [0xa1a1, 0xa1fe],
      [0xa3a1, 0xa4d3],
    ],
    least: 0.8,
  },
} as const;

/** Chinese and Korean encodings in which the sample is text of common characters. */
export function findEastAsian(sample: Buffer): (typeof multiByteEncodings)[number][] {
  return (['gbk', 'big5', 'euc-kr'] as const).filter((encoding) => {
    const { sizes, pairs } = codePage(encoding);
    const { ranges, least } = common[encoding];
    let [characters, usual, kana, wrong] = [0, 0, 0, 0];
    for (let at = 0; at < sample.length; at++) {
      const lead = sample[at]!;
      if (lead < 0x80) continue;
      if (at + 1 === sample.length && at > 0) break;
      const code = (lead << 8) | (sample[at + 1] ?? 0);
      characters++;
      if (sizes[lead] !== 2 || pairs[code] === 0) {
        wrong++;
        continue;
      }
      at++;
      const unit = pairs[code]!;
      if (unit >= 0x3041 && unit <= 0x30ff) kana++;
      // A letter right behind it belongs to its word, so that it is an accented letter.
      const next = sample[at + 1] ?? 0;
      if (next >= 0x61 && next <= 0x7a) continue;
      if (ranges.some(([first, last]) => code >= first && code <= last)) usual++;
    }
    return characters > 0 && 50 * wrong <= characters && usual >= least * characters && 4 * kana < characters;
  });
}
