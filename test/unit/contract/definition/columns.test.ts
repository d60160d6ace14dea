import {
  bigint,
  bit,
  boolean,
  char,
  customType,
  date,
  geometry,
  halfvec,
  inet,
  integer,
  interval,
  numeric,
  type PgColumnBuilderBase,
  pgEnum,
  pgTable,
  smallserial,
  sparsevec,
  text,
  time,
  timestamp,
  varchar,
  vector,
} from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import { defineImport, type ImportOptions } from '../../../../contract/definition/define-import.ts';

const level = pgEnum('level', ['low', 'high']);
const custom = (dataType: string) => customType<{ data: string }>({ dataType: () => dataType })();

describe('the types of columns', () => {
  const other = (sqlType: string): ColumnType => ({ kind: 'other', sqlType });
  it.each<[string, PgColumnBuilderBase, ColumnType]>([
    ['vector', vector({ dimensions: 3 }), other('vector(3)')],
    ['halfvec', halfvec({ dimensions: 3 }), other('halfvec(3)')],
    ['sparsevec', sparsevec({ dimensions: 3 }), other('sparsevec(3)')],
    ['geometry', geometry(), other('geometry(point)')],
    ['inet[]', inet().array(), other('inet[]')],
    ['bit', bit({ dimensions: 3 }), { kind: 'bit', length: 3 }],
    ['smallserial', smallserial(), { kind: 'integer', min: -32768n, max: 32767n }],
    ['char', char(), { kind: 'text', maxLength: 1 }],
    ['numeric(3)', numeric({ precision: 3 }), { kind: 'numeric', precision: 3, scale: 0 }],
    ['time', time({ precision: 2, withTimezone: true }), { kind: 'time', precision: 2, withTimeZone: true }],
    ['interval', interval(), { kind: 'interval', fields: null, precision: 6 }],
    [
      'interval day to hour',
      interval({ fields: 'day to hour' }),
      { kind: 'interval', fields: 'day to hour', precision: 6 },
    ],
    [
      'interval second(3)',
      interval({ fields: 'second', precision: 3 }),
      { kind: 'interval', fields: 'second', precision: 3 },
    ],
    [
      'enum[]',
      level().array(),
      { kind: 'array', dimensions: 1, element: { kind: 'enum', values: ['low', 'high'] } },
    ],
    [
      'varchar(3)[][]',
      varchar({ length: 3 }).array().array(2),
      { kind: 'array', dimensions: 2, element: { kind: 'text', maxLength: 3 } },
    ],
    ['a custom bytea', custom('bytea'), other('bytea')],
    [
      'a custom timestamptz(3)',
      custom('timestamptz(3)'),
      { kind: 'timestamp', precision: 3, withTimeZone: true },
    ],
    ['a custom character varying(9)', custom('character varying(9)'), { kind: 'text', maxLength: 9 }],
    ['a custom INT4', custom('INT4'), { kind: 'integer', min: -2147483648n, max: 2147483647n }],
    ['a custom decimal(6,2)', custom('decimal(6,2)'), { kind: 'numeric', precision: 6, scale: 2 }],
  ])('%s', (_, builder, expected) => {
    const table = pgTable('t', { c: builder });
    expect(defineImport({ name: 'a', prefix: 'a/', table, mode: 'append' }).columns[0]!.type).toEqual(
      expected,
    );
  });
});

const table = pgTable('orders', {
  id: integer('id').primaryKey(),
  name: text('name'),
  level: level('level'),
  price: numeric('price', { precision: 9, scale: 2 }),
  total: bigint('total', { mode: 'bigint' }),
  day: date('day'),
  at: timestamp('at'),
  instant: timestamp('instant', { withTimezone: true }),
  opens: time('opens', { withTimezone: true }),
  paid: boolean('paid'),
});
const valid = { name: 'orders', prefix: 'orders/', table, mode: 'append' } as const;

it('keeps aliases and transformations apart', () => {
  const definition = defineImport({
    ...valid,
    columns: { name: { aliases: ['n'], trim: true, case: 'upper' } },
  });
  expect(definition.columns[1]).toMatchObject({
    aliases: ['n'],
    transformations: { trim: true, case: 'upper' },
  });
  expect(definition.columns[0]).toMatchObject({ aliases: [], transformations: {} });
});

