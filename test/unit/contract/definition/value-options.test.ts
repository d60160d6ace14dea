import { boolean, date, integer, numeric, pgTable, text, time, timestamp } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../../../contract/definition/define-import.ts';

const table = pgTable('orders', {
  id: integer('id').primaryKey(),
  name: text('name'),
  price: numeric('price', { precision: 9, scale: 2 }),
  day: date('day'),
  opens: time('opens'),
  closes: time('closes', { withTimezone: true }),
  at: timestamp('at'),
  instant: timestamp('instant', { withTimezone: true }),
  paid: boolean('paid'),
  tags: text('tags').array(),
  grid: integer('grid').array().array(),
});
const valid = { name: 'orders', prefix: 'orders/', table, mode: 'append' } as const;
const months = 'abcdefghijkl'.split('');

describe('defineImport rejects', () => {
  it.each<[column: string, options: unknown, message: string]>([
    ['name', { number: { currency: true } }, '"columns.name.number": it is for numbers'],
    ['name', { leadingZeros: 'drop' }, '"columns.name.leadingZeros": it is for numbers'],
    ['name', { array: { separator: ';' } }, '"columns.name.array": it is for arrays'],
    ['name', { months: 'de' }, '"columns.name.months": it is for dates and timestamps'],
    ['name', { pivot: 1950 }, '"columns.name.pivot": it is for dates and timestamps'],
    ['name', { era: 'R' }, '"columns.name.era": it is for dates and timestamps'],
    ['day', { time: 'H:mm' }, '"columns.day.time": it is for times'],
    ['day', { fraction: 'truncate' }, '"columns.day.fraction": it is for times and timestamps'],
    ['id', { leadingZeros: 'keep' }, '"columns.id.leadingZeros": use "drop", or leave it out'],
    ['id', { zeroWidth: true }, '"columns.id.zeroWidth": use "remove", or leave it out'],
    ['id', { normalize: 'nfc' }, '"columns.id.normalize": use "NFC", "NFD" or "NFKC", or leave it out'],
    [
      'id',
      { excelText: 'quote' },
      '"columns.id.excelText": use "apostrophe" (\'0123), "formula" (="0123"), or a list',
    ],
    [
      'id',
      { parse: 'trim' },
      '"columns.id.parse": pass a function that takes a text and returns a text, or null',
    ],
    [
      'id',
      { null: 'NULL' },
      '"columns.id.null": list the words that stand for NULL, such as ["NULL", "N/A"]',
    ],
    ['id', { null: [''] }, '"columns.id.null.0": the empty value is NULL without it'],
    [
      'price',
      { null: ['-'], number: { dash: 'zero' } },
      '"columns.price.null": "-" is NULL, by this column or by file, and a word of number.dash',
    ],
    [
      'paid',
      { null: ['x'], booleans: { true: ['o'], false: ['x'] } },
      '"columns.paid.null": "x" is NULL, by this column or by file, and a word of booleans',
    ],
    [
      'paid',
      { empty: 'null', booleans: { true: ['x'], false: [''] } },
      '"columns.paid.empty": the empty value is one of the words of booleans',
    ],
    [
      'price',
      { number: { currency: ['5'] } },
      '"columns.price.number.currency.0": name signs that numbers have beside them, such as "€"',
    ],
    ['price', { number: { currency: ['-'] } }, '"columns.price.number.currency.0": name signs'],
    [
      'price',
      { number: { percent: true } },
      '"columns.price.number.percent": use "fraction" (12.5% is 0.125) or "number" (12.5)',
    ],
    [
      'price',
      { number: { negative: ['parentheses'] } },
      '"columns.price.number.negative.0": write each as 1 is written below zero, such as "(1)", "1-" or "▲1"',
    ],
    ['price', { number: { negative: ['1'] } }, 'write each as 1 is written below zero'],
    ['price', { number: { dash: 0 } }, '"columns.price.number.dash": use "zero" or "null"'],
    [
      'price',
      { number: { zeroDecimals: 'drop' } },
      '"columns.price.number.zeroDecimals": it is for whole numbers',
    ],
    [
      'id',
      { number: { percent: 'fraction' } },
      '"columns.id.number.percent": the column keeps whole numbers; use "number"',
    ],
    ['tags', { array: { separator: '' } }, '"columns.tags.array'],
    ['tags', { array: ';' }, '"columns.tags.array": use { separator: ";" }'],
    [
      'grid',
      { array: { separator: ';' } },
      '"columns.grid.array": a separator makes one dimension, and the column has 2',
    ],
    ['day', { date: 'D.M.YY', pivot: '50' }, '"columns.day.pivot": use a year, such as 1950'],
    [
      'day',
      { date: 'D.M.YYYY', pivot: 1950 },
      '"columns.day.pivot": no format has YY, which it is for; leave it out',
    ],
    [
      'day',
      { date: 'D.M.YYYY', months: 'de' },
      '"columns.day.months": no format has MMM, which it is for; leave it out',
    ],
    [
      'day',
      { date: 'Gy.M.D', era: 'R' },
      '"columns.day.era": no format has yy or y without G, which it is for',
    ],
    [
      'day',
      { date: 'y.M.D' },
      '"columns.day.date": "y.M.D" leaves the era open: add G, or declare it, such as era: "R"',
    ],
    ['day', { date: 'yyMMDD', era: 'X' }, '"columns.day.era": use "M", "T", "S", "H" or "R"'],
    ['day', { date: 'yG.M.D' }, '"yG.M.D" has an era and no year of it behind: write G, then y or yy'],
    ['day', { date: 'G YYYY.M.D' }, '"G YYYY.M.D" has an era and no year of it behind'],
    [
      'day',
      { date: 'D MMM YYYY', months: 'pl' },
      '"columns.day.months": use "en", "de", "fr" or "es", or list',
    ],
    ['day', { date: 'D MMM YYYY', months: months.slice(1) }, '"columns.day.months": use "en"'],
    [
      'day',
      { date: 'D MMM YYYY', months: [...months.slice(1), 'B'] },
      '"B" stands for two months; keep one of them',
    ],
    ['day', { date: 'YYYY-M-D[00]' }, '"YYYY-M-D[00]" does not say where its day ends'],
    [
      'day',
      { date: 'unix' },
      '"columns.day.date": "unix" is not for columns of this type: use excel, excel-1904',
    ],
    ['day', { date: ['excel', 'excel-1904'] }, '"excel" and "excel-1904" read the same value differently'],
    ['day', { date: ['YYYYMMDD', 'excel'] }, '"YYYYMMDD" and "excel" read the same value differently'],
    [
      'day',
      { date: ['YY/M/D', 'D/M/YY'], pivot: 1950 },
      '"YY/M/D" and "D/M/YY" read the same value differently',
    ],
    ['day', { date: ['GyyMMDD', 'YYYYMMD'] }, '"GyyMMDD" and "YYYYMMD" read the same value differently'],
    [
      'opens',
      { time: 'YYYY H:mm' },
      '"columns.opens.time": "YYYY H:mm" has the token "YYYY" of a day, and the column keeps a time',
    ],
    ['opens', { time: 'mm' }, '"mm" has no hour: add H or HH'],
    ['opens', { time: 'unix' }, '"unix" is not for columns of this type: use excel'],
    ['opens', { time: ['H:m', 'm:H'] }, '"H:m" and "m:H" read the same value differently'],
    ['opens', { time: 'H:mm Z' }, '"H:mm Z" has a zone, and the column keeps none: leave out Z'],
    ['closes', { time: 'H:mm' }, '"H:mm" has no zone, and the column keeps one: add Z to the format'],
    [
      'at',
      { timestamp: 'unix' },
      '"unix" is an instant, and the column keeps no zone: say in which zone its times are, such as zone: "UTC"',
    ],
    [
      'at',
      { timestamp: 'excel', zone: 'UTC' },
      '"columns.at.zone": it is for timestamps with time zone and for Unix time',
    ],
    [
      'instant',
      { timestamp: 'excel' },
      '"excel" has no zone, and the column keeps an instant: say the zone, such as zone: "Asia/Tokyo"',
    ],
    ['instant', { fraction: 'round' }, '"columns.instant.fraction": use "truncate", or leave it out'],
    [
      'price',
      { number: { currency: '€' } },
      '"columns.price.number.currency": use true for any currency sign, or name signs',
    ],
    [
      'price',
      { number: { negative: '(1)' } },
      '"columns.price.number.negative": list the ways to write 1 below zero',
    ],
    [
      'price',
      { number: { sign: '-' } },
      '"columns.price.number": there is no option "sign"; it has decimal, thousands, currency',
    ],
    ['price', { number: true }, '"columns.price.number": write it as { … } with any of decimal, thousands'],
    ['price', { nul: ['-'] }, '"columns.price": there is no option "nul"; it has aliases, trim'],
    ['price', 'trim', '"columns.price": write it as { … } with any of aliases, trim'],
    ['price', { trim: 'yes' }, '"columns.price.trim": use true, or leave it out'],
    ['price', { aliases: 'Preis' }, '"columns.price.aliases": list the further headers'],
    ['paid', { booleans: ['ja', 'nein'] }, '"columns.paid.booleans": use { true: ["ja"], false: ["nein"] }'],
    ['instant', { zone: 9 }, '"columns.instant.zone": use a name such as "Asia/Tokyo"'],
  ])('%s: %j', (column, options, message) => {
    const columns = { [column]: options };
    expect(() => defineImport({ ...valid, columns } as unknown as ImportOptions)).toThrow(
      expect.objectContaining({ name: 'DefinitionInvalid', message: expect.stringContaining(message) }),
    );
  });

  it('words for NULL of the file that a column gives another meaning', () => {
    expect(() =>
      defineImport({ ...valid, file: { null: ['-'] }, columns: { price: { number: { dash: 'zero' } } } }),
    ).toThrow('field "columns.price.null": "-" is NULL, by this column or by file');
  });
});

it('takes words for NULL of the file, which a column may replace', () => {
  const { columns } = defineImport({
    ...valid,
    file: { null: ['N/A'] },
    columns: { name: { null: [] }, id: { null: ['0'] } },
  });
  expect(columns.slice(0, 3).map(({ transformations }) => transformations.null)).toEqual([
    ['0'],
    [],
    ['N/A'],
  ]);
});

it('takes formats of days with and without an era', () => {
  const day = { date: ['Gy.M.D', 'y.M.D', 'GyyMMDD'], era: 'R' } as const;
  expect(defineImport({ ...valid, columns: { day } }).columns).toHaveLength(11);
});
