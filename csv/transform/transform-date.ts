import type { ColumnType } from '../../contract/definition/column-type.ts';
import { isSerial, type Moment } from '../../contract/definition/date-format.ts';
import { type DateSpelling, listOf } from '../../contract/definition/date-options.ts';
import { COLON, DOT, MINUS, SPACE } from '../ascii.ts';
import { timestampCheck } from '../check/check-date.ts';
import { DateReader, type MomentReader } from '../check/date-reader.ts';
import { type FieldProblem, fieldProblem } from '../check/field-problem.ts';
import { type OffsetAt, SerialReader } from '../check/serial-reader.ts';
import { LocalZone, type ZoneProblem } from './local-zone.ts';
import { type FieldTransform, replaceValue, Scratch, type ValueBytes } from './value.ts';

/** Length of YYYY-MM-DD HH:MM:SS. */
const TIMESTAMP_LENGTH = 19;
/** The longest offset, ±HH:MM:SS. */
const OFFSET_LENGTH = 9;

type Formats = string | readonly string[];

/** Turns days in one of the formats into YYYY-MM-DD. */
export function dateTransform(formats: Formats, spelling: DateSpelling): FieldTransform {
  const readers = readersOf(formats, 'date', spelling);
  const misfit = fieldProblem('invalid_date', `must be a date as ${listFormats(formats, spelling)}`);
  const scratch = new Scratch();
  return (value) => {
    const reader = readers.find((each) => each.read(value.bytes, value.start, value.end));
    if (reader === undefined) return misfit;
    const bytes = scratch.reserve(TIMESTAMP_LENGTH);
    replaceValue(value, bytes, writeDate(reader, bytes));
    return null;
  };
}

/** Turns times of day in one of the formats into HH:MM:SS. */
export function timeTransform(formats: Formats): FieldTransform {
  const readers = readersOf(formats, 'time', {});
  const misfit = fieldProblem(
    'invalid_time',
    `must be a time as ${listFormats(formats, {}).replace(serialNames.excel, 'a fraction of a day (0.75)')}`,
  );
  const scratch = new Scratch();
  return (value) => {
    const { bytes: source, start, end } = value;
    const reader = readers.find((each) => each.read(source, start, end));
    if (reader === undefined) return misfit;
    const bytes = scratch.reserve(roomFor(reader));
    replaceValue(value, bytes, writeZone(reader, bytes, writeClock(reader, bytes, 0)));
    return null;
  };
}

/**
 * Turns timestamps in one of the formats (null: as columns take them without) into YYYY-MM-DD HH:MM:SS, and gives
 * those that have no zone the offset of `zone`, where the column keeps instants.
 */
export function timestampTransform(
  formats: Formats | null,
  zone: string | null,
  type: Extract<ColumnType, { kind: 'timestamp' }>,
  spelling: DateSpelling = {},
): FieldTransform {
  const addOffset = zone === null || !type.withTimeZone ? null : offsetWriter(zone);
  if (formats === null) return addOffset === null ? () => null : isoTransform(addOffset, type.precision);
  const localTimes = zone === null || type.withTimeZone ? null : offsetReader(zone);
  const readers = readersOf(formats, 'timestamp', spelling, localTimes);
  const misfit = fieldProblem(
    'invalid_timestamp',
    `must be a timestamp as ${listFormats(formats, spelling)}`,
  );
  const scratch = new Scratch();
  return (value) => {
    const { bytes: source, start, end } = value;
    const reader = readers.find((each) => each.read(source, start, end));
    if (reader === undefined) return misfit;
    const bytes = scratch.reserve(roomFor(reader));
    let to = writeDate(reader, bytes);
    bytes[to++] = SPACE;
    to = writeClock(reader, bytes, to);
    if (reader.zoneEnd > reader.zoneStart) to = writeZone(reader, bytes, to);
    else if (addOffset !== null) {
      const written = addOffset(bytes, to, reader.secondOfTime());
      if (typeof written !== 'number') return written;
      to = written;
    }
    replaceValue(value, bytes, to);
    return null;
  };
}

/** Cuts a time's fraction to as many digits as its column keeps. */
export function truncateTransform(precision: number): FieldTransform {
  const scratch = new Scratch();
  return (value) => {
    const { bytes, start, end } = value;
    const point = bytes.subarray(start, end).indexOf(DOT) + start;
    if (point < start) return null;
    let digitsEnd = point + 1;
    while (digitsEnd < end && isDigit(bytes[digitsEnd]!)) digitsEnd++;
    const keptEnd = precision === 0 ? point : point + 1 + precision;
    if (digitsEnd <= keptEnd || digitsEnd === point + 1) return null;
    const cut = scratch.reserve(end - start);
    const to = bytes.copy(cut, 0, start, keptEnd);
    replaceValue(value, cut, to + bytes.copy(cut, to, digitsEnd, end));
    return null;
  };
}

function readersOf(
  formats: Formats,
  what: Moment,
  spelling: DateSpelling,
  offsetAt: OffsetAt | null = null,
): MomentReader[] {
  return listOf(formats).map((format) =>
    isSerial(format) ? new SerialReader(format, what, offsetAt) : new DateReader(format, what, spelling),
  );
}

/** Writes the offset at `at` into `bytes`, which has room for it; gives its end. */
type OffsetWriter = (bytes: Buffer, at: number, localSecond: number) => number | FieldProblem;

