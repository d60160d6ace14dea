import type { Transformations } from '../contract/definition/column-options.ts';
import type { ColumnType } from '../contract/definition/column-type.ts';
import { listOf } from '../contract/definition/date-options.ts';
import type { NumberFormat } from '../contract/definition/define-import.ts';
import { fieldCheckFor, transformFor } from '../csv/index.ts';
import { shapeOfTime } from './date-formats.ts';

/** One way in which the importer could take a column: as a type, with what the definition would declare. */
export interface Reading {
  /** Tells it from others. */
  id: string;
  kind: 'uuid' | 'json' | 'number' | 'date' | 'time' | 'timestamp';
  type: ColumnType;
  /** What must be declared for the values that were read. */
  readonly transformations: Transformations;
  /** Of numbers: whether they are read without the percent sign that each has. */
  percent?: boolean;
  /** Of days and times: numbers that count them, which numbers may do by chance. */
  counted?: boolean;
  /** Of days: whether the century is not written. */
  short?: boolean;
  /** What the importer makes of a value; null where it would reject it, or where reading it so would lose something. */
  read(value: Buffer): string | null;
}

/**
 * The ways to write a number, the usual first. Groups of thousands are tried with either decimal sign, since whole
 * numbers alone do not tell.
 */
const numberFormats: readonly (NumberFormat | null)[] = [
  null,
  { thousands: ',' },
  { decimal: ',' },
  { thousands: '.' },
  { thousands: ' ' },
  { thousands: ' ', decimal: ',' },
  { thousands: "'" },
  { thousands: "'", decimal: ',' },
];

/** A number that means what it says: no zeros in front, no plus, no exponent, as codes and telephone numbers have. */
const plainNumber = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)$/;

const instants: ColumnType = { kind: 'timestamp', precision: 6, withTimeZone: true };
const localTimes: ColumnType = { kind: 'timestamp', precision: 6, withTimeZone: false };
const daysAlone: ColumnType = { kind: 'date' };

