import { getTableColumns } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  bit,
  boolean,
  char,
  cidr,
  customType,
  date,
  doublePrecision,
  inet,
  integer,
  interval,
  json,
  jsonb,
  line,
  macaddr,
  macaddr8,
  numeric,
  type PgColumn,
  type PgColumnBuilderBase,
  pgEnum,
  pgTable,
  point,
  real,
  serial,
  smallint,
  smallserial,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { columnTypeOf } from '../../contract/definition/column-type.ts';
import { defineImport } from '../../contract/definition/define-import.ts';
import { guardFormulas } from '../../contract/formula-guard.ts';
import { hasBinaryForm } from '../../csv/check/field-check.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const size = pgEnum('size', ['S', 'M', 'L, "wide"']);
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const varbit = customType<{ data: string }>({ dataType: () => 'varbit(3)' });
const decimal = customType<{ data: string }>({ dataType: () => 'DECIMAL(6, 2)' });
const int4range = customType<{ data: string }>({ dataType: () => 'int4range' });

interface Type {
  column: PgColumnBuilderBase;
  /** Texts that arrive as what PostgreSQL reads them to. */
  valid: string[];
  /** Texts that are refused, by line and column; PostgreSQL itself would refuse them, or keep something else. */
  invalid: string[];
}

const types: Record<string, Type> = {
  smallint: {
    column: smallint(),
    valid: ['-32768', '+7'],
    invalid: ['32768', '007', '1.0', '0x10', '1_000'],
  },
  integer: { column: integer(), valid: ['2147483647', '-0'], invalid: ['2147483648', ' 1', 'one'] },
  bigint: {
    column: bigint({ mode: 'bigint' }),
    valid: ['-9223372036854775808', '9007199254740993'],
    invalid: ['9223372036854775808'],
  },
  smallserial: { column: smallserial(), valid: ['7'], invalid: ['40000'] },
  serial: { column: serial(), valid: ['7'], invalid: ['3000000000'] },
  bigserial: { column: bigserial({ mode: 'number' }), valid: ['7'], invalid: ['x'] },
  numeric: {
    column: numeric(),
    valid: ['0.10', '-1e-20', '123456789012345678901234567890.5', '1E+3', '.5', '5.'],
    invalid: ['1,5', 'NaN', 'Infinity', '1e200000', '-', '00.5', '0123'],
  },
  numeric_6_2: {
    column: numeric({ precision: 6, scale: 2 }),
    valid: ['9999.99', '1.500', '125e-2'],
    invalid: ['0.125', '10000', '9999.995'],
  },
  numeric_3: { column: numeric({ precision: 3 }), valid: ['999', '1.0'], invalid: ['0.5', '1000'] },
  decimal_custom: { column: decimal(), valid: ['0.12'], invalid: ['0.125'] },
  real: {
    column: real(),
    valid: ['0.1', '3.4e38', '1e-45', '16777216'],
    invalid: ['16777217', '3.5e38', '1e-46', 'inf'],
  },
  double: {
    column: doublePrecision(),
    valid: ['0.1', '1.7976931348623157e308', '5e-324', '9007199254740992'],
    invalid: ['9007199254740993', '1e309', '1e-400', 'NaN'],
  },
  boolean: { column: boolean(), valid: ['TRUE', 'f', 'on', 'No', '1'], invalid: ['ja', '2', 'tru'] },
  text: { column: text(), valid: [' a ', '日本', 'a\nb', "'\\", 'NULL'], invalid: [] },
  text_enum: { column: text({ enum: ['a', 'b'] }), valid: ['a'], invalid: ['c'] },
  varchar_3: { column: varchar({ length: 3 }), valid: ['abc', '日本語', 'ab '], invalid: ['abcd', 'abc '] },
  char_3: { column: char({ length: 3 }), valid: ['abc', 'a', '日'], invalid: ['abcd', 'abc '] },
  char: { column: char(), valid: ['a'], invalid: ['ab'] },
  enum: { column: size(), valid: ['S', 'L, "wide"'], invalid: ['s', 'XL', 'S '] },
  uuid: {
    column: uuid(),
    valid: ['6F1C0A52-3a41-4c0e-9b5a-0d6a5e0c7f11'],
    invalid: ['6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7f1', '{6f1c0a52-3a41-4c0e-9b5a-0d6a5e0c7f11}'],
  },
  json: { column: json(), valid: ['{"b":1, "a":[ ], "b":2}', '"\\u0000"'], invalid: ['{a:1}', '[1,]'] },
  jsonb: {
    column: jsonb(),
    valid: ['{"b":1,"a":1.50,"c":2}'],
    invalid: ['{"b":1,"a":1.50,"b":2}', '"\\u0000"', '"\\ud800"', '1e999999'],
  },
  date: {
    column: date(),
    valid: ['2024-02-29', '0001-01-01', '9999-12-31'],
    invalid: ['2023-02-29', 'today', '1/2/2024'],
  },
  time: {
    column: time(),
    valid: ['09:30', '23:59:59.999999'],
    invalid: ['24:00', '9:30', '09:30+09', '00:00:00.1234567'],
  },
  time_0: { column: time({ precision: 1 }), valid: ['09:30:00.5'], invalid: ['09:30:00.55'] },
  timetz: { column: time({ withTimezone: true }), valid: ['09:30+09', '09:30:15Z'], invalid: ['09:30'] },
  timestamp: {
    column: timestamp(),
    valid: ['2024-02-29 09:30', '2024-02-29T09:30:15.123456'],
    invalid: ['2024-02-29', '2024-02-30 09:30', '2024-02-29 09:30Z', 'now', 'infinity'],
  },
  timestamp_3: {
    column: timestamp({ precision: 3 }),
    valid: ['2024-02-29 09:30:15.1230'],
    invalid: ['2024-02-29 09:30:15.1234'],
  },
  timestamptz: {
    column: timestamp({ withTimezone: true }),
    valid: [
      '2024-02-29 09:30Z',
      '2024-02-29T09:30:15.5-03:30',
      '1850-01-01 00:00:00+09:18:59',
      '0001-01-01 00:00Z',
    ],
    invalid: ['2024-02-29 09:30', '2024-02-29 09:30 Asia/Tokyo', '2024-02-29 09:30+16'],
  },
  interval: {
    column: interval(),
    valid: [
      '1 year 2 mons -3 days +04:05:06.789',
      '-1 day 02:03',
      '90 minutes',
      '1 week 36:00',
      '1.5 seconds',
      '-0.25 secs',
      'P1Y2M3DT4H5M6.5S',
      'P-1DT2H',
      'P2W',
      'PT-5M',
    ],
    invalid: ['1 fortnight', '1', 'yesterday', '1.1234567 seconds', 'P', '200000000 years'],
  },
  interval_day: {
    column: interval({ fields: 'day' }),
    valid: ['1 year 3 days', 'P1W'],
    invalid: ['1 day 02:00', 'PT1S'],
  },
  interval_month: { column: interval({ fields: 'month' }), valid: ['1 year 1 month'], invalid: ['1 day'] },
  interval_year: { column: interval({ fields: 'year' }), valid: ['2 years'], invalid: ['14 months'] },
  interval_minute_second: {
    column: interval({ fields: 'minute to second' }),
    valid: ['00:04:05', '1 day 00:04:05'],
    invalid: ['04:05', '1 day 04:05'],
  },
  interval_2: { column: interval({ precision: 2 }), valid: ['00:00:01.25'], invalid: ['00:00:01.255'] },
  bit_3: { column: bit({ dimensions: 3 }), valid: ['101'], invalid: ['10', '1010', '102', 'x5'] },
  varbit_3: { column: varbit(), valid: ['10', '101'], invalid: ['1010', '2'] },
  bytea: { column: bytea(), valid: ['\\x00ff'], invalid: ['\\x0', '\\xzz'] },
  inet: { column: inet(), valid: ['192.168.0.1/24', '::1'], invalid: ['192.168.0.256', '1.2.3'] },
  cidr: { column: cidr(), valid: ['10.0.0.0/8', '10.1'], invalid: ['10.0.0.1/8'] },
  macaddr: { column: macaddr(), valid: ['08:00:2b:01:02:03', '08002b-010203'], invalid: ['08:00:2b:01:02'] },
  macaddr8: {
    column: macaddr8(),
    valid: ['08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03'],
    invalid: ['08:00'],
  },
  point: { column: point(), valid: ['(1.5,-2)', '1,2'], invalid: ['(1)', '1;2'] },
  line: { column: line(), valid: ['{1,2,3}', '[(0,0),(1,1)]'], invalid: ['{0,0,1}', '1,2'] },
  range: { column: int4range(), valid: ['[1,5)', 'empty'], invalid: ['[5,1]', '1-5'] },
  integers: {
    column: integer().array(),
    valid: ['{}', '{1,-2,NULL}', '{"3"}'],
    invalid: ['1,2', '{1,x}', '{1,2147483648}', '{1', '{{1}}', '{1, 2}', '[0:1]={1,2}'],
  },
  matrix: {
    column: integer().array().array(),
    valid: ['{{1,2},{3,4}}', '{}'],
    invalid: ['{1}', '{{1},{2,3}}', '{{}}'],
  },
  varchars: {
    column: varchar({ length: 3 }).array(),
    valid: ['{abc,"d,e","\\"\\\\",a b,"",null}'],
    invalid: ['{abcd}', '{"a","bcde"}', '{a,}'],
  },
  chars: { column: char({ length: 2 }).array(), valid: ['{a,bc}'], invalid: ['{abc}'] },
  numerics: {
    column: numeric({ precision: 6, scale: 2 }).array(),
    valid: ['{1.50,-2}'],
    invalid: ['{0.125}', '{10000}'],
  },
  timestamps: {
    column: timestamp({ precision: 0, withTimezone: true }).array(),
    valid: ['{"2024-02-29 09:30:00+09",2024-02-29T09:30Z}'],
    invalid: ['{"2024-02-29 09:30:00.5Z"}', '{2024-02-29}'],
  },
  enums: { column: size().array(), valid: ['{S,"L, \\"wide\\""}'], invalid: ['{s}', '{S,XL}'] },
  bits: { column: bit({ dimensions: 3 }).array(), valid: ['{101,000}'], invalid: ['{1010}'] },
  jsons: { column: jsonb().array(), valid: ['{"{\\"a\\": [1]}","2"}'], invalid: ['{"{a:1}"}'] },
  inets: { column: inet().array(), valid: ['{10.0.0.1,::1}'], invalid: ['{10.0.0.256}'] },
};

