import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';
import { infer, scanBy } from './infer.ts';

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const two = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
const day = fc.tuple(
  fc.integer({ min: 1, max: 2400 }),
  fc.integer({ min: 0, max: 13 }),
  fc.integer({ min: 0, max: 32 }),
);

/** Values of one column: of one kind, or nearly. */
const kinds: Record<string, fc.Arbitrary<string>> = {
  integer: fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  large: fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map(String),
  small: fc.integer({ min: -2000, max: 2000 }).map(String),
  decimal: fc
    .tuple(fc.constantFrom('', '-', '+'), digits(6), fc.constantFrom('.', ','), digits(4))
    .map((parts) => parts.join('')),
  grouped: fc
    .tuple(
      fc.integer({ min: -9_999_999, max: 9_999_999 }),
      fc.constantFrom(',', '.', ' ', "'", '\u00a0', '’'),
    )
    .map(([number, separator]) => number.toLocaleString('en').replaceAll(',', separator)),
  fullWidth: digits(5).map((text) =>
    text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  ),
  code: digits(8),
  exponent: fc.double().map(String),
  boolean: fc.constantFrom('true', 'false', 'True', 'FALSE'),
  word: fc.constantFrom('yes', 'no', 'はい', 'いいえ', '有', '無', '○', '×', 'Ja', 'nein', '1', '0'),
  iso: day.map(([year, month, date]) =>
    [String(year).padStart(4, '0'), month, date].map((part) => String(part).padStart(2, '0')).join('-'),
  ),
  days: fc
    .tuple(day, fc.constantFrom('/', '-', '.'))
    .map(([[year, month, date], sign]) => [date, month, 1900 + (year % 200)].join(sign)),
  compact: day.map(
    ([year, month, date]) =>
      `${1900 + (year % 200)}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`,
  ),
  time: fc
    .tuple(two(25), two(60), fc.option(two(60)))
    .map((parts) => parts.filter((part) => part !== null).join(':')),
  timestamp: fc
    .tuple(
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }),
      fc.constantFrom('iso', 'space', 'bare', 'slash'),
    )
    .map(([date, form]) => {
      const iso = date.toISOString();
      if (form === 'iso') return iso;
      if (form === 'space') return iso.replace('T', ' ');
      return form === 'bare' ? iso.slice(0, 19) : iso.slice(0, 16).replaceAll('-', '/').replace('T', ' ');
    }),
  money: fc
    .tuple(
      fc.constantFrom('$', '€', '¥', ''),
      fc.constantFrom('#', '(#)', '-#', '#-', '▲#', '−#', '#%', '- #', '#円'),
      fc.integer({ min: 0, max: 9_999_999 }),
      fc.constantFrom('', '.50', '.0', ',5'),
    )
    .map(([sign, form, number, rest]) => sign + form.replace('#', number.toLocaleString('en') + rest)),
  months: fc
    .tuple(
      fc.integer({ min: 1, max: 31 }),
      fc.constantFrom('Jan', 'FEB', 'March', 'März', 'mai', 'déc', 'enero', 'Sept'),
      fc.integer({ min: 1990, max: 2030 }),
      fc.constantFrom('D M Y', 'D-M-Y', 'M D, Y', 'D. M Y', 'D de M de Y'),
    )
    .map(([date, month, year, form]) =>
      form.replace(/[DMY]/g, (part) => String(part === 'D' ? date : part === 'M' ? month : year)),
    ),
  eras: fc
    .tuple(fc.constantFrom('R', 'H', '令和', '昭和'), fc.constantFrom('元', '1', '12'), day)
    .map(([era, year, [, month, date]]) =>
      era.length > 1 ? `${era}${year}年${month}月${date}日` : `${era}${year}.${month}.${date}`,
    ),
  zoned: fc
    .tuple(two(24), two(60), fc.constantFrom('Z', ' UTC', ' -0500', '+09:00', ' GMT', ''))
    .map(([hour, minute, zone]) => `2024-02-29 ${hour}:${minute}:00${zone}`),
  counted: fc.oneof(fc.integer({ min: 59, max: 61 }), fc.integer({ min: 40_000, max: 50_000 })).map(String),
  seconds: fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }).map(String),
  check: fc.constantFrom('✓', ''),
  excel: fc.constantFrom("'0123", "'-7", '12', '="007"'),
  invisible: fc.constantFrom('\u200e1', '2\u200b', '3', 'ガ', 'カ\u3099'),
  uuid: fc.uuid(),
  text: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed().replaceAll('\0', '')),
  japanese: fc.string({ unit: fc.constantFrom('山', '田', 'カ', 'ｶ', '　', '１', 'a', ' ') }),
};
/** What may come among them. */
const among = fc.oneof(
  { arbitrary: fc.constantFrom('', ' ', '\u3000', '-', '.', ',', 'NULL', '+', '00', '1.', '.5'), weight: 2 },
  { arbitrary: fc.oneof(...Object.values(kinds)), weight: 1 },
);

const column = (rows: number) =>
  fc
    .tuple(fc.constantFrom(...Object.values(kinds)), fc.constantFrom(0, 0, 0, 1, 5), fc.boolean())
    .chain(([kind, foreign, spaces]) =>
      fc.array(
        fc
          .oneof({ arbitrary: kind, weight: 20 }, { arbitrary: among, weight: foreign })
          .map((value) => (spaces && value.length % 3 === 1 ? ` ${value}\u3000` : value)),
        { minLength: rows, maxLength: rows },
      ),
    );

const header = fc
  .oneof(
    fc.constantFrom(
      'id',
      'ID',
      'Name',
      'name',
      'order',
      '日付',
      '顧客番号',
      '電話番号',
      'Date',
      'column1',
      'constructor',
    ),
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .map((text) => text.toWellFormed().replaceAll('\0', '')),
    fc.string({ minLength: 1, maxLength: 80 }),
  )
  // A byte order mark is none of the header's.
  .filter((text) => text.trim() !== '' && !text.startsWith('\ufeff'));

const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 }))
  .chain(([width, rows]) =>
    fc.record({
      headers: fc.uniqueArray(header, { minLength: width, maxLength: width }),
      columns: fc.tuple(...Array.from({ length: width }, () => column(rows))),
    }),
  );

it('whatever is inferred, the importer takes every row by the file that is written', async () => {
  const folder = makeFolder();
  const types = new Set<string>();
  await fc.assert(
    fc.asyncProperty(table, async ({ headers, columns }) => {
      const rows = columns[0]!.map((_, row) => columns.map((values) => values[row]!));
      // All quoted, so that a row of empty values is no blank line.
      const content = stringify([headers, ...rows], { quoted: true, quoted_empty: true });
      const { plan, definition } = await infer(folder, content, {
        delimiter: ',',
        encoding: 'utf-8',
        asIs: true,
      });
      const scanned = await scanBy(definition, content);
      expect(scanned.rejects).toEqual([]);
      const filled = rows.filter((row) => row.length === 1 || row.some((value) => value.trim() !== ''));
      expect(scanned.rows).toBe(filled.length);
      for (const { type } of plan.columns) types.add(type.builder);
      for (const name of plan.key) {
        const at = plan.columns.findIndex((each) => each.name === name);
        expect(new Set(filled.map((row) => row[at])).size).toBe(filled.length);
      }
    }),
    { numRuns: 500 },
  );
  expect([...types].sort()).toEqual([
    'bigint',
    'boolean',
    'date',
    'integer',
    'numeric',
    'text',
    'time',
    'timestamp',
    'uuid',
  ]);
});
