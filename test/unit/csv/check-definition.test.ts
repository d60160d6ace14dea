import { boolean, date, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnOptions } from '../../../contract/definition/column-options.ts';
import { defineImport } from '../../../contract/definition/define-import.ts';
import { checkDefinition } from '../../../csv/check-definition.ts';
import { transformFor } from '../../../csv/transform/transform.ts';

const table = pgTable('members', { name: text('name'), paid: boolean('paid') });

const define = (paid: Omit<ColumnOptions, 'date' | 'timestamp' | 'zone' | 'number'>) =>
  defineImport({ name: 'members', prefix: 'members/', table, mode: 'append', columns: { paid } });

/** Whether the importer takes the word itself as one for true or false. */
function isRead(definition: ReturnType<typeof define>, word: string): boolean {
  const column = definition.columns.find(({ property }) => property === 'paid')!;
  const bytes = Buffer.from(word);
  const value = { bytes, start: 0, end: bytes.length };
  return transformFor(column)!(value) === null && value.start < value.end;
}

const problemOf = (definition: ReturnType<typeof define>) => {
  try {
    checkDefinition(definition);
    return null;
  } catch (error) {
    return error as Error;
  }
};

describe('a definition whose words no value can be', () => {
  it.each<[string, Parameters<typeof define>[0], string]>([
    [
      'in another case',
      { case: 'lower', booleans: { true: ['JA'], false: ['nein'] } },
      '"JA" is never seen, since values are changed to "ja" before; write that',
    ],
    [
      'a minus sign that becomes a hyphen',
      { fullWidth: 'ascii', booleans: { true: ['−'], false: ['x'] } },
      '"−" is never seen, since values are changed to "-" before; write that',
    ],
    [
      'a wide space that becomes a space',
      { fullWidth: 'ascii', booleans: { true: ['は い'], false: ['い　え'] } },
      '"い　え" is never seen, since values are changed to "い え" before; write that',
    ],
    [
      'white space that only the importer trims',
      { trim: true, booleans: { true: ['\u0085ja'], false: ['nein'] } },
      '"\u0085ja" is never seen, since values are changed to "ja" before; write that',
    ],
  ])('%s', (_, paid, problem) => {
    expect(problemOf(define(paid))).toMatchObject({
      name: 'DefinitionInvalid',
      message: `import "members", field "columns.paid.booleans": ${problem}.`,
    });
  });

  it('is told exactly where the importer would reject the word', () => {
    const odd = fc.constantFrom(...'aAÄß−－Ａ１ 　\u0085\t-x');
    const word = fc.string({ unit: odd, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 2, maxLength: 4 }),
        fc.record(
          {
            trim: fc.boolean(),
            fullWidth: fc.constant('ascii' as const),
            case: fc.constantFrom('lower' as const, 'upper' as const),
          },
          { requiredKeys: [] },
        ),
        ([first, ...others], options) => {
          const definition = define({ ...options, booleans: { true: [first!], false: others } });
          const allRead = [first!, ...others].every((each) => isRead(definition, each));
          if (problemOf(definition) === null) expect(allRead).toBe(true);
          // A word that is changed may become another of the words.
          if (!allRead) expect(problemOf(definition)).not.toBeNull();
        },
      ),
    );
  });
});

it('a definition whose words stay as they are is fine', () => {
  const booleans = { true: ['はい', '-'], false: ['いいえ'] };
  expect(problemOf(define({ trim: true, fullWidth: 'ascii', case: 'lower', booleans }))).toBeNull();
});

it('rejects a list of columns that does not fit the table', () => {
  const listing = (header: string[]) =>
    defineImport({ name: 'members', prefix: 'members/', table, mode: 'append', file: { header } });
  expect(problemOf(listing(['name', 'paid']))).toBeNull();
  expect(problemOf(listing(['name', 'piad']))).toMatchObject({
    message:
      'import "members", field "file.header": the list does not fit the import: header 2 "piad" is no column of the import, did you mean "paid"?.',
  });
});

describe('a definition whose signs no value can have', () => {
  const signs = pgTable('signs', { price: numeric('price'), day: date('day'), tags: text('tags').array() });
  const defineSigns = (columns: Record<string, ColumnOptions>) =>
    defineImport({ name: 'signs', prefix: 'signs/', table: signs, mode: 'append', columns });
  it.each<[Record<string, ColumnOptions>, string]>([
    [
      { price: { fullWidth: 'ascii', number: { negative: ['（1）'] } } },
      'price.number.negative": "（1）" is never seen, since values are changed to "(1)"',
    ],
    [
      { price: { fullWidth: 'ascii', number: { currency: ['ＥＵＲ'] } } },
      'price.number.currency": "ＥＵＲ" is never seen, since values are changed to "EUR"',
    ],
    [
      { day: { fullWidth: 'ascii', date: ['YYYY-M-D', 'YYYY／M／D'] } },
      'day.date": "／" is never seen, since values are changed to "/"',
    ],
    [
      { tags: { normalize: 'NFKC', array: { separator: '；' } } },
      'tags.array.separator": "；" is never seen, since values are changed to ";"',
    ],
  ])('%j', (columns, problem) => {
    expect(() => checkDefinition(defineSigns(columns))).toThrow(problem);
  });

  it.each<Record<string, ColumnOptions>>([
    {
      price: { trim: true, fullWidth: 'ascii', number: { currency: ['＄', '￥'], negative: ['1 CR', '▲1'] } },
    },
    { day: { fullWidth: 'ascii', date: 'YYYY年M月D日' } },
    { tags: { trim: true, array: { separator: ' ; ' } } },
    { price: { fullWidth: 'ascii', parse: (given) => given, number: { negative: ['（1）'] } } },
  ])('%j is fine', (columns) => {
    expect(() => checkDefinition(defineSigns(columns))).not.toThrow();
  });
});
