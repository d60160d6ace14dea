import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../../../contract/definition/define-import.ts';
import { describeDoubt, findDelimiter } from '../../../../csv/detect/find-delimiter.ts';

const people = pgTable('people', {
  id: integer('id').notNull(),
  name: text('name').notNull(),
  note: text('note'),
});
const define = (table: ImportOptions['table'] = people, changes: Partial<ImportOptions> = {}) =>
  defineImport({ ...changes, name: 'people', prefix: 'people/', table, mode: 'append' } as ImportOptions);
const find = (content: string, definition = define(), whole = true) =>
  findDelimiter(Buffer.from(content), whole, definition);

describe('the delimiter', () => {
  it.each([
    [',', 'commas'],
    [';', 'semicolons'],
    ['\t', 'tabs'],
    ['|', 'vertical bars'],
  ])('%j is found by the header', (delimiter, name) => {
    const evidence = `split at ${name} the header fits the import`;
    for (const text of ['id*name*note\n1*a,b;c|d*x\n', 'id*name\n', '\ufeff\r\n"id"*"name"\r\n1*a']) {
      const content = text.replaceAll('*', delimiter);
      expect(find(content)).toEqual({ delimiter, evidence, certain: true });
    }
  });

  it.each([
    ['the header fits but for one name', 'id;name;nonsense\n1;Ada,\n', ';', '2 of 3 headers are columns'],
    ['quotes hold other delimiters', '"id, the";name\n1;"a,b,c"\n', ';', '1 of 2 headers are columns'],
    ['a required column is missing', 'id|note\n1|a, b\n', '|', '2 of 2 headers are columns'],
    ['all rows are alike', 'a;b;c\n1;2,5;3\n4;5;6,0\n', ';', 'first rows have 3 values each'],
    ['all rows are alike, the last one cut', 'a\tb\n1\t2,5\n4\t', '\t', 'first rows have 2 values each'],
  ])('is found where %s', (_, content, delimiter, evidence) => {
    const found = find(content, define(), false);
    expect(found).toMatchObject({ delimiter, certain: true, evidence: expect.stringContaining(evidence) });
  });

  it('is the one with more columns, where ignored ones make the header fit any way', () => {
    const ignoring = define(pgTable('t', { id: integer('id'), name: text('name') }), {
      unknownColumns: 'ignore',
    });
    const content = 'id;name,x;y\n1;Ada,1;2\n';
    expect(find(content, ignoring).delimiter).toBe(';');
  });

  it('does not matter where the header has one column', () => {
    const single = define(pgTable('t', { id: integer('id').notNull() }));
    expect(find('id\n1\n2\n', single)).toEqual({
      delimiter: ',',
      evidence: 'the header has one column',
      certain: true,
    });
  });

  it('is what the import says', () => {
    const set = { delimiter: '|', evidence: 'set by the import', certain: true };
    expect(find('id;name\n', define(people, { file: { delimiter: '|' } }))).toEqual(set);
  });

  it.each([
    ['nothing', ''],
    ['one name that is none', 'nonsense\n1\n'],
    ['two ways that are as good', 'a;b,c\n1;2,3\n'],
    ['rows of all lengths', 'a;b\n1;2;3\n'],
    ['a header without end', `"${'x'.repeat(2000)}`],
  ])('is not guessed from %s', (_, content) => {
    const found = find(content);
    expect(found).toMatchObject({ delimiter: ',', certain: false });
    expect(describeDoubt(found)).toMatch(
      /^The delimiter could not be made out: split at semicolons, tabs or vertical bars the first line is no header/,
    );
  });

  it('is found in a header of 1,600 columns', () => {
    const columns = Object.fromEntries(Array.from({ length: 1600 }, (_, i) => [`c${i}`, text(`c_${i}`)]));
    const wide = define(pgTable('wide', columns));
    const names = Object.keys(columns);
    expect(find(`${names.join(';')}\n${names.map(() => '1,5').join(';')}\n`, wide).delimiter).toBe(';');
  });
});