const table = pgTable('every_type', {
  id: integer('id').primaryKey(),
  ...Object.fromEntries(Object.entries(types).map(([name, { column }]) => [name, column])),
});

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
  await harness.sql.unsafe(`create type size as enum ('S', 'M', 'L, "wide"')`);
});
afterAll(() => harness.close());

const all = Object.keys(types);
const built: Record<string, PgColumn> = getTableColumns(table);
const inBinary = all.filter((name) => hasBinaryForm(columnTypeOf(built[name]!)));

interface Row {
  name: string;
  value: string;
  valid: boolean;
}

/** A row for each value, which stands in its type's column; the others are empty. */
const rowsOf = (names: readonly string[]): Row[] =>
  names.flatMap((name) => [
    ...types[name]!.valid.map((value) => ({ name, value, valid: true })),
    ...types[name]!.invalid.map((value) => ({ name, value, valid: false })),
  ]);

it.each([
  ['append', 'csv', all],
  ['upsert', 'csv', all],
  ['append', 'binary', inBinary],
  ['upsert', 'binary', inBinary],
] as const)(
  '%s, in %s: every type arrives as PostgreSQL reads it, or is refused',
  async (mode, copyFormat, names) => {
    const rows = rowsOf(names);
    const table = pgTable('every_type', {
      id: integer('id').primaryKey(),
      ...Object.fromEntries(names.map((name) => [name, types[name]!.column])),
    });
    const definition = defineImport({
      name: 'every-type',
      prefix: 'uploads/every-type/',
      table,
      mode,
      rejects: { maxRows: 1000 },
    });
    const columns = definition.columns.map(({ name, sqlType }) => `"${name}" ${storedAs(sqlType)}`);
    await harness.sql.unsafe(`drop table if exists every_type`);
    await harness.sql.unsafe(`create table every_type (${columns}, primary key (id))`);
    const body = rows.map(({ name, value }, index) =>
      // Serial columns are NOT NULL, so they have a value in every row.
      [
        index + 1,
        ...names.map((each) => quote(each === name ? value : each.endsWith('serial') ? '1' : '')),
      ].join(','),
    );
    const upload = await harness.put(
      `uploads/every-type/${mode}-${copyFormat}.csv`,
      `id,${names}\n${body.join('\n')}\n`,
    );
    const report = await harness.run(upload, definition);
    expect(report.failure).toBeNull();
    expect(report.file).toMatchObject({ copyFormat });

    const errors = await harness.readCsv(report.rejects!.errorsKey);
    const refused = rows.flatMap(({ name, value, valid }, index) =>
      valid ? [] : [{ line: String(lineOf(rows, index)), column: name, value: guardFormulas(value) }],
    );
    expect(errors.map(({ line, column, value }) => ({ line, column, value }))).toEqual(refused);
    expect(report.counts).toMatchObject({ read: rows.length, rejected: refused.length });

    for (const [index, { name, value, valid }] of rows.entries()) {
      const [row] = await harness.sql.unsafe(
        `select "${name}"::text as stored from every_type where id = ${index + 1}`,
      );
      const type = storedAs(definition.columns.find((column) => column.name === name)!.sqlType);
      expect([name, value, row?.stored]).toEqual([
        name,
        value,
        valid ? await readByPostgres(value, type) : undefined,
      ]);
    }
  },
);

async function readByPostgres(value: string, type: string): Promise<string> {
  const [row] = await harness.sql.unsafe(`select $1::text::${type}::text as read`, [value]);
  return row!.read;
}

function quote(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** The line of a row: a newline in a value makes it one further down. */
function lineOf(rows: readonly Row[], index: number): number {
  return 2 + index + rows.slice(0, index).filter(({ value }) => value.includes('\n')).length;
}

/** What a serial column is in the table. */
function storedAs(sqlType: string): string {
  return { smallserial: 'smallint', serial: 'integer', bigserial: 'bigint' }[sqlType] ?? sqlType;
}
