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
  type PgColumnBuilderBase,
  pgEnum,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { RejectCode } from '../../../contract/reject-codes.ts';
import { depthOf, hasHugeExponent, isJson, sameDecimal } from './values.ts';

/** What docs/csv.md says of a value: `either` where it leaves it to the importer. */
export type Verdict = 'taken' | 'refused' | 'either';

/** A column that generated files have: its type, what the docs say of its values, and values worth trying. */
export interface Kind {
  build(): PgColumnBuilderBase;
  /**
   * What becomes of a value that is not NULL, after docs/csv.md; `read` is what PostgreSQL's own cast makes of it,
   * as text, null where PostgreSQL refuses it. Written without a look at the importer's checks.
   */
  judge(value: string, read: string | null): Verdict;
  /** Whether only some values are taken, so that PostgreSQL must be asked. */
  typed: boolean;
  codes: readonly RejectCode[];
  edges: readonly string[];
}

export const size = pgEnum('fuzz_size', ['S', 'M', 'L', 'extra "large"', '大', 'a,b']);

const taken = (yes: boolean): Verdict => (yes ? 'taken' : 'refused');

function texts(build: Kind['build'], longest: number | null, edges: readonly string[]): Kind {
  return {
    build,
    typed: false,
    judge: (value) => taken(longest === null || [...value].length <= longest),
    codes: ['too_long'],
    edges,
  };
}

function numbers(build: Kind['build'], form: RegExp, codes: Kind['codes'], edges: readonly string[]): Kind {
  return {
    build,
    typed: true,
    judge: (value, read) => taken(form.test(value) && read !== null),
    codes,
    edges,
  };
}

/** Numbers that the column keeps digit for digit. */
function decimals(build: Kind['build'], edges: readonly string[]): Kind {
  return {
    build,
    typed: true,
    judge(value, read) {
      if (!decimal.test(value) || read === null || !sameDecimal(value, read)) return 'refused';
      // A zero may have any exponent up to a limit, which is not the same one in all versions of PostgreSQL.
      return /e\+?\d{10}/i.test(value) ? 'either' : 'taken';
    },
    codes: ['invalid_number', 'out_of_range', 'too_precise'],
    edges: [...edges, ...numberEdges],
  };
}

const whole = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const numberEdges = [
  ...['0', '-0', '+0', '00', '1', '-1', '+7', '007', '.5', '5.', '-.5', '.', '-', '+', '', '1e3', '1E3'],
  ...[
    '1.5e3',
    '1e-3',
    '1e',
    'e1',
    '1e+',
    '--1',
    '1-',
    ' 1',
    '1 ',
    '1\t',
    '1,000',
    '1_000',
    '0x1f',
    '0b1',
    '٣',
  ],
  ...[
    '１',
    '1.2.3',
    '1,5',
    '€5',
    'NaN',
    'nan',
    'Infinity',
    '-inf',
    'inf',
    '9'.repeat(40),
    `0.${'0'.repeat(40)}1`,
  ],
  ...[`1${'0'.repeat(30)}`, `-1e-40`, '1e40', '000000000000000000000000001', '1.0', '1.10', '0.000', '0e99'],
];
const integerEdges = [
  ...['32767', '32768', '-32768', '-32769', '2147483647', '2147483648', '-2147483648', '-2147483649'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...[
    '999999999999999',
    '1000000000000000',
    '00000000000000000000000000000000000001',
    '-000',
    '18446744073709551616',
  ],
];
const hugeNumbers = [
  ...['1e131071', '1e131072', '1e131073', '-9e131071', '1e-16383', '1e-16384', '1e-20000', '1e999999999'],
  ...['1e-999999999', '0e999999999', '0e-999999999', '0e-16384', '0.0e-16383', '1e2147483648', '1.0e-16383'],
  ...[
    `1${'0'.repeat(200)}e-200`,
    `0.${'0'.repeat(16382)}1`,
    `0.${'0'.repeat(16383)}1`,
    `1.${'0'.repeat(16384)}`,
  ],
  ...['9'.repeat(131072), '9'.repeat(131073), `1${'0'.repeat(16390)}e-16390`, `${'0'.repeat(16390)}e-16390`],
];
const floatEdges = [
  ...['3.4028235e38', '3.4028236e38', '3.4028235677973366e38', '3.4028235677973362e38', '3.40282357e38'],
  ...['1.4e-45', '7e-46', '7.006492321624085e-46', '7.0064923216240854e-46', '1e-46', '1.17549435e-38'],
  ...[
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.797693134862315807e308',
    '1.7976931348623159e308',
  ],
  ...['5e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '2e-324', '1e400', '1e-400', '0.1'],
  ...['0e999', '0.0e-999', '1e999999999', '1e-999999999', '123456789012345678901234567890'],
  ...[`0.${'0'.repeat(44)}1`, `0.${'0'.repeat(50)}1`, `1${'0'.repeat(38)}`, `4${'0'.repeat(38)}`, '16777217'],
];

const zone = '(Z|[+-]\\d\\d(:?\\d\\d|:[0-5]\\d:[0-5]\\d)?)';
const clock = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.(\\d{1,30}))?)?';

