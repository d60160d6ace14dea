import type { ColumnProfile } from './column-profile.ts';

type Values = readonly (string | null)[];

/** First cells of a last row that sums up the others. */
const totals =
  /^\s*(?:grand\s+|sub)?(?:totals?|sum|summe|gesamt(?:summe)?|insgesamt|totale?|total général|somme|suma|итого|всего|合計|総合計|総計|小計|累計|計|合计|总计|總計|합계|총계)\s*[:：]?\s*$/iu;
/** What no header is: an address, a day, a web page. */
const values =
  /^\s*(?:[^\s@]+@[^\s@]+\.[^\s@]+|\d{4}[-/.]\d\d?[-/.]\d\d?.*|\d\d?[-/.]\d\d?[-/.]\d{4}|https?:\/\/\S+)\s*$/;
/** Words for no value, and numbers or days that are wrong: neither are units of measurement. */
const nothing = /\d.*\d.*\d|^\s*(?:-+|n\/?a|#n\/a|null|\\n|nan|none|nil|\?|unknown)\s*$/i;

/** Looks at rows for those that are none, such as a total below the others. */
export class Shape {
  #first: { values: Values; line: number } | null = null;
  #last: { values: Values; line: number } | null = null;

  add(values: Values, line: number): void {
    this.#first ??= { values, line };
    this.#last = { values, line };
  }

  /** Whether the first line is a row like those below. */
  hasNoHeader(headers: readonly string[], profiles: readonly ColumnProfile[]): boolean {
    return isRow(headers, profiles);
  }

  /** The line below the header, if it belongs to it. */
  secondHeader(profiles: readonly ColumnProfile[]): number | null {
    return this.#first !== null && isSecondHeader(this.#first, profiles) ? this.#first.line : null;
  }

  /** Those of the lines that stand behind the last row, if all do. */
  linesBehind(lines: readonly number[]): readonly number[] {
    const last = this.#last?.line ?? Infinity;
    return lines.every((line) => line > last) ? lines : [];
  }

  /** The last row and its word, if it sums up the others, and whether that is its first cell. */
  total(): { line: number; word: string; isFirst: boolean } | null {
    if (this.#last === null || this.#last === this.#first) return null;
    const { line, values } = this.#last;
    const word = values.find((value) => value !== null && value.trim() !== '');
    return word && totals.test(word) ? { line, word: word.trim(), isFirst: word === values[0] } : null;
  }
}

/** Whether the first line has values where the rows below have them, and nothing but values there. */
function isRow(headers: readonly string[], profiles: readonly ColumnProfile[]): boolean {
  if (headers.some((header) => values.test(header))) return true;
  const typed = headers.filter(
    (_, index) => profiles[index]!.readings.length > 0 && hasValues(profiles[index]!),
  );
  if (typed.length === 0) return false;
  const all = headers.every(
    (header, index) =>
      !typed.includes(header) ||
      profiles[index]!.readings.some((reading) => reading.read(Buffer.from(header)) !== null),
  );
  return all && !isSeries(typed);
}

/** Years or numbers in their order are the names of columns. */
function isSeries(headers: readonly string[]): boolean {
  const numbers = headers.map(Number);
  const [first] = numbers as [number];
  if (headers.length === 1) return first >= 1900 && first <= 2100;
  return numbers.every((number, index) => Number.isInteger(number) && number === first + index);
}

/** Whether the first row alone is why columns are text, and it has no value of their kind in any other column. */
function isSecondHeader(
  first: { values: Values; line: number },
  profiles: readonly ColumnProfile[],
): boolean {
  const spoilt = profiles.flatMap((profile, index) => {
    const alone = profile.nearReadings.some(
      ({ lines, reading }) => lines.length === 1 && lines[0] === first.line && reading.kind !== 'json',
    );
    return alone && profile.readings.length === 0 && profile.values > 2 ? [first.values[index]] : [];
  });
  if (spoilt.length === 0 || spoilt.some((value) => !value || nothing.test(value))) return false;
  return profiles.every(
    (profile, index) => !first.values[index] || profile.readings.length === 0 || !hasValues(profile),
  );
}

function hasValues({ values, blank }: ColumnProfile): boolean {
  return values > blank;
}
