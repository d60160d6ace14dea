import { countCharacters, fullWidthTransform, trimTransform } from '../csv/index.ts';
import { allReadings, type Reading } from './column-readings.ts';

/** A column with more different words than this is no yes or no. */
const MOST_WORDS = 4;
/** So few values that do not fit are named; more are no exceptions. */
const MOST_EXCEPTIONS = 3;

/** A reading that all values allow but a few. */
export interface NearReading {
  reading: Reading;
  /** Where the rows of the others begin. */
  lines: readonly number[];
}

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
  /** Values such as 1.2E+15. */
  exponents = 0;
  /** The shortest and the longest value of digits alone, in digits; and values of anything else. */
  shortestDigits = Infinity;
  longestDigits = 0;
  otherThanDigits = 0;
  /** Different numbers of decimals, and whether the last of several is a zero anywhere: 1.9 beside 1.10. */
  readonly decimals = new Set<number>();
  trailingZeros = 0;
  /** Whether the rows are numbered in their order, from 0 or 1. */
  consecutive = true;
  #next: number | null = null;
  #near: { reading: Reading; lines: number[] }[] = allReadings().map((reading) => ({ reading, lines: [] }));
  /** Of numbers, by the way they are read. */
  readonly digits = new Map<Reading, Digits>();
  /** Years outside of living memory: eight digits that are a day by chance. */
  strangeYears = 0;
  /** The different values as they stand, trimmed, while they are few. */
  words: Set<string> | null = new Set();
  readonly #differing = new Set<string>();
  readonly #trim = trimTransform();
  readonly #narrow = fullWidthTransform();

  /** The readings that all values so far allow. */
  get readings(): readonly Reading[] {
    return this.#near.filter(({ lines }) => lines.length === 0).map(({ reading }) => reading);
  }

  /** The readings that all values but a few allow. */
  get nearReadings(): readonly NearReading[] {
    return this.#near.filter(({ lines }) => lines.length > 0);
  }

  /** @param line where the value's row begins */
  add(text: string | null, line: number): void {
    if (text === null || text === '') {
      this.empty++;
      this.consecutive = false;
      return;
    }
    this.values++;
    if (this.consecutive) this.#addNumber(Number(text));
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
    const narrow = Buffer.from(value.bytes.subarray(value.start, value.end));
    const code = this.#addShape(narrow.toString('latin1'));
    this.#read(narrow, line, code);
  }

  /** Whether it is written as no number is, though another reader may take it for one. */
  #addShape(text: string): boolean {
    const zeros = /^[+-]?0[0-9]/.test(text);
    const exponent = /^[+-]?[0-9.]+e[+-]?[0-9]+$/i.test(text);
    if (zeros) this.leadingZeros++;
    if (exponent) this.exponents++;
    if (/^[0-9]+$/.test(text)) {
      this.shortestDigits = Math.min(this.shortestDigits, text.length);
      this.longestDigits = Math.max(this.longestDigits, text.length);
    } else this.otherThanDigits++;
    const fraction = /^[0-9]+\.([0-9]+)$/.exec(text)?.[1];
    if (fraction !== undefined) {
      this.decimals.add(fraction.length);
      if (fraction.length > 1 && fraction.endsWith('0')) this.trailingZeros++;
    }
    return zeros || exponent;
  }

  /** Whether a value would be another under the one reading than under the other. */
  differ(one: Reading, other: Reading): boolean {
    return this.#differing.has(pairOf(one, other));
  }

  #addNumber(number: number): void {
    this.consecutive = this.#next === null ? number === 0 || number === 1 : number === this.#next;
    this.#next = number + 1;
  }

  #addWord(word: string): void {
    this.words?.add(word);
    if (this.words !== null && this.words.size > MOST_WORDS) this.words = null;
  }

  #read(value: Buffer, line: number, code: boolean): void {
    if (this.#near.length === 0) return;
    const left: (readonly [Reading, string])[] = [];
    this.#near = this.#near.filter((near) => {
      const text = near.reading.read(value);
      if (text === null) {
        near.lines.push(line);
        // One code among numbers shows that all are codes.
        return near.lines.length <= MOST_EXCEPTIONS && !(code && near.reading.kind === 'number');
      }
      left.push([near.reading, text]);
      return true;
    });
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