/** Values that stand as the column takes them, with a zone of their own or without. */
function isoTransform(addOffset: OffsetWriter, precision: number): FieldTransform {
  const checkLocal = timestampCheck(precision, false);
  // Seconds are not needed to find the offset, which no zone has changed within a minute since 1972; before, the
  // whole day is looked at.
  const readers = ['YYYY-MM-DD HH:mm', 'YYYY-MM-DDTHH:mm'].map(
    (format) => new DateReader(format, 'timestamp'),
  );
  const minuteLength = 16;
  const scratch = new Scratch();
  return (value: ValueBytes) => {
    const { bytes: source, start, end } = value;
    // With a zone, or no timestamp: that is for the type's check.
    if (checkLocal(source, start, end) !== null) return null;
    const reader = readers.find((each) => each.read(source, start, start + minuteLength))!;
    const bytes = scratch.reserve(OFFSET_LENGTH + end - start);
    source.copy(bytes, 0, start, end);
    const written = addOffset(bytes, end - start, reader.secondOfTime());
    if (typeof written !== 'number') return written;
    replaceValue(value, bytes, written);
    return null;
  };
}

function offsetWriter(zone: string): OffsetWriter {
  if (/^[+-]/.test(zone)) {
    const fixed = Buffer.from(zone);
    return (bytes, at) => at + fixed.copy(bytes, at);
  }
  const local = new LocalZone(zone);
  const problems: Record<ZoneProblem, FieldProblem> = {
    skipped: fieldProblem(
      'invalid_timestamp',
      `must be a time that exists in ${zone}: clocks went forward over it`,
    ),
    repeated: fieldProblem(
      'invalid_timestamp',
      `must have its own offset: clocks in ${zone} went back, and the time came twice`,
    ),
  };
  return (bytes, at, localSecond) => {
    const offset = local.offsetAt(localSecond);
    return typeof offset === 'string'
      ? problems[offset]
      : at + bytes.write(local.write(offset), at, 'latin1');
  };
}

/** What a reason calls formats of numbers. */
const serialNames = {
  excel: 'a day number of a spreadsheet (46320; 60 is a day that never was)',
  'excel-1904': 'a day number of a spreadsheet that counts from 1904 (44858)',
  unix: 'seconds since 1970',
  'unix-ms': 'milliseconds since 1970',
  'unix-us': 'microseconds since 1970',
};

function listFormats(formats: Formats, { months = 'en', era, pivot }: DateSpelling): string {
  const written = listOf(formats).map((format) => (isSerial(format) ? serialNames[format] : format));
  const all = written.join(' or ');
  const tokens = listOf(formats)
    .filter((format) => !isSerial(format))
    .join();
  const notes: string[] = [];
  if (tokens.includes('MMM')) {
    notes.push(
      `MMM is a month’s name${typeof months === 'string' ? ` (${months})` : ' of the import’s list'}`,
    );
  }
  if (pivot !== undefined) notes.push(`YY is a year from ${pivot} to ${pivot + 99}`);
  if (tokens.includes('y'))
    notes.push(
      era === undefined ? 'y is a year of its era, in which the day must be' : `y is a year of era ${era}`,
    );
  return notes.length === 0 ? all : `${all} (${notes.join('; ')})`;
}

/** Bytes that hold any moment that was read. */
function roomFor({ fractionStart, fractionEnd, zoneStart, zoneEnd }: MomentReader): number {
  return TIMESTAMP_LENGTH + 1 + (fractionEnd - fractionStart) + Math.max(OFFSET_LENGTH, zoneEnd - zoneStart);
}

/** Writes YYYY-MM-DD at the start of `bytes`; gives its end, as the others do. */
function writeDate({ year, month, day }: MomentReader, bytes: Buffer): number {
  let to = writeTwo(bytes, 0, Math.floor(year / 100));
  to = writeTwo(bytes, to, year % 100);
  bytes[to++] = MINUS;
  to = writeTwo(bytes, to, month);
  bytes[to++] = MINUS;
  return writeTwo(bytes, to, day);
}

/** Writes HH:MM:SS and the fraction that there is. */
function writeClock(reader: MomentReader, bytes: Buffer, at: number): number {
  let to = writeTwo(bytes, at, reader.hour);
  bytes[to++] = COLON;
  to = writeTwo(bytes, to, reader.minute);
  bytes[to++] = COLON;
  to = writeTwo(bytes, to, reader.second);
  if (reader.fractionEnd === reader.fractionStart) return to;
  bytes[to++] = DOT;
  return to + reader.fractionBytes.copy(bytes, to, reader.fractionStart, reader.fractionEnd);
}

function writeZone(reader: MomentReader, bytes: Buffer, at: number): number {
  return at + reader.zoneBytes.copy(bytes, at, reader.zoneStart, reader.zoneEnd);
}

function writeTwo(bytes: Buffer, at: number, number: number): number {
  bytes[at] = 0x30 + Math.floor(number / 10);
  bytes[at + 1] = 0x30 + (number % 10);
  return at + 2;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function offsetReader(zone: string): OffsetAt {
  if (/^[+-]/.test(zone)) {
    const [hours, minutes] = zone.slice(1).split(':').map(Number);
    const size = hours! * 3600 + minutes! * 60;
    return () => (zone.startsWith('-') ? -size : size);
  }
  const local = new LocalZone(zone);
  return (instant) => local.offsetAtInstant(instant);
}
