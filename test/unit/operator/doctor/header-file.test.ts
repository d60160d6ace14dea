import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import {
  defineImport,
  type Encoding,
  type FileOptions,
} from '../../../../contract/definition/define-import.ts';
import { readHeader } from '../../../../csv/detect/header.ts';
import { dialectOf } from '../../../../csv/scan/dialect.ts';
import { headerFile } from '../../../../operator/doctor/header-file.ts';

const table = pgTable('orders', { id: integer('id').primaryKey(), what: text('what') });
const japanese = pgTable('注文', { id: integer('番号').primaryKey(), what: text('品,名') });
const of = (definition: object, columns: typeof table | typeof japanese = table) =>
  headerFile(defineImport({ name: 'o', prefix: 'o/', table: columns, mode: 'append', ...definition }));

describe('a file of only the header line', () => {
  it('is written as the import reads it', () => {
    expect(of({})?.toString()).toBe('id,what\n');
    expect(of({ file: { delimiter: '\t' } })?.toString()).toBe('id\twhat\n');
    expect(of({ file: { encoding: 'utf-16be' } })).toEqual(
      Buffer.from('\ufeffid,what\n', 'utf16le').swap16(),
    );
    expect(of({}, japanese)?.toString()).toBe('\ufeff番号,"品,名"\n');
  });

  it('stands where the import looks for it', () => {
    expect(of({ file: { skipLines: 2 } })?.toString()).toBe('\n\nid,what\n');
    expect(of({ file: { header: { rows: 2, names: 'first' } } })?.toString()).toBe('id,what\n,\n');
    expect(of({ file: { header: { rows: 3, names: 'last' } } })?.toString()).toBe(',\n,\nid,what\n');
    expect(of({ columns: { id: { position: 2 } } })?.toString()).toBe('what,id\n');
    expect(of({ columns: { id: { position: 3 } } })).toBeNull();
    const header = ['id', 'what'];
    expect(of({ file: { header } })?.toString()).toBe(',\n');
    expect(of({ file: { header, emptyRows: 'load' } })).toBeNull();
  });

  it.each<FileOptions>([
    { delimiter: '||' },
    { delimiter: ',', quote: "'" },
    { delimiter: ',', escape: 'backslash' },
    { delimiter: ',', quote: 'none', escape: 'backslash' },
    { delimiter: '|', quote: 'none', newline: 'lf' },
  ])('in the dialect %j comes out as it is', (file) => {
    const odd = pgTable('odd', { a: text('it\'s "a"'), b: text('b,\\c') });
    const definition = defineImport({ name: 'o', prefix: 'o/', table: odd, mode: 'append', file });
    const bytes = headerFile(definition)!;
    const dialect = dialectOf(file.delimiter!, definition.file, bytes);
    expect(readHeader(bytes, { dialect, final: true })!.names).toEqual(['it\'s "a"', 'b,\\c']);
  });

  it.each<[Encoding, boolean]>([
    ['shift_jis', false],
    ['windows-1252', false],
    ['utf-8', true],
    ['utf-16le', true],
  ])('%s: names beyond ASCII can be written: %j', (encoding, can) => {
    expect(of({ file: { encoding } }, japanese) !== null).toBe(can);
    expect(of({ file: { encoding } })).not.toBeNull();
  });
});
