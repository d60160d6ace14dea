import {
  bigint,
  boolean,
  char,
  date,
  doublePrecision,
  integer,
  json,
  jsonb,
  numeric,
  pgEnum,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { declaredKinds } from './declared-kinds.ts';
import { formed, type Kind, taken } from './kind.ts';
import {
  decimals,
  floatEdges,
  floats,
  hugeNumbers,
  integerEdges,
  numberEdges,
  whole,
} from './number-kinds.ts';
import { documents, textEdges, texts } from './text-kinds.ts';
import { clock, clocks, dateEdges, day, instants, moments, zone } from './time-kinds.ts';

export const size = pgEnum('fuzz_size', ['S', 'M', 'L', 'extra "large"', '大', 'a,b']);

/** Any of the columns for whole numbers. */
const integers = (build: Kind['build']) =>
  formed(
    build,
    whole,
    ['invalid_integer', 'leading_zeros', 'out_of_range'],
    [...integerEdges, ...numberEdges],
  );

/** Every type that the importer checks itself, in several widths. */
export const kinds = {
  text: texts(() => text(), null, textEdges),
  varchar5: texts(() => varchar({ length: 5 }), 5, textEdges),
  char3: texts(() => char({ length: 3 }), 3, textEdges),
  smallint: integers(() => smallint()),
  integer: integers(() => integer()),
  bigint: integers(() => bigint({ mode: 'bigint' })),
  numeric: decimals(() => numeric(), hugeNumbers),
  money: decimals(
    () => numeric({ precision: 6, scale: 2 }),
    [
      '9999.99',
      '9999.995',
      '10000',
      '0.125',
      '0.10',
      '0.100',
      '1234.5',
      '99.99e2',
      '1e-2',
      '1e-3',
      '100000e-2',
    ],
  ),
  thousands: decimals(
    () => numeric({ precision: 3, scale: -3 }),
    ['1000', '999000', '999500', '1500', '1e6', '100', '-1e3'],
  ),
  fraction: decimals(
    () => numeric({ precision: 2, scale: 4 }),
    ['0.0099', '0.01', '0.0001', '0.00001', '0', '.0025', '25e-4'],
  ),
  real: floats(() => real(), 32, floatEdges),
  double: floats(() => doublePrecision(), 64, floatEdges),
  boolean: formed(
    () => boolean(),
    /^(t|true|y|yes|on|1|f|false|n|no|off|0)$/i,
    ['invalid_boolean'],
    [
      'true',
      'FALSE',
      't',
      'F',
      'yes',
      'No',
      'y',
      'N',
      'on',
      'OFF',
      '1',
      '0',
      'ja',
      '2',
      'tru',
      'of',
      ' t',
      't ',
      'TRUE\n',
      '',
    ],
  ),
  date: moments(() => date(), day, 0, ['invalid_date'], dateEdges),
  time: moments(() => time(), clock, 6, ['invalid_time', 'time_zone_unexpected', 'too_precise'], clocks),
  time0: moments(
    () => time({ precision: 0 }),
    clock,
    0,
    ['invalid_time', 'time_zone_unexpected', 'too_precise'],
    clocks,
  ),
  timetz: moments(
    () => time({ withTimezone: true }),
    clock + zone,
    6,
    ['invalid_time', 'time_zone_missing', 'too_precise'],
    clocks,
  ),
  timestamp3: moments(
    () => timestamp({ precision: 3 }),
    `${day}[ T]${clock}`,
    3,
    ['invalid_timestamp', 'time_zone_unexpected', 'too_precise'],
    instants,
  ),
  timestamptz: moments(
    () => timestamp({ withTimezone: true }),
    `${day}[ T]${clock}${zone}`,
    6,
    ['invalid_timestamp', 'time_zone_missing', 'too_precise'],
    instants,
  ),
  uuid: formed(
    () => uuid(),
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    ['invalid_uuid'],
    [
      ...[
        '6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7f11',
        '6F1C0A52-3A41-4C0E-9B5A-0D6A5E0C7F11',
        '6f1c0a523a414c0e9b5a0d6a5e0c7f11',
      ],
      ...[
        '{6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7f11}',
        '6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7f1',
        '6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7fg1',
      ],
      ...['00000000-0000-0000-0000-000000000000', '6f1c-0a523a41-4c0e-9b5a-0d6a5e0c7f11', ''],
    ],
  ),
  size: {
    build: () => size(),
    typed: true,
    judge: (value, read) => taken(read !== null && (size.enumValues as readonly string[]).includes(value)),
    codes: ['not_in_list'],
    edges: [...size.enumValues, 's', 'XL', ' S', 'S ', ''],
  },
  json: documents(() => json(), false),
  jsonb: documents(() => jsonb(), true),
  ...declaredKinds,
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];

/** The kind of a name, without the types of its own. */
export function kindOf(name: KindName): Kind {
  return kinds[name];
}
