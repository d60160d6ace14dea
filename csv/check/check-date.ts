import { COLON, DOT, MINUS, NINE, PLUS, SPACE, UPPER_T, UPPER_Z, ZERO } from '../ascii.ts';
import type { BinaryRows } from '../encode/binary-rows.ts';
import { type FieldCheck, type FieldProblem, fieldProblem } from './field-problem.ts';

/** Length of YYYY-MM-DD. */
const DATE_LENGTH = 10;
/** PostgreSQL refuses longer texts for a time, whatever they mean; nobody writes so many digits of a second. */
const LONGEST_FRACTION = 30;
/** PostgreSQL takes offsets of less than 16 hours. */
const LARGEST_OFFSET_HOUR = 15;

/** Days from 1 March of the year 0 to 1 January 2000. */
const MARCH_0000 = 730_425;

const daysOfMonth = new Uint8Array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

/** Days of the calendar, YYYY-MM-DD, years 0001 to 9999: the one form that no DateStyle reads differently. */
export function dateCheck(): FieldCheck {
  const invalid = fieldProblem('invalid_date');
  return (bytes, start, end, out) => {
    if (end - start !== DATE_LENGTH || !isDate(bytes, start)) return invalid;
    if (out !== undefined) {
      out.int32(4);
      out.int32(daysSince2000(bytes, start));
    }
    return null;
  };
}

/** Times of day, HH:MM, HH:MM:SS or HH:MM:SS.f, with a zone exactly where the column keeps one. */
export function timeCheck(precision: number, withTimeZone: boolean): FieldCheck {
  const checkClock = clockCheck('invalid_time', precision, withTimeZone);
  return (bytes, start, end, out) => {
    const problem = checkClock(bytes, start, end);
    if (problem === null && out !== undefined) writeTime(out, bytes, start, end, withTimeZone);
    return problem;
  };
}

/** A date, a space or `T`, and a time, with a zone exactly where the column keeps an instant. */
export function timestampCheck(precision: number, withTimeZone: boolean): FieldCheck {
  const invalid = fieldProblem('invalid_timestamp');
  const checkClock = clockCheck('invalid_timestamp', precision, withTimeZone);
  return (bytes, start, end, out) => {
    if (end - start <= DATE_LENGTH || !isDate(bytes, start)) return invalid;
    const separator = bytes[start + DATE_LENGTH];
    if (separator !== SPACE && separator !== UPPER_T) return invalid;
    const problem = checkClock(bytes, start + DATE_LENGTH + 1, end);
    if (problem === null && out !== undefined) writeTimestamp(out, bytes, start, end);
    return problem;
  };
}

function clockCheck(
  code: 'invalid_time' | 'invalid_timestamp',
  precision: number,
  withTimeZone: boolean,
): FieldCheck {
  const invalid = fieldProblem(code);
  const tooPrecise = fieldProblem(
    'too_precise',
    precision === 0
      ? 'must have whole seconds'
      : `must have at most ${precision} decimal place${precision === 1 ? '' : 's'} of a second`,
  );
  const zoneMissing = fieldProblem('time_zone_missing');
  const zoneUnexpected = fieldProblem('time_zone_unexpected');

  return (bytes, start, end): FieldProblem | null => {
    if (end - start < 5 || bytes[start + 2] !== COLON) return invalid;
    const hour = twoDigits(bytes, start);
    const minute = twoDigits(bytes, start + 3);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return invalid;
    let at = start + 5;
    let lost = false;
    if (at < end && bytes[at] === COLON) {
      if (end - at < 3) return invalid;
      const second = twoDigits(bytes, at + 1);
      if (second < 0 || second > 59) return invalid;
      at += 3;
      if (at < end && bytes[at] === DOT) {
        const first = ++at;
        for (; at < end; at++) {
          const byte = bytes[at]!;
          if (byte < ZERO || byte > NINE) break;
          if (byte !== ZERO && at - first >= precision) lost = true;
        }
        if (at === first || at - first > LONGEST_FRACTION) return invalid;
      }
    }
    const zoned = at < end;
    if (zoned && !isZone(bytes, at, end)) return invalid;
    if (zoned !== withTimeZone) return zoned ? zoneUnexpected : zoneMissing;
    return lost ? tooPrecise : null;
  };
}

