import { listOf } from '../../contract/definition/column-options.ts';
import type { ColumnType } from '../../contract/definition/column-type.ts';
import { COLON, MINUS, SPACE } from '../ascii.ts';
import { timestampCheck } from '../check/check-date.ts';
import { DateReader } from '../check/date-reader.ts';
import { type FieldProblem, fieldProblem } from '../check/field-problem.ts';
import { LocalZone, type ZoneProblem } from './local-zone.ts';
import { type FieldTransform, replaceValue, Scratch, type ValueBytes } from './value.ts';

/** Length of YYYY-MM-DD HH:MM:SS. */
const TIMESTAMP_LENGTH = 19;
/** The longest offset, ±HH:MM:SS. */
const OFFSET_LENGTH = 9;

type Formats = string | readonly string[];

/** Turns days in one of the formats into YYYY-MM-DD. */
export function dateTransform(formats: Formats): FieldTransform {
  const readers = listOf(formats).map((format) => new DateReader(format, 'date'));
  const misfit = fieldProblem('invalid_date', `must be a date as ${listFormats(formats)}`);
  const scratch = new Scratch();
  return (value) => {
    const reader = readers.find((each) => each.read(value.bytes, value.start, value.end));
    if (reader === undefined) return misfit;
    const bytes = scratch.reserve(TIMESTAMP_LENGTH);
    replaceValue(value, bytes, writeDate(reader, bytes));
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
): FieldTransform {
  const addOffset = zone === null ? null : offsetWriter(zone);
  if (formats === null) return addOffset === null ? () => null : isoTransform(addOffset, type.precision);
  const readers = listOf(formats).map((format) => new DateReader(format, 'timestamp'));
  const misfit = fieldProblem('invalid_timestamp', `must be a timestamp as ${listFormats(formats)}`);
  const scratch = new Scratch();
  return (value) => {
    const { bytes: source, start, end } = value;
    const reader = readers.find((each) => each.read(source, start, end));
    if (reader === undefined) return misfit;
    const bytes = scratch.reserve(TIMESTAMP_LENGTH + OFFSET_LENGTH + 1 + end - start);
    let to = writeDate(reader, bytes);
    bytes[to++] = SPACE;
    to = writeTwo(bytes, to, reader.hour);
    bytes[to++] = COLON;
    to = writeTwo(bytes, to, reader.minute);
    bytes[to++] = COLON;
    to = writeTwo(bytes, to, reader.second);
    if (reader.fractionEnd > reader.fractionStart) {
      bytes[to++] = 0x2e;
      to += source.copy(bytes, to, reader.fractionStart, reader.fractionEnd);
    }
    if (reader.zoneEnd > reader.zoneStart) to += source.copy(bytes, to, reader.zoneStart, reader.zoneEnd);
    else if (addOffset !== null) {
      const written = addOffset(bytes, to, reader.secondOfTime());
      if (typeof written !== 'number') return written;
      to = written;
    }
    replaceValue(value, bytes, to);
    return null;
  };
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

function listFormats(formats: Formats): string {
  return listOf(formats).join(' or ');
}

/** Writes YYYY-MM-DD at the start of `bytes`; gives its end. */
function writeDate({ year, month, day }: DateReader, bytes: Buffer): number {
  let to = writeTwo(bytes, 0, Math.floor(year / 100));
  to = writeTwo(bytes, to, year % 100);
  bytes[to++] = MINUS;
  to = writeTwo(bytes, to, month);
  bytes[to++] = MINUS;
  return writeTwo(bytes, to, day);
}

function writeTwo(bytes: Buffer, at: number, number: number): number {
  bytes[at] = 0x30 + Math.floor(number / 10);
  bytes[at + 1] = 0x30 + (number % 10);
  return at + 2;
}