/** A moment: `pattern` is what the docs take; digits beyond `precision` must be zeros. */
function moments(
  build: Kind['build'],
  pattern: string,
  precision: number,
  codes: Kind['codes'],
  edges: readonly string[],
): Kind {
  const form = new RegExp(`^${pattern}$`);
  return {
    build,
    typed: true,
    judge: (value, read) => {
      const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
      return taken(form.test(value) && read !== null && /^0*$/.test(fraction.slice(precision)));
    },
    codes,
    edges,
  };
}

const day = '(?!0000)\\d{4}-\\d\\d-\\d\\d';
const dateEdges = [
  ...[
    '2026-02-28',
    '2026-02-29',
    '2024-02-29',
    '1900-02-29',
    '2000-02-29',
    '2026-04-31',
    '2026-12-31',
    '2026-13-01',
  ],
  ...['2026-00-10', '2026-01-00', '2026-01-32', '0001-01-01', '0000-01-01', '9999-12-31', '99999-01-01'],
  ...['2026-2-28', '20260228', '28.02.2026', '02/28/2026', '2026-02-28 ', ' 2026-02-28', '2026-02-28 BC'],
  ...[
    'infinity',
    'today',
    'now',
    'epoch',
    'tomorrow',
    '-2026-01-01',
    '２０２６-01-01',
    '2026/02/28',
    '2026-02-28T',
  ],
];
const clockEdges = [
  ...['09:30', '09:30:15', '09:30:15.25', '9:30', '24:00', '23:59:60', '23:59:59.999999', '23:59:59.9999999'],
  ...[
    '00:00',
    '09:30:',
    '09:30:15.',
    '09:30:1',
    '09:60',
    '0930',
    '9h30',
    '09:30 PM',
    '09:30:15,5',
    '09:30:15.1234',
  ],
  ...[
    '09:30:15.000',
    '09:30:15.0000000000',
    `09:30:15.${'0'.repeat(30)}`,
    `09:30:15.${'0'.repeat(31)}`,
    '23:59:59.5',
  ],
  ...[`09:30:15.123456${'0'.repeat(24)}`, 'now', 'allballs', '09:30:15 ', '-09:30'],
];
const zones = [
  ...[
    '',
    'Z',
    '+09',
    '-0330',
    '+09:00',
    '+9',
    '+15:59',
    '-15:59',
    '+16',
    '+16:00',
    '+15:60',
    '+00:00',
    ' JST',
    'z',
  ],
  ...[' +09', '+09:00:00', '+0900:00', ' UTC', '-00', '+'],
];
const clocks = clockEdges.flatMap((each, index) =>
  zones.filter((_, at) => (at + index) % 5 === 0).map((end) => each + end),
);
const instants = dateEdges
  .slice(0, 18)
  .flatMap((each, index) =>
    clocks
      .filter((_, at) => (at + index) % 12 === 0)
      .map((end, at) => `${each}${at % 4 === 0 ? 'T' : ' '}${end}`),
  )
  .concat([
    '9999-12-31T23:59:59-15:59',
    '0001-01-01 00:00:00+15:59',
    '2026-02-28t09:30Z',
    '2026-02-28  09:30Z',
  ]);

