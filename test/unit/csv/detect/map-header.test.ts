import { integer, pgTable, text, varchar } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../../contract/definition/define-import.ts';
import { mapHeader } from '../../../../csv/detect/map-header.ts';

const table = pgTable('people', {
  id: integer('person_id').primaryKey(),
  fullName: varchar('full_name', { length: 80 }).notNull(),
  phone: text('phone'),
  kana: text('kana').notNull().default(''),
});
const definition = defineImport({
  name: 'people',
  prefix: 'people/',
  table,
  mode: 'upsert',
  columns: { fullName: { aliases: ['氏名', 'e-mail'] }, kana: { aliases: ['フリガナ'] } },
});
const lenient = { ...definition, unknownColumns: 'ignore' as const };
const map = (names: string[], using = definition) =>
  mapHeader(names, using).columns.map((column) => column?.name ?? null);
const problem = (names: string[], using = definition): string => {
  try {
    mapHeader(names, using);
  } catch (error) {
    expect(error).toMatchObject({ name: 'HeaderInvalid' });
    return (error as Error).message;
  }
  return expect.fail('mapHeader() found no problem');
};

describe('mapHeader', () => {
  it.each([
    ['names of columns', ['full_name', 'person_id']],
    ['properties', ['fullName', 'id']],
    ['aliases', ['氏名', 'id']],
    ['any case', ['FULL_NAME', 'ID']],
    ['spaces, underscores and hyphens', [' Full  Name ', 'PERSON-ID']],
    ['full width', ['Ｆｕｌｌ　Ｎａｍｅ', 'ＩＤ']],
    ['an alias without its hyphen', ['Email', 'id']],
  ])('knows %s', (_, names) => {
    expect(map(names)).toEqual(['full_name', 'person_id']);
  });

  it('knows half-width katakana, and tells the long vowel mark from a hyphen', () => {
    expect(map(['id', 'full_name', 'ﾌﾘｶﾞﾅ'])).toEqual(['person_id', 'full_name', 'kana']);
    expect(problem(['id', 'full_name', 'フリガナー'])).toContain('header 3 "フリガナー" is no column');
  });

  it('ignores unknown headers where the import says so', () => {
    const { columns, ignored } = mapHeader(['x', 'id', 'y', 'full_name'], lenient);
    expect(columns.map((column) => column?.property ?? null)).toEqual([null, 'id', null, 'fullName']);
    expect(ignored).toEqual(['x', 'y']);
  });

  it('names all problems at once, each with its position', () => {
    expect(problem(['id', '', 'Person ID', 'fone', 'zzz', ''])).toBe(
      'The header does not fit import "people" (6 problems): ' +
        'header 2 is empty: name the column or remove it, or set the position of its column in the import; ' +
        '"id" (header 1) and "Person ID" (header 3) both stand for column "person_id": keep one of them, or set the column’s position in the import; ' +
        'header 6, the last one, is empty: remove the delimiter at the end of the line, there and in the rows, ' +
        "or set the import’s file.extraValues to 'dropEmpty'; " +
        'header 4 "fone" is no column of the import; ' +
        'header 5 "zzz" is no column of the import; ' +
        'column "full_name" is missing; its header may be "full_name", "氏名", "e-mail".',
    );
  });

  it('suggests the known header that is close', () => {
    expect(problem(['id', 'ful_name'])).toContain(
      'header 2 "ful_name" is no column of the import, did you mean "full_name"?',
    );
    expect(problem(['id', 'full_name', 'pone'])).toContain('did you mean "phone"?');
    expect(problem(['id', 'full_name', 'phnoe'])).toContain('did you mean "phone"?');
    expect(problem(['id', 'full_name', 'something'])).not.toContain('did you mean');
  });

  it('shows what is invisible in a header', () => {
    expect(problem(['id', 'full_name', 'some\u200bthing'])).toContain(
      'header 3 "some\\u200bthing" is no column',
    );
  });

  it('suggests no header that is there already', () => {
    expect(problem(['id', 'phone', 'full_name', 'phones'])).not.toContain('did you mean');
  });

  it.each([
    [['person_id;full_name;phone'], 'separated by semicolons, but import "people" expects commas'],
    [['person_id\tfull_name'], 'separated by tabs'],
    [['person_id|full_name'], 'separated by vertical bars'],
  ])('sees in %j that the delimiter is another', (names, message) => {
    expect(problem(names)).toContain(message);
    expect(problem(names, lenient)).toContain(message);
  });

  it('refuses a header of which nothing is known, even where unknown headers are ignored', () => {
    const optional = { ...lenient, columns: lenient.columns.map((each) => ({ ...each, required: false })) };
    expect(problem(['x', 'y'], optional)).toContain(
      'no header is a column of the import, which has person_id, full_name, phone, kana',
    );
  });

  it('does not guess between two columns', () => {
    const twins = defineImport({
      name: 'twins',
      prefix: 'twins/',
      table: pgTable('twins', { a: text('ab_c'), b: text('a_bc') }),
      mode: 'append',
    });
    expect(map(['ab_c', 'a_bc'], twins)).toEqual(['ab_c', 'a_bc']);
    expect(problem(['ABC'], twins)).toContain(
      'header 1 "ABC" may be column "ab_c" or "a_bc": write it exactly so',
    );
  });

  it('cuts what it quotes, and the list', () => {
    const message = problem([
      'id',
      'full_name',
      'x'.repeat(61),
      ...Array.from({ length: 100 }, (_, at) => `q${at}`),
    ]);
    expect(message).toContain('header 3 (text of 61 characters) is no column');
    expect(message).toContain('; and 71 more.');
    expect(message.length).toBeLessThan(3000);
  });

  it('quotes no value of a first row that is no header', () => {
    const row = ['Hanako Yamada', '1990-01-02', 'h@example.com', '+81 3 1234', '4111'];
    expect(problem(row)).toBe(
      'The header does not fit import "people" (7 problems): ' +
        'header 1 (text of 13 characters) is no column of the import; ' +
        'header 2 (digits and signs of 10 characters) is no column of the import; ' +
        'header 3 (text of 13 characters) is no column of the import; ' +
        'header 4 (digits and signs of 10 characters) is no column of the import; ' +
        'header 5 (digits and signs of 4 characters) is no column of the import; ' +
        'column "person_id" is missing; its header may be "person_id", "id"; ' +
        'column "full_name" is missing; its header may be "full_name", "氏名", "e-mail". ' +
        'If the file begins with a row of data, add a header before it, or list its columns in the import’s file.header.',
    );
    // A value that happens to be the name of a column makes no header of them.
    for (const using of [definition, lenient]) {
      expect(problem(['phone', ...row], using)).not.toMatch(/Hanako|1990|example|1234|4111/);
    }
  });

  it('quotes no value that stands among names', () => {
    const names = ['id', 'full_name', 'phone', 'h@example.com', '090-1234-5678', 'memo'];
    expect(problem(names)).toContain('header 6 "memo"');
    expect(problem(names)).not.toMatch(/example|1234/);
    expect(mapHeader(names, lenient).ignored).toEqual([
      'column 4: text of 13 characters',
      'column 5: digits and signs of 13 characters',
      'memo',
    ]);
  });

  it('takes a header of very many names', () => {
    const names = Array.from({ length: 300_000 }, (_, at) => `column ${at}`);
    expect(problem(names)).toContain('300002 problems');
  });
});