/** Writes a `time`, µs since midnight, and of a zone the seconds that it is west of UTC. */
function writeTime(out: BinaryRows, bytes: Buffer, start: number, end: number, withTimeZone: boolean): void {
  out.int32(withTimeZone ? 12 : 8);
  out.int64(secondOfDay(bytes, start, end) * 1e6, microseconds(bytes, start, end));
  if (withTimeZone) out.int32(-secondsOfZone(bytes, start + 5, end));
}

/** Writes a timestamp, µs since 2000, in UTC where the text has a zone. */
function writeTimestamp(out: BinaryRows, bytes: Buffer, start: number, end: number): void {
  const clock = start + DATE_LENGTH + 1;
  const seconds =
    daysSince2000(bytes, start) * 86_400 +
    secondOfDay(bytes, clock, end) -
    secondsOfZone(bytes, clock + 5, end);
  out.int32(8);
  // Up to the year 9999 a double holds the seconds as µs, which are a multiple of 64, but not every µs between them.
  out.int64(seconds * 1e6, microseconds(bytes, clock, end));
}

function secondOfDay(bytes: Buffer, start: number, end: number): number {
  const minutes = twoDigits(bytes, start) * 60 + twoDigits(bytes, start + 3);
  const hasSeconds = start + 5 < end && bytes[start + 5] === COLON;
  return minutes * 60 + (hasSeconds ? twoDigits(bytes, start + 6) : 0);
}

/** The fraction of the second of the clock at `start`; further digits are known to be zeros. */
function microseconds(bytes: Buffer, start: number, end: number): number {
  if (start + 8 >= end || bytes[start + 5] !== COLON || bytes[start + 8] !== DOT) return 0;
  let value = 0;
  for (let at = start + 9; at < start + 15; at++) {
    const digit = at < end ? bytes[at]! - ZERO : -1;
    if (digit < 0 || digit > 9) {
      for (; at < start + 15; at++) value *= 10;
      break;
    }
    value = value * 10 + digit;
  }
  return value;
}

/** The offset of the zone that follows somewhere behind `from`, where seconds may be; 0 without a zone. */
function secondsOfZone(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== PLUS && bytes[at] !== MINUS) at++;
  if (at === end) return 0;
  let units = 3600;
  let seconds = 0;
  for (let digits = at + 1; digits < end; digits += bytes[digits + 2] === COLON ? 3 : 2) {
    seconds += twoDigits(bytes, digits) * units;
    units /= 60;
  }
  return bytes[at] === MINUS ? -seconds : seconds;
}

/** The days from 2000-01-01 to a day of the calendar (Gregorian, as PostgreSQL's date2j() counts them). */
function daysSince2000(bytes: Buffer, start: number): number {
  const month = twoDigits(bytes, start + 5);
  // Years begin in March, so that the day that comes every four years is their last.
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2) - (month <= 2 ? 1 : 0);
  const dayOfYear =
    Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + twoDigits(bytes, start + 8) - 1;
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return year * 365 + leapDays + dayOfYear - MARCH_0000;
}

/** Z, ±HH, ±HHMM, ±HH:MM or, as before there were zones, ±HH:MM:SS; up to 15:59:59. */
export function isZone(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  const sign = bytes[start];
  if (sign === UPPER_Z) return length === 1;
  if (sign !== PLUS && sign !== MINUS) return false;
  if (length !== 3 && length !== 5 && length !== 6 && length !== 9) return false;
  const hour = twoDigits(bytes, start + 1);
  if (hour < 0 || hour > LARGEST_OFFSET_HOUR) return false;
  if (length === 3) return true;
  if (length >= 6 && bytes[start + 3] !== COLON) return false;
  const minute = twoDigits(bytes, start + (length === 5 ? 3 : 4));
  if (minute < 0 || minute > 59 || length < 9) return minute >= 0 && minute <= 59;
  const second = twoDigits(bytes, start + 7);
  return bytes[start + 6] === COLON && second >= 0 && second <= 59;
}

/** Whether there is such a day in the calendar, in the years 1 to 9999. */
export function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2 && day === 29) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= daysOfMonth[month]!;
}

/** Whether the ten bytes from `start` are a day of the calendar. */
function isDate(bytes: Buffer, start: number): boolean {
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (century < 0 || yearOfCentury < 0) return false;
  return isDay(century * 100 + yearOfCentury, month, day);
}

/** The number that two digits make; negative where they are none. */
function twoDigits(bytes: Buffer, start: number): number {
  const tens = bytes[start]! - ZERO;
  const units = bytes[start + 1]! - ZERO;
  return tens < 0 || tens > 9 || units < 0 || units > 9 ? -1 : tens * 10 + units;
}
