import type { SerialFormat } from '../../contract/definition/date-format.ts';
import { daysSince1970, type MomentReader } from './date-reader.ts';

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;
/** Spreadsheets keep days as doubles, which tell milliseconds apart and little more. */
const MICROS_PER_TICK = 1000n;
/** 0001-01-01 and 10000-01-01 in microseconds since 1970. */
const FIRST = BigInt(daysSince1970(1, 1, 1)) * MICROS_PER_DAY;
const BEHIND_LAST = BigInt(daysSince1970(10_000, 1, 1)) * MICROS_PER_DAY;

/** Day 0 of each system; the older one has a 29 February 1900, its day 60, so that day 0 depends on what follows. */
const DAY_0_OF_1904 = daysSince1970(1904, 1, 1);
const DAY_0_BEFORE_60 = daysSince1970(1899, 12, 31);
const DAY_0_BEHIND_60 = daysSince1970(1899, 12, 30);
const NO_DAY = 60;

/** What a second's count is in: digits that a second has. */
const unixDigits = { unix: 0, 'unix-ms': 3, 'unix-us': 6 } as const;

const utc = Buffer.from('Z');
const none = Buffer.alloc(0);

/** Gives the offset in seconds east of UTC at an instant, in seconds since 1970. */
export type OffsetAt = (instant: number) => number;

/** Reads numbers that count days, as spreadsheets have them, or seconds since 1970. */
export class SerialReader implements MomentReader {
  year = 0;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  fractionBytes: Buffer = none;
  fractionStart = 0;
  fractionEnd = 0;
  zoneBytes: Buffer = none;
  zoneStart = 0;
  zoneEnd = 0;
  #seconds = 0;
  readonly #format: SerialFormat;
  readonly #wholeDays: boolean;
  readonly #timeOnly: boolean;
  readonly #offsetAt: OffsetAt | null;

  /** @param offsetAt makes local times of Unix time; null: it keeps its zone, UTC */
  constructor(format: SerialFormat, what: 'date' | 'time' | 'timestamp', offsetAt: OffsetAt | null = null) {
    this.#format = format;
    this.#wholeDays = what === 'date';
    this.#timeOnly = what === 'time';
    this.#offsetAt = offsetAt;
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    const match = /^(-?)(\d{1,18})(?:\.(\d{1,30}))?$/.exec(bytes.toString('latin1', start, end));
    if (match === null) return false;
    const [, sign, whole = '', fraction = ''] = match;
    return this.#format === 'excel' || this.#format === 'excel-1904'
      ? sign === '' && this.#readDays(Number(whole), fraction)
      : this.#readSeconds(sign!, whole, fraction, unixDigits[this.#format]);
  }

  secondOfTime(): number {
    return this.#seconds;
  }

  #readDays(days: number, fraction: string): boolean {
    const zero =
      this.#format === 'excel-1904' ? DAY_0_OF_1904 : days < NO_DAY ? DAY_0_BEFORE_60 : DAY_0_BEHIND_60;
    if (this.#timeOnly ? days !== 0 : this.#format === 'excel' && (days === 0 || days === NO_DAY))
      return false;
    if (this.#wholeDays && /[1-9]/.test(fraction)) return false;
    const scale = 10n ** BigInt(fraction.length);
    const micros = BigInt(fraction || '0') * MICROS_PER_DAY;
    // The nearest tick: 0.7534722222 is 18:05, and not 18:04:59.999998.
    const ticks = (2n * micros + scale * MICROS_PER_TICK) / (2n * scale * MICROS_PER_TICK);
    if (this.#timeOnly && ticks * MICROS_PER_TICK >= MICROS_PER_DAY) return false;
    return this.#set(BigInt(zero + days) * MICROS_PER_DAY + ticks * MICROS_PER_TICK, '');
  }

  #readSeconds(sign: string, whole: string, fraction: string, digits: number): boolean {
    // Digits beyond microseconds are kept for the column's check, but before 1970 they would count backwards.
    const places = fraction.padEnd(6, '0');
    const micros = BigInt(whole + places.slice(0, 6 - digits));
    const rest = places.slice(6 - digits).replace(/0+$/, '');
    if (sign === '-' && rest !== '') return false;
    const instant = sign === '-' ? -micros : micros;
    if (instant < FIRST || instant >= BEHIND_LAST) return false;
    const offset = this.#offsetAt?.(Number(floor(instant, MICROS_PER_SECOND))) ?? 0;
    if (!this.#set(instant + BigInt(offset) * MICROS_PER_SECOND, rest)) return false;
    this.zoneBytes = utc;
    this.zoneEnd = this.#offsetAt === null ? utc.length : 0;
    return true;
  }

  /** `rest`: digits of the fraction beyond microseconds. */
  #set(micros: bigint, rest: string): boolean {
    if (micros < FIRST || micros >= BEHIND_LAST) return false;
    this.#seconds = Number(floor(micros, MICROS_PER_SECOND));
    const moment = new Date(this.#seconds * 1000);
    this.year = moment.getUTCFullYear();
    this.month = moment.getUTCMonth() + 1;
    this.day = moment.getUTCDate();
    this.hour = moment.getUTCHours();
    this.minute = moment.getUTCMinutes();
    this.second = moment.getUTCSeconds();
    const within = micros - BigInt(this.#seconds) * MICROS_PER_SECOND;
    const fraction = (String(within).padStart(6, '0') + rest).replace(/0+$/, '');
    this.fractionBytes = Buffer.from(fraction);
    this.fractionEnd = fraction.length;
    return true;
  }
}

function floor(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor > dividend ? quotient - 1n : quotient;
}