it('lets TypeScript refuse what does not suit a column', () => {
  const refused = [
    // @ts-expect-error a date format on a number
    () => defineImport({ ...valid, columns: { id: { date: 'YYYY/M/D' } } }),
    // @ts-expect-error a number format on a date
    () => defineImport({ ...valid, columns: { day: { number: { decimal: ',' } } } }),
    // @ts-expect-error words on a text
    () => defineImport({ ...valid, columns: { name: { booleans: { true: ['a'], false: ['b'] } } } }),
    // @ts-expect-error a column that is not there
    () => defineImport({ ...valid, columns: { nmae: { trim: true } } }),
    // @ts-expect-error a row rule about a column that is not there
    () => defineImport({ ...valid, rowRule: (row) => row.nmae ?? null }),
  ];
  for (const define of refused.slice(0, 4)) expect(define).toThrow(/import "orders", field "columns/);
});

describe('defineImport refuses columns and rules', () => {
  const columns = (options: Record<string, unknown>) => ({ columns: options });
  const rules = (given: Record<string, unknown>) => ({ rules: given });
  it.each<[string, Record<string, unknown>, string]>([
    [
      'a date format on a number',
      columns({ id: { date: 'YYYY/M/D' } }),
      '"columns.id.date": it is for dates, and column "id" is integer; leave it out',
    ],
    [
      'case on a number',
      columns({ id: { case: 'upper' } }),
      '"columns.id.case": it is for texts, enums and booleans',
    ],
    [
      'an empty date',
      columns({ day: { empty: 'text' } }),
      '"columns.day.empty": it is for texts, and column "day" is date',
    ],
    [
      'a number format on a text',
      columns({ name: { number: {} } }),
      '"columns.name.number": it is for numbers',
    ],
    [
      'words on a text',
      columns({ name: { booleans: { true: ['a'], false: ['b'] } } }),
      '"columns.name.booleans": it is for booleans',
    ],
    [
      'a zone where none is kept',
      columns({ at: { zone: 'Asia/Tokyo' } }),
      '"columns.at.zone": it is for timestamps with time zone',
    ],
    [
      'an unknown token',
      columns({ day: { date: 'YYYY-MMMMM-D' } }),
      '"columns.day.date": "YYYY-MMMMM-D" has the unknown token "MMMMM": use YYYY, YY, G, yy, y, MMM, MM, M, DD and D',
    ],
    [
      'two digits of a year',
      columns({ day: { date: 'D.M.YY' } }),
      '"D.M.YY" leaves the century open: use YYYY, or declare the first year that YY stands for, such as pivot: 1950',
    ],
    ['a date without its day', columns({ day: { date: 'YYYY/M' } }), '"YYYY/M" has no day: add D or DD'],
    ['a day twice', columns({ day: { date: 'D/D/M/YYYY' } }), '"D/D/M/YYYY" has its day twice'],
    [
      'a time in a date',
      columns({ day: { date: 'YYYY/M/D H:mm' } }),
      '"YYYY/M/D H:mm" has the token "H" of a time',
    ],
    [
      'parts that run together',
      columns({ day: { date: 'YYYYMD' } }),
      '"YYYYMD" does not say where its month ends',
    ],
    ['digits in a format', columns({ day: { date: '20YY-M-D' } }), '"20YY-M-D" has the digit "2"'],
    [
      'h without A',
      columns({ at: { timestamp: 'YYYY/M/D h:mm' } }),
      '"YYYY/M/D h:mm" needs h and A together, or H alone',
    ],
    [
      'seconds without minutes',
      columns({ at: { timestamp: 'YYYY/M/D H.ss' } }),
      '"YYYY/M/D H.ss" has a second and no minute',
    ],
    [
      'two formats that disagree',
      columns({ day: { date: ['D/M/YYYY', 'M/D/YYYY'] } }),
      '"D/M/YYYY" and "M/D/YYYY" read the same value differently; keep one of them',
    ],
    [
      'no format',
      columns({ day: { date: [] } }),
      '"columns.day.date": use a format such as "YYYY/M/D", or a list of them',
    ],
    [
      'an instant without zone',
      columns({ instant: { timestamp: 'YYYY/M/D H:mm' } }),
      '"YYYY/M/D H:mm" has no zone, and the column keeps an instant: add Z to the format, or say the zone, such as zone: "Asia/Tokyo"',
    ],
    [
      'a zone in a local time',
      columns({ at: { timestamp: 'YYYY/M/D H:mmZ' } }),
      '"YYYY/M/D H:mmZ" has a zone, and the column keeps none: leave out Z',
    ],
    [
      'an unknown zone',
      columns({ instant: { zone: 'Asia/Tokio' } }),
      '"columns.instant.zone": there is no time zone "Asia/Tokio": use a name such as "Asia/Tokyo", or an offset such as "+09:00"',
    ],
    ['an offset that is none', columns({ instant: { zone: '+9' } }), 'there is no time zone "+9"'],
    [
      'one sign for both',
      columns({ price: { number: { decimal: ',', thousands: ',' } } }),
      '"columns.price.number": decimal and thousands are both ","; they must differ',
    ],
    [
      'thousands by the default point',
      columns({ price: { number: { decimal: '.', thousands: '.' } } }),
      'decimal and thousands are both "."',
    ],
    [
      'decimals of whole numbers',
      columns({ id: { number: { decimal: ',' } } }),
      '"columns.id.number.decimal": the column keeps whole numbers; leave it out',
    ],
    [
      'an unknown separator',
      columns({ price: { number: { thousands: '_' } } }),
      '"columns.price.number.thousands": use ".", ",", " " or "\'"',
    ],
    [
      'a word for both',
      columns({ paid: { booleans: { true: ['x'], false: ['x'] } } }),
      '"x" stands for true and for false',
    ],
    [
      'no words',
      columns({ paid: { booleans: { true: [], false: ['x'] } } }),
      '"columns.paid.booleans.true": name at least one word',
    ],
    [
      'bounds of a text',
      rules({ name: { min: 1 } }),
      '"rules.name": min and max are for numbers, dates and times, and column "name" is text',
    ],
    [
      'a bound that is no number',
      rules({ price: { min: '1,5' } }),
      '"rules.price.min": "1,5" is no number: write it as 12345678901234567890.25',
    ],
    [
      'a bound that is no date',
      rules({ day: { max: '2026-02-30' } }),
      '"rules.day.max": "2026-02-30" is not written as the column\'s values are: use "2026-01-31"',
    ],
    ['a number for a date', rules({ day: { max: 2026 } }), '"rules.day.max": "2026" is not written'],
    [
      'an instant without zone',
      rules({ instant: { min: '2026-01-01 00:00' } }),
      'use "2026-01-31 09:30:00+00:00"',
    ],
    ['a time without zone', rules({ opens: { min: '09:00' } }), 'use "09:30:00+00:00"'],
    ['email: false', rules({ name: { email: false } }), '"rules.name.email": use true, or leave it out'],
    [
      'a bound that no value reaches',
      rules({ price: { min: 5, max: '4.99' } }),
      '"rules.price.min": it is above max, so that no value fits',
    ],
    ['a row rule that is no function', { rowRule: 'no' }, '"rowRule": pass a function that takes a row'],
  ])('%s', (_, changes, message) => {
    expect(() => defineImport({ ...valid, ...changes } as unknown as ImportOptions)).toThrow(
      expect.objectContaining({ name: 'DefinitionInvalid', message: expect.stringContaining(message) }),
    );
  });

  it('but takes those that suit', () => {
    const definition = defineImport({
      ...valid,
      columns: {
        day: { date: ['YYYY/M/D', 'YYYY/MM/DD', 'DD.MM.YYYY', 'YYYYMMDD'] },
        instant: { timestamp: ['YYYY-MM-DDTHH:mm:ss.SSSZ', 'M/D/YYYY h:mm A'], zone: 'America/New_York' },
        total: { number: { thousands: ',' } },
        price: { number: { thousands: '.' } },
      },
      rules: {
        day: { min: '2000-01-01', max: '2026-12-31' },
        instant: { min: '2000-01-01T00:00:00Z' },
        opens: { min: '09:00+09:00' },
        total: { max: '9007199254740993' },
      },
    });
    expect(definition.columns).toHaveLength(10);
  });
});
