import {
  type FormatPart,
  type Moment,
  type NumberPart,
  readDateFormat,
  takesEraNumber,
} from '../../contract/definition/date-format.ts';
import type { DateSpelling, EraLetter } from '../../contract/definition/date-options.ts';
import { DOT, MINUS, NINE, PLUS, ZERO } from '../ascii.ts';
import { isDay, isZone } from './check-date.ts';
import { isAt } from './check-text.ts';
import { eraNames, isInEra, numberedEras, yearOfEra } from './eras.ts';
import { monthNames } from './month-names.ts';
import { type FoundWord, WordReader } from './word-reader.ts';

/** PostgreSQL refuses longer fractions of a second. */
const LONGEST_FRACTION = 30;
const SECONDS_PER_DAY = 86_400;

/** What reads dates or times from bytes; what it read last is in its fields. */
export interface MomentReader {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Where the digits of the fraction and the zone stand; empty where there are none. */
  readonly fractionBytes: Buffer;
  readonly fractionStart: number;
  readonly fractionEnd: number;
  readonly zoneBytes: Buffer;
  readonly zoneStart: number;
  readonly zoneEnd: number;
  /** Whether `bytes[start, end)` is one of the moments that it reads. */
  read(bytes: Buffer, start: number, end: number): boolean;
  /** The date and time as seconds since 1970, as if it were UTC. */
  secondOfTime(): number;
}

const none = Buffer.alloc(0);
const utc = Buffer.from('Z');
const utcNames = ['UTC', 'GMT'].map((name) => Buffer.from(name));
const meridiems = new WordReader([
  [['AM', 'A.M.', '午前'], 0],
  [['PM', 'P.M.', '午後'], 1],
]);
const eras = new WordReader<EraLetter>(eraNames);
const erasOrNumbers = new WordReader<EraLetter>(numberedEras);

/** Reads dates and times that are written in one format. */
export class DateReader implements MomentReader {
  year = 0;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  /** Where the digits of the fraction and the zone stand; empty where there are none. */
  fractionBytes: Buffer = none;
  fractionStart = 0;
  fractionEnd = 0;
  zoneBytes: Buffer = none;
  zoneStart = 0;
  zoneEnd = 0;
  #afternoon = false;
  /** Midnight and noon may be 0 where the words are Japanese. */
  #countsFromZero = false;
  #era: EraLetter | null = null;
  readonly #parts: readonly (FormatPart & { bytes?: Buffer })[];
  readonly #hasDay: boolean;
  readonly #hasMeridiem: boolean;
  readonly #pivot: number;
  readonly #eras: WordReader<EraLetter>;
  readonly #defaultEra: EraLetter | null;
  readonly #months: WordReader<number>;

