import {
  countCharacters,
  excelTextTransform,
  fullWidthTransform,
  trimTransform,
  zeroWidthTransform,
} from '../csv/index.ts';
import { type Reading, timeReadings, usualReadings } from './column-readings.ts';
import { readNullWord } from './null-words.ts';
import { type NumberSigns, takeSigns } from './number-signs.ts';

/** A column with more different words than this is no yes or no. */
const MOST_WORDS = 6;
/** So few values that do not fit are named; more are no exceptions. */
const MOST_EXCEPTIONS = 3;
/** Values that look in more ways like times than this are no column of times. */
const MOST_SHAPES = 6;

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
  /** Whether what is behind the point is never more than a zero. */
  zeros: boolean;
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
  /** Values with characters that have no width; with `'` in front of digits; and those such as `="0123"`. */
  invisible = 0;
  apostrophes = 0;
  formulas = 0;
  /** Values with letters that Unicode can write in two ways, and those that are not composed. */
  composable = 0;
  decomposed = 0;
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
  /** Values for each word that stands for none, certainly or if the others are no texts. */
  readonly nulls = { certain: new Map<string, number>(), likely: new Map<string, number>() };
  /** Signs beside numbers, and the ways in which numbers below zero are written. */
  readonly currencies = new Set<string>();
  readonly negatives = new Set<string>();
  /** Dashes in the place of a number, beside a currency's sign. */
  dashes = 0;
  /** Numbers in parentheses. */
  parentheses = 0;
  /** Whether the rows are numbered in their order, from 0 or 1. */
  consecutive = true;
  #next: number | null = null;
  #near: { reading: Reading; lines: number[] }[] = usualReadings().map((reading) => ({ reading, lines: [] }));
  /** Of numbers, by the way they are read. */
  readonly digits = new Map<Reading, Digits>();
  /** Years outside of living memory: eight digits that are a day by chance. */
  strangeYears = 0;
  /** The different values as they stand, trimmed, while they are few; words for no value are among them. */
  words: Set<string> | null = new Set();
  readonly #differing = new Set<string>();
  readonly #trim = trimTransform();
  readonly #narrow = fullWidthTransform();
  readonly #show = zeroWidthTransform();
  readonly #unquote = excelTextTransform(['apostrophe', 'formula']);
  /** Where the first values stand that readings were tried on, one more than may be exceptions. */
  readonly #firstLines: number[] = [];
  readonly #shapes = new Set<string>();

  /** @param formulas whether values such as `="0123"` are given as 0123 */
  constructor(formulas = false) {
    if (formulas) this.formulas++;
  }

  /** The readings that all values so far allow. */
  get readings(): readonly Reading[] {
    return this.#near.filter(({ lines }) => lines.length === 0).map(({ reading }) => reading);
  }

  /** The readings that all values but a few allow. */
  get nearReadings(): readonly NearReading[] {
    return this.#near.filter(({ lines }) => lines.length > 0);
  }

  /** Values that are read as something: no white space, and no word for no value. */
  get read(): number {
    return this.values - this.blank - this.nullCount;
  }

  /** Values that are a word for no value. */
  get nullCount(): number {
    return this.certainNulls + this.likelyNulls;
  }

  /** Those that are one only where the other values are no texts. */
  get likelyNulls(): number {
    return sum(this.nulls.likely) + this.dashes;
  }

  /** Values that are a word for no value wherever it stands. */
  get certainNulls(): number {
    return sum(this.nulls.certain);
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
    const plain = this.#addMarks(text);
    if (plain === '') {
      this.blank++;
      return;
    }
    this.#addWord(plain);
    const word = readNullWord(plain);
    if (word !== null) {
      const counts = this.nulls[word];
      counts.set(plain, (counts.get(plain) ?? 0) + 1);
      return;
    }
    const value = { bytes: Buffer.from(plain), start: 0, end: Buffer.byteLength(plain) };
    const { bytes: wide } = value;
    this.#narrow(value);
    if (value.bytes !== wide) this.fullWidth++;
    const narrow = value.bytes.toString('utf8', value.start, value.end);
    const code = this.#addShape(narrow);
    this.#read(narrow, line, code);
  }

  /** What is left without white space at the ends and without the marks that may be removed. */
  #addMarks(text: string): string {
    const value = { bytes: Buffer.from(text), start: 0, end: Buffer.byteLength(text) };
    const { length } = value.bytes;
    this.#show(value);
    if (value.end - value.start < length) this.invisible++;
    const shown = value.end - value.start;
    this.#trim(value);
    if (value.end - value.start < shown) this.untrimmed++;
    const trimmed = value.bytes.toString('utf8', value.start, value.end);
    const composed = trimmed.normalize('NFC');
    if (composed !== trimmed) this.decomposed++;
    else if (composed !== trimmed.normalize('NFD')) this.composable++;
    // An apostrophe belongs to a text, unless Excel would have taken the rest for something else.
    if (/^'[-+=@\d]/.test(trimmed)) this.apostrophes++;
    else if (/^="/.test(trimmed)) this.formulas++;
    else return trimmed;
    this.#unquote(value);
    return value.bytes.toString('utf8', value.start, value.end);
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
    const fraction = /^-?[0-9]+\.([0-9]+)$/.exec(text)?.[1];
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

  #read(text: string, line: number, code: boolean): void {
    this.#addTimeReadings(text);
    if (this.#firstLines.length <= MOST_EXCEPTIONS) this.#firstLines.push(line);
    if (this.#near.length === 0) return;
    const signs = takeSigns(text);
    if (signs !== null) this.#addSigns(signs);
    if (signs?.bare === '') return;
    const value = Buffer.from(text);
    const bare = signs === null ? value : Buffer.from(signs.bare);
    const percent = signs?.percent ?? false;
    const left: (readonly [Reading, string])[] = [];
    this.#near = this.#near.filter((near) => {
      const { reading } = near;
      const number = reading.kind === 'number';
      const found = number && reading.percent !== percent ? null : reading.read(number ? bare : value);
      if (found === null) {
        near.lines.push(line);
        // One code among numbers shows that all are codes.
        return near.lines.length <= MOST_EXCEPTIONS && !(code && number);
      }
      left.push([reading, found]);
      return true;
    });
    for (const [index, [reading, found]] of left.entries()) {
      if (reading.kind === 'date') this.#addYear(found);
      if (reading.kind !== 'number') continue;
      for (const [other, otherFound] of left.slice(index + 1)) {
        if (other.kind === 'number' && found !== otherFound) this.#differing.add(pairOf(reading, other));
      }
      this.#addDigits(reading, found);
    }
  }

  /** The ways to read times that a value of another shape than before allows. */
  #addTimeReadings(text: string): void {
    if (this.#firstLines.length > MOST_EXCEPTIONS || text.length > LONGEST_TIME) return;
    const shape = text.replace(/\d/g, '9').replace(/\p{L}{3,}/gu, 'a');
    if (this.#shapes.has(shape) || this.#shapes.size >= MOST_SHAPES) return;
    this.#shapes.add(shape);
    const known = new Set(this.#near.map(({ reading }) => reading.id));
    for (const reading of timeReadings(text)) {
      if (!known.has(reading.id)) this.#near.push({ reading, lines: [...this.#firstLines] });
    }
  }

  #addSigns({ currency, negative, bare }: NumberSigns): void {
    if (bare === '') this.dashes++;
    if (currency !== null) this.currencies.add(currency);
    if (negative !== null) this.negatives.add(negative);
    if (negative === '(1)') this.parentheses++;
  }

  #addDigits(reading: Reading, text: string): void {
    const [integer = '', fraction] = text.replace('-', '').split('.');
    const before = this.digits.get(reading) ?? { integer: 0, fraction: null, zeros: true };
    this.digits.set(reading, {
      integer: Math.max(before.integer, integer.length),
      fraction: fraction === undefined ? before.fraction : Math.max(before.fraction ?? 0, fraction.length),
      zeros: before.zeros && (fraction === undefined || fraction === '0'),
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
const LONGEST_TIME = 50;

function pairOf(one: Reading, other: Reading): string {
  return `${one.id} ${other.id}`;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