const jsons = [
  ...[
    '{}',
    '[]',
    'null',
    'true',
    '1',
    '-0',
    '"text"',
    '{"a":[1,null]}',
    '{a:1}',
    '[1,',
    '',
    ' 1 ',
    '1 2',
    "{'a':1}",
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\ud800\\ud800"',
    '"\\u00e9"',
    '"\\x"',
  ],
  ...[
    '"\\\\u0000"',
    '"\\\\\\u0000"',
    '"\\ud83dx\\ude00"',
    '{"\\u0000":1}',
    '01',
    '1.',
    '.5',
    '+1',
    '1e5',
    '1E+5',
  ],
  ...[
    '1e400',
    '-1e400',
    '1e131072',
    '1e-16384',
    '1e999999999',
    'NaN',
    'Infinity',
    '"\t"',
    '"\n"',
    '\u00a01',
    '\ufeff1',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"a":1,}',
    '[,]',
    '[1]]',
    '"\\',
    '"\\"',
    '{"__proto__":1}',
    '"\u007f"',
    '"\u2028"',
    '\\.',
  ],
  ...['['.repeat(1000) + ']'.repeat(1000), '['.repeat(1001) + ']'.repeat(1001), '['.repeat(5000)],
  ...[`"${'['.repeat(3000)}"`, `[${'1,'.repeat(2000)}1]`, `{"a":${'9'.repeat(400)}}`],
];

function documents(build: Kind['build'], binary: boolean): Kind {
  return {
    build,
    typed: true,
    judge(value, read) {
      if (!isJson(value) || read === null || depthOf(value) > 1000) return 'refused';
      // jsonb keeps numbers as numeric: what it would round is refused, and the docs do not say where that begins.
      return binary && hasHugeExponent(value) ? 'either' : 'taken';
    },
    codes: ['invalid_json'],
    edges: jsons,
  };
}

const textEdges = [
  ...[
    '',
    ' ',
    'a',
    'NULL',
    'null',
    '\\N',
    '\\.',
    '\\',
    '=1+1',
    '@SUM(A1)',
    '-2+3',
    '+cmd|x',
    '=HYPERLINK("x")',
  ],
  ...[
    'hello',
    'hello!',
    'hell ',
    'hello ',
    '日本語文字',
    '日本語文字列',
    '😀😀😀😀😀',
    '👨‍👩‍👧',
    'é',
    'e\u0301',
  ],
  ...[
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u0085',
    '\u200b',
    '\ufeff',
    '\u007f',
    '\u0001',
    '\u001a',
    '\t',
    '\v',
    '\f',
  ],
  ...[
    '5" pipe',
    '"',
    '""',
    '"""',
    'a"b"c',
    "O'Neil",
    "'; drop table fuzz; --",
    'a\nb',
    'a\r\nb',
    'a\rb',
    '\n',
    '\r',
  ],
  ...['a,b', 'a;b', 'a|b', 'a\tb', ',', ';', 'EOF', 'end-of-data', '\\.\n', '\n\\.\n', 'x'.repeat(1000)],
];

/** Every type that the importer checks itself, in several widths. */
export const kinds = {
  text: texts(() => text(), null, textEdges),
  varchar5: texts(() => varchar({ length: 5 }), 5, textEdges),
  char3: texts(() => char({ length: 3 }), 3, textEdges),
  smallint: numbers(
    () => smallint(),
    whole,
    ['invalid_integer', 'out_of_range'],
    [...integerEdges, ...numberEdges],
  ),
  integer: numbers(
    () => integer(),
    whole,
    ['invalid_integer', 'out_of_range'],
    [...integerEdges, ...numberEdges],
  ),
  bigint: numbers(
    () => bigint({ mode: 'bigint' }),
    whole,
    ['invalid_integer', 'out_of_range'],
    [...integerEdges, ...numberEdges],
  ),
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
  real: numbers(() => real(), decimal, ['invalid_number', 'out_of_range'], [...floatEdges, ...numberEdges]),
  double: numbers(
    () => doublePrecision(),
    decimal,
    ['invalid_number', 'out_of_range'],
    [...floatEdges, ...numberEdges],
  ),
  boolean: numbers(
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
  uuid: numbers(
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
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];

/** The kind of a name, without the types of its own. */
export function kindOf(name: KindName): Kind {
  return kinds[name];
}
