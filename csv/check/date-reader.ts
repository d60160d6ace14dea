import { type FormatPart, type NumberPart, readDateFormat } from '../../contract/definition/date-format.ts';
import { NINE, ZERO } from '../ascii.ts';
import { isDay, isZone } from './check-date.ts';

/** PostgreSQL refuses longer fractions of a second. */
const LONGEST_FRACTION = 30;
const SECONDS_PER_DAY = 86_400;

/** Reads dates and times that are written in one format; what it read last is in its fields. */
export class DateReader {
  year = 0;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  /** Where the digits of the fraction and the zone stand; empty where there are none. */
  fractionStart = 0;
  fractionEnd = 0;
  zoneStart = 0;
  zoneEnd = 0;
  #afternoon = false;
  readonly #parts: readonly (FormatPart & { bytes?: Buffer })[];
  readonly #hasMeridiem: boolean;

  /** @param format one that {@link readDateFormat} takes */
  constructor(format: string, what: 'date' | 'timestamp') {
    const parts = readDateFormat(format, what);
    if (typeof parts === 'string') throw new Error(parts);
    this.#parts = parts.map((part) =>
      part.kind === 'literal' ? { ...part, bytes: Buffer.from(part.text) } : part,
    );
    this.#hasMeridiem = parts.some(({ kind }) => kind === 'meridiem');
  }

  /** Whether `bytes[start, end)` is a day of the calendar and a time of the day in this format. */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.hour = 0;
    this.minute = 0;
    this.second = 0;
    this.fractionStart = this.fractionEnd = 0;
    this.zoneStart = this.zoneEnd = 0;
    let at = start;
    for (const part of this.#parts) {
      if (part.kind === 'literal') at = passLiteral(bytes, at, end, part.bytes!);
      else if (part.kind === 'zone') at = this.#readZone(bytes, at, end);
      else if (part.kind === 'meridiem') at = this.#readMeridiem(bytes, at, end);
      else at = this.#readNumber(bytes, at, end, part.kind, part.digits);
      if (at < 0) return false;
    }
    if (at !== end || this.hour > 23 || this.minute > 59 || this.second > 59) return false;
    if (this.#hasMeridiem) {
      if (this.hour < 1 || this.hour > 12) return false;
      this.hour = (this.hour % 12) + (this.#afternoon ? 12 : 0);
    }
    return isDay(this.year, this.month, this.day);
  }

  /** The date and time as seconds since 1970, as if it were UTC. */
  secondOfTime(): number {
    const clock = (this.hour * 60 + this.minute) * 60 + this.second;
    return daysSince1970(this.year, this.month, this.day) * SECONDS_PER_DAY + clock;
  }

  /** Each reads one part at `at` and gives its end; negative: it is not there. */
  #readNumber(bytes: Buffer, start: number, end: number, kind: NumberPart, digits: number | null): number {
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
      this.fractionStart = start;
      this.fractionEnd = at;
    } else this[kind === 'hour12' ? 'hour' : kind] = number;
    return at;
  }

  #readMeridiem(bytes: Buffer, at: number, end: number): number {
    const letter = bytes[at]! | 0x20;
    if (at + 2 > end || (letter !== 0x61 && letter !== 0x70) || (bytes[at + 1]! | 0x20) !== 0x6d) return -1;
    this.#afternoon = letter === 0x70;
    return at + 2;
  }

  #readZone(bytes: Buffer, start: number, end: number): number {
    // The longest first: an offset's end cannot be told from its beginning.
    for (let zoneEnd = Math.min(end, start + 9); zoneEnd > start; zoneEnd--) {
      if (!isZone(bytes, start, zoneEnd)) continue;
      this.zoneStart = start;
      this.zoneEnd = zoneEnd;
      return zoneEnd;
    }
    return -1;
  }
}

function passLiteral(bytes: Buffer, start: number, end: number, literal: Buffer): number {
  if (start + literal.length > end) return -1;
  for (let at = 0; at < literal.length; at++) if (bytes[start + at] !== literal[at]) return -1;
  return start + literal.length;
}

/** Days of the Gregorian calendar, counted through 400 years that begin with March (Howard Hinnant's algorithm). */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
