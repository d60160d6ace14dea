import { countCharacters, fullWidthTransform, trimTransform } from '../csv/index.ts';
import { allReadings, type Reading } from './column-readings.ts';

/** A column with more different words than this is no yes or no. */
const MOST_WORDS = 4;

/** The most digits before the point and behind it; null: no number had a point. */
export interface Digits {
  integer: number;
  fraction: number | null;
}

/** What the rows tell of one column; keeps no value but those that may yet turn out to be words for true and false. */
export class ColumnProfile {
  values = 0;
  /** Rows without a value, quoted or not. */
  empty = 0;
  /** Values of white space alone. */
  blank = 0;
  /** Values that have white space at an end, or full-width letters or digits. */
  untrimmed = 0;
  fullWidth = 0;
  /** Values of several lines. */
  multiline = 0;
  /** The longest value, in characters. */
  longest = 0;
  /** Values of digits that begin with a zero, as codes and telephone numbers do. */
  leadingZeros = 0;
  /** The readings that all values so far allow. */
  readings: readonly Reading[] = allReadings();
  /** Of numbers, by the way they are read. */
  readonly digits = new Map<Reading, Digits>();
  /** Whether all values so far are objects or lists in JSON. */
  json = true;
  /** Years outside of living memory: eight digits that are a day by chance. */
  strangeYears = 0;
  /** The different values as they stand, trimmed, while they are few. */
  words: Set<string> | null = new Set();
  readonly #differing = new Set<string>();
  readonly #trim = trimTransform();
  readonly #narrow = fullWidthTransform();

  add(text: string | null): void {
    if (text === null || text === '') {
      this.empty++;
      return;
    }
    this.values++;
    const bytes = Buffer.from(text);
    this.longest = Math.max(this.longest, countCharacters(bytes, 0, bytes.length));
    if (/[\r\n]/.test(text)) this.multiline++;
    const value = { bytes, start: 0, end: bytes.length };
    this.#trim(value);
    if (value.end - value.start < bytes.length) this.untrimmed++;
    if (value.start === value.end) {
      this.blank++;
      return;
    }
    this.#addWord(value.bytes.toString('utf8', value.start, value.end));
    const trimmed = value.bytes;
    this.#narrow(value);
    if (value.bytes !== trimmed) this.fullWidth++;
    this.json &&= isJson(text);
    const narrow = Buffer.from(value.bytes.subarray(value.start, value.end));
    if (/^[+-]?0[0-9]/.test(narrow.toString('latin1'))) this.leadingZeros++;
    this.#read(narrow);
  }

  /** Whether a value would be another under the one reading than under the other. */
  differ(one: Reading, other: Reading): boolean {
    return this.#differing.has(pairOf(one, other));
  }

  #addWord(word: string): void {
    this.words?.add(word);
    if (this.words !== null && this.words.size > MOST_WORDS) this.words = null;
  }

  #read(value: Buffer): void {
    if (this.readings.length === 0) return;
    const read = this.readings.map((reading) => [reading, reading.read(value)] as const);
    const left = read.filter((each): each is readonly [Reading, string] => each[1] !== null);
    if (left.length < read.length) this.readings = left.map(([reading]) => reading);
    for (const [index, [reading, text]] of left.entries()) {
      if (reading.kind === 'date') this.#addYear(text);
      if (reading.kind !== 'number') continue;
      for (const [other, otherText] of left.slice(index + 1)) {
        if (other.kind === 'number' && text !== otherText) this.#differing.add(pairOf(reading, other));
      }
      this.#addDigits(reading, text);
    }
  }

  #addDigits(reading: Reading, text: string): void {
    const [integer = '', fraction] = text.replace('-', '').split('.');
    const before = this.digits.get(reading) ?? { integer: 0, fraction: null };
    this.digits.set(reading, {
      integer: Math.max(before.integer, integer.length),
      fraction: fraction === undefined ? before.fraction : Math.max(before.fraction ?? 0, fraction.length),
    });
  }

  #addYear(text: string): void {
    const year = Number(text.slice(0, 4));
    if (year < OLDEST_YEAR || year > LATEST_YEAR) this.strangeYears++;
  }
}

/** People's birthdays and contracts' ends are in between. */
const OLDEST_YEAR = 1900;
const LATEST_YEAR = 2100;

function pairOf(one: Reading, other: Reading): string {
  return JSON.stringify([one.transformations, other.transformations]);
}

/** Plain numbers, texts and `true` are JSON too, but nobody's column of JSON. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