  /** @param format one that {@link readDateFormat} takes */
  constructor(format: string, what: Moment, { months = 'en', pivot = 0, era }: DateSpelling = {}) {
    const parts = readDateFormat(format, what);
    if (typeof parts === 'string') throw new Error(parts);
    this.#parts = parts.map((part) =>
      part.kind === 'literal' ? { ...part, bytes: Buffer.from(part.text) } : part,
    );
    this.#hasDay = what !== 'time';
    this.#pivot = pivot;
    const has = (kind: FormatPart['kind']) => parts.some((part) => part.kind === kind);
    this.#eras = takesEraNumber(parts) ? erasOrNumbers : eras;
    this.#defaultEra = has('eraYear') && !has('era') ? (era ?? null) : null;
    this.#months = new WordReader(monthNames(months));
    this.#hasMeridiem = has('meridiem');
  }

  /** Whether `bytes[start, end)` is a day of the calendar and a time of the day in this format. */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.#era = this.#defaultEra;
    this.hour = 0;
    this.minute = 0;
    this.second = 0;
    this.fractionStart = this.fractionEnd = 0;
    this.zoneStart = this.zoneEnd = 0;
    let at = start;
    for (let index = 0; index < this.#parts.length; index++) {
      const part = this.#parts[index]!;
      if (part.kind === 'literal') at = passLiteral(bytes, at, end, part.bytes!);
      else if ('digits' in part) at = this.#readNumber(bytes, at, end, part.kind, part.digits);
      else if (part.kind === 'zone') at = this.#readZone(bytes, at, end);
      else if (part.kind === 'monthName') at = this.#readMonth(bytes, at, end, this.#parts[index + 1]?.bytes);
      else at = this.#readWord(bytes, at, end, part.kind);
      if (at < 0) return false;
    }
    if (at !== end || this.hour > 23 || this.minute > 59 || this.second > 59) return false;
    if (this.#hasMeridiem) {
      if (this.hour < (this.#countsFromZero ? 0 : 1) || this.hour > 12) return false;
      this.hour = (this.hour % 12) + (this.#afternoon ? 12 : 0);
    }
    if (!this.#hasDay) return true;
    if (!isDay(this.year, this.month, this.day)) return false;
    if (this.#era === null) return true;
    return isInEra(this.#era, this.year, this.month, this.day, this.#defaultEra !== null);
  }

  secondOfTime(): number {
    const clock = (this.hour * 60 + this.minute) * 60 + this.second;
    return daysSince1970(this.year, this.month, this.day) * SECONDS_PER_DAY + clock;
  }

  /** Each reads one part at `at` and gives its end; negative: it is not there. */
  #readNumber(bytes: Buffer, start: number, end: number, kind: NumberPart, digits: number | null): number {
    if (kind === 'eraYear' && digits === null) {
      const first = passLiteral(bytes, start, end, FIRST_YEAR);
      if (first > 0) {
        this.year = yearOfEra(this.#era!, 1);
        return first;
      }
    }
    const most = digits ?? (kind === 'fraction' ? LONGEST_FRACTION : 2);
    let at = start;
    let number = 0;
    for (; at < end && at - start < most; at++) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
      number = number * 10 + (byte - ZERO);
    }
    if (at - start < (digits ?? 1)) return -1;
    if (kind === 'fraction') {
      this.fractionBytes = bytes;
      this.fractionStart = start;
      this.fractionEnd = at;
    } else if (kind === 'shortYear') {
      this.year = this.#pivot + ((number - (this.#pivot % 100) + 100) % 100);
    } else if (kind === 'eraYear') {
      if (number === 0) return -1;
      this.year = yearOfEra(this.#era!, number);
    } else this[kind === 'hour12' ? 'hour' : kind] = number;
    return at;
  }

  #readWord(bytes: Buffer, at: number, end: number, kind: 'meridiem' | 'era'): number {
    const found: FoundWord<number | EraLetter> | null =
      kind === 'era' ? this.#eras.read(bytes, at, end) : meridiems.read(bytes, at, end);
    if (found === null) return -1;
    if (typeof found.meaning === 'string') this.#era = found.meaning;
    else {
      this.#afternoon = found.meaning === 1;
      this.#countsFromZero = bytes[at]! >= 0x80;
    }
    return found.end;
  }

  /** Reads a month's name and a point that may be behind it, unless what follows begins with one. */
  #readMonth(bytes: Buffer, at: number, end: number, next: Buffer | undefined): number {
    const found = this.#months.read(bytes, at, end);
    if (found === null) return -1;
    this.month = found.meaning;
    const pointed = found.end < end && bytes[found.end] === DOT;
    const isNext = next !== undefined && next[0] === DOT && bytes[found.end + 1] !== DOT;
    return pointed && !isNext ? found.end + 1 : found.end;
  }

  #readZone(bytes: Buffer, start: number, end: number): number {
    let from = start;
    if (utcNames.some((name) => start + name.length <= end && isAt(bytes, start, name))) {
      from = start + 3;
      if (from === end || (bytes[from] !== PLUS && bytes[from] !== MINUS)) {
        this.zoneBytes = utc;
        this.zoneStart = 0;
        this.zoneEnd = utc.length;
        return from;
      }
    }
    // The longest first: an offset's end cannot be told from its beginning.
    for (let zoneEnd = Math.min(end, from + 9); zoneEnd > from; zoneEnd--) {
      if (!isZone(bytes, from, zoneEnd)) continue;
      this.zoneBytes = bytes;
      this.zoneStart = from;
      this.zoneEnd = zoneEnd;
      return zoneEnd;
    }
    return -1;
  }
}

/** Stands for 1 as the year of an era. */
const FIRST_YEAR = Buffer.from('元');

function passLiteral(bytes: Buffer, start: number, end: number, literal: Buffer): number {
  if (start + literal.length > end) return -1;
  for (let at = 0; at < literal.length; at++) if (bytes[start + at] !== literal[at]) return -1;
  return start + literal.length;
}

/** Days of the Gregorian calendar, counted through 400 years that begin with March (Howard Hinnant's algorithm). */
export function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