/** The ways that do not depend on what the values look like, in the order of preference within a kind. */
export function usualReadings(): Reading[] {
  return [
    reading('uuid', { kind: 'uuid' }, {}),
    // Numbers and words are JSON too, but a column of them is none.
    reading('json', { kind: 'json', binary: true }, {}, (text) => /^[[{]/.test(text)),
    ...[false, true].flatMap((percent) =>
      numberFormats.map((number) => ({
        ...reading(
          'number',
          { kind: 'numeric', precision: null, scale: null },
          number === null ? {} : { number },
          (text) => plainNumber.test(text),
        ),
        percent,
        id: JSON.stringify([number, percent]),
      })),
    ),
    counted('date', daysAlone, { date: 'excel' }, /^\d{5}$/, EXCEL_DAYS),
    counted('timestamp', localTimes, { timestamp: 'excel' }, /^\d{5}(?:\.\d+)?$/, EXCEL_DAYS),
    ...(['unix', 'unix-ms', 'unix-us'] as const).map((timestamp, index) => {
      const scale = 1000 ** index;
      const range = [FIRST_SECOND * scale, LAST_SECOND * scale] as const;
      return counted('timestamp', instants, { timestamp }, /^\d+(?:\.\d{1,6})?$/, range);
    }),
  ];
}

/** Days since 1900 from 1954 to 2118, and seconds since 1970 from 2001 to 2096: others are numbers more likely. */
const EXCEL_DAYS = [20_000, 80_000] as const;
const FIRST_SECOND = 1e9;
const LAST_SECOND = 4e9;

function counted(
  kind: 'date' | 'timestamp',
  type: ColumnType,
  transformations: Transformations,
  pattern: RegExp,
  [least, most]: readonly [number, number],
): Reading {
  const { read, ...rest } = reading(kind, type, transformations);
  return {
    ...rest,
    counted: true,
    read(bytes) {
      const text = bytes.toString();
      return pattern.test(text) && Number(text) >= least && Number(text) < most ? read(bytes) : null;
    },
  };
}

/** Ways to read days and times of which the text may be one, by their formats, in the order of preference. */
export function timeReadings(text: string): Reading[] {
  const shape = shapeOfTime(text);
  if (shape === null) return [];
  const type =
    shape.kind === 'date'
      ? daysAlone
      : shape.kind === 'time'
        ? { kind: 'time' as const, precision: 6, withTimeZone: false }
        : shape.zoned
          ? instants
          : localTimes;
  return shape.ways.flatMap((formats) => {
    if (formats === null) return [reading(shape.kind, type, {})];
    const short = formats.some((format) => /(?<!Y)YY(?!Y)/.test(format));
    const months = formats.some((format) => format.includes('MMM')) ? monthLanguages : [null];
    return months.map((language) =>
      formatReading(shape.kind as 'date' | 'time' | 'timestamp', type, formats, {
        ...(language === null || language === 'en' ? {} : { months: language }),
        ...(short ? { pivot: PIVOT } : {}),
      }),
    );
  });
}

const monthLanguages = ['en', 'de', 'fr', 'es'] as const;
/** The first year of two digits that most programs mean, for advice. */
const PIVOT = 1950;

/** Reads one format or several, of which those that were needed are declared. */
function formatReading(
  kind: 'date' | 'time' | 'timestamp',
  type: ColumnType,
  formats: readonly string[],
  spelling: Transformations,
): Reading {
  const readings = formats.map((format) => reading(kind, type, { [kind]: format, ...spelling }));
  const needed = new Set<string>();
  return {
    id: JSON.stringify([type, formats, spelling]),
    kind,
    type,
    ...(spelling.pivot === undefined ? {} : { short: true }),
    get transformations() {
      const used = formats.filter((format) => needed.has(format));
      return { [kind]: used.length > 1 ? used : (used[0] ?? formats[0]!), ...spelling };
    },
    read(bytes) {
      for (const [index, each] of readings.entries()) {
        const text = each.read(bytes);
        if (text === null) continue;
        needed.add(formats[index]!);
        return text;
      }
      return null;
    },
  };
}

/** The formats that must be declared; none: as the importer takes days and times without. */
export function formatsOf({ transformations: { date, time, timestamp } }: Reading): readonly string[] {
  return listOf(date ?? time ?? timestamp);
}

/** What comes first in a day, of day, month and year. */
export function orderOf(reading: Reading): string {
  return reading.kind === 'time' ? 'Y' : (formatsOf(reading)[0]?.[0] ?? 'Y');
}

function reading(
  kind: Reading['kind'],
  type: ColumnType,
  transformations: Transformations,
  keeps: (text: string) => boolean = () => true,
): Reading {
  const transform = transformFor({ type, transformations });
  const check = fieldCheckFor({ type, rules: {} });
  return {
    id: JSON.stringify([type, transformations]),
    kind,
    type,
    transformations,
    read(bytes) {
      const value = { bytes, start: 0, end: bytes.length };
      if (transform?.(value) || check?.(value.bytes, value.start, value.end)) return null;
      const text = value.bytes.toString('utf8', value.start, value.end);
      return keeps(text) ? text : null;
    },
  };
}

/** Words for true and false that mean nothing else where both, and nothing but them, are in a column. */
export const booleanPairs: readonly (readonly [yes: string, no: string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['y', 'n'],
  ['t', 'f'],
  ['on', 'off'],
  ['はい', 'いいえ'],
  ['有', '無'],
  ['有り', '無し'],
  ['あり', 'なし'],
  ['可', '不可'],
  ['○', '×'],
  ['〇', '×'],
  ['✓', '✗'],
  ['✔', '✘'],
  ['☑', '☐'],
  ['真', '偽'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['vrai', 'faux'],
  ['wahr', 'falsch'],
  ['verdadero', 'falso'],
];
/** Pairs that the importer takes in any case without a declaration. */
export const UNDECLARED_PAIRS = 5;
/** Marks that mean true, where nothing else stands in a column but empty values. */
export const checkMarks: ReadonlySet<string> = new Set(['✓', '✔', '☑', '✅', '○', '〇', '◯', '●', '◎', 'レ']);
/** Words that mean true where nothing else stands in a column, if empty values mean false. */
export const singleWords: ReadonlySet<string> = new Set([
  'y',
  'yes',
  'true',
  't',
  'x',
  '1',
  '1.0',
  'ja',
  'oui',
  'sí',
  'si',
  'はい',
  '有',
  'あり',
  '可',
  '済',
  '*',
]);
