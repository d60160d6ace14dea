import { decimalOf } from '../contract/definition/number-format.ts';
import type { ColumnProfile } from './column-profile.ts';
import { orderOf, type Reading } from './column-readings.ts';
import { readHeaderWords } from './header-words.ts';

/** What one column of a file proves for the others, since one program wrote them all. */
export interface FileStyle {
  /** What separates decimal places; null: nothing proves it, or columns differ. */
  decimal: '.' | ',' | null;
  /** What comes first in days such as 01/02/2026; null: nothing proves it, or columns differ. */
  dayOrder: 'D' | 'M' | null;
}

export const unknownStyle: FileStyle = { decimal: null, dayOrder: null };

/** Currencies without decimal places, so that a sign between digits separates thousands. */
const wholeCurrencies = new Set(['¥', '￥', '円', 'JPY', '₩', 'KRW', '원', '元']);
/** Signs of numbers below zero in countries that separate thousands by commas. */
const japaneseNegatives = new Set(['▲1', '△1']);

export function styleOf(headers: readonly string[], profiles: readonly ColumnProfile[]): FileStyle {
  const numbers = profiles.filter((_, index) => !readHeaderWords(headers[index]!).code);
  return {
    decimal: theOnly(numbers.flatMap((profile) => provenBy(profile, 'number', decimalOfReading) ?? [])),
    dayOrder: theOnly(
      profiles.flatMap(
        (profile) => provenBy(profile, 'date', orderOf) ?? provenBy(profile, 'timestamp', orderOf) ?? [],
      ),
    ) as 'D' | 'M' | null,
  };
}

/** The sign of the column itself where it cannot be the other, else that of the file. */
export function decimalFor(
  { currencies, negatives }: ColumnProfile,
  { decimal }: FileStyle,
): '.' | ',' | null {
  const whole = [...currencies].some((sign) => wholeCurrencies.has(sign));
  return whole || [...negatives].some((way) => japaneseNegatives.has(way)) ? '.' : decimal;
}

export function decimalOfReading({ transformations: { number } }: Reading): '.' | ',' {
  return decimalOf(number ?? {});
}

/** What all readings of a kind agree on, other than that the year comes first. */
function provenBy<T extends string>(
  { readings }: ColumnProfile,
  kind: Reading['kind'],
  read: (reading: Reading) => T,
): T | null {
  const found = new Set(
    readings.filter((reading) => reading.kind === kind && reading.counted !== true).map(read),
  );
  const [only] = found;
  return found.size === 1 && !/[YG]/.test(only!) ? only! : null;
}

function theOnly<T>(values: readonly T[]): T | null {
  return new Set(values).size === 1 ? values[0]! : null;
}
