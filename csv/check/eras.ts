import type { EraLetter } from '../../contract/definition/date-options.ts';

/** How eras are written: the letter, the name, its first character, the square form. */
export const eraNames: readonly (readonly [names: readonly string[], era: EraLetter])[] = [
  [['M', '明治', '明', '㍾'], 'M'],
  [['T', '大正', '大', '㍽'], 'T'],
  [['S', '昭和', '昭', '㍼'], 'S'],
  [['H', '平成', '平', '㍻'], 'H'],
  [['R', '令和', '令', '㋿'], 'R'],
];

/** The same, and the number that JIS X 0301 gives each, which only two digits of a year behind it tell from a year. */
export const numberedEras: typeof eraNames = eraNames.map(([names, era], index) => [
  [...names, String(index + 1)],
  era,
]);

/**
 * The year before an era's first, and its first and last day, which two eras share where one ended and the next began
 * on the same day. Before Meiji 6 Japan's calendar was another.
 */
const eras: Record<EraLetter, { before: number; from: number; to: number }> = {
  M: { before: 1867, from: 1873_01_01, to: 1912_07_30 },
  T: { before: 1911, from: 1912_07_30, to: 1926_12_25 },
  S: { before: 1925, from: 1926_12_25, to: 1989_01_07 },
  H: { before: 1988, from: 1989_01_08, to: 2019_04_30 },
  R: { before: 2018, from: 2019_05_01, to: 9999_12_31 },
};

/** The year of the calendar. */
export function yearOfEra(era: EraLetter, year: number): number {
  return eras[era].before + year;
}

/** Whether the day was in the era; `counted`: or behind it, where systems go on counting its years. */
export function isInEra(era: EraLetter, year: number, month: number, day: number, counted: boolean): boolean {
  const { from, to } = eras[era];
  const date = (year * 100 + month) * 100 + day;
  return date >= from && (counted || date <= to);
}
