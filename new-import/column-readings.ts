import type { Transformations } from '../contract/definition/column-options.ts';
import type { ColumnType } from '../contract/definition/column-type.ts';
import type { NumberFormat } from '../contract/definition/define-import.ts';
import { fieldCheckFor, transformFor } from '../csv/index.ts';

/** One way in which the importer could take a column: as a type, with what the definition would declare. */
export interface Reading {
  kind: 'uuid' | 'json' | 'number' | 'date' | 'time' | 'timestamp';
  type: ColumnType;
  transformations: Transformations;
  /** What the importer makes of a value; null where it would refuse it, or where reading it so would lose something. */
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

/** Null: as the importer takes days without a declaration, YYYY-MM-DD. */
const dateFormats: readonly (string | null)[] = [
  null,
  'YYYY/M/D',
  'YYYY.M.D',
  'YYYY-M-D',
  'YYYY年M月D日',
  'YYYYMMDD',
  'D/M/YYYY',
  'M/D/YYYY',
  'D-M-YYYY',
  'M-D-YYYY',
  'D.M.YYYY',
];
/** Behind a day, in this order of preference. */
const clocks = ['H:mm:ss', 'H:mm', 'H:mm:ss.S', 'h:mm:ss A', 'h:mm A'] as const;

/** A number that means what it says: no zeros in front, no plus, no exponent, as codes and telephone numbers have. */
const plainNumber = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)$/;

/** Every way there is, in the order of preference within a kind. */
export function allReadings(): Reading[] {
  return [
    reading('uuid', { kind: 'uuid' }, {}),
    // Numbers and words are JSON too, but a column of them is none.
    reading('json', { kind: 'json', binary: true }, {}, (text) => /^[[{]/.test(text)),
    ...numberFormats.map((number) =>
      reading(
        'number',
        { kind: 'numeric', precision: null, scale: null },
        number === null ? {} : { number },
        (text) => plainNumber.test(text),
      ),
    ),
    ...dateFormats.map((date) => reading('date', { kind: 'date' }, date === null ? {} : { date })),
    reading('time', { kind: 'time', precision: 6, withTimeZone: false }, {}),
    reading('timestamp', { kind: 'timestamp', precision: 6, withTimeZone: true }, {}),
    reading('timestamp', { kind: 'timestamp', precision: 6, withTimeZone: false }, {}),
    ...dateFormats.flatMap((date) =>
      // Days without separators, and times behind them, are made by programs: as they please.
      date === 'YYYYMMDD'
        ? []
        : clocks.map((clock) =>
            reading(
              'timestamp',
              { kind: 'timestamp', precision: 6, withTimeZone: false },
              { timestamp: `${date ?? 'YYYY-MM-DD'} ${clock}` },
            ),
          ),
    ),
  ];
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
  ['真', '偽'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['vrai', 'faux'],
  ['wahr', 'falsch'],
];
/** Pairs that the importer takes in any case without a declaration. */
export const UNDECLARED_PAIRS = 5;
