// Files that only the slower reader takes: what their makers wrote is what the table has afterwards.
import { text as readAll } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { boolean, integer, jsonb, numeric, pgTable, text, timestamp, varchar } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions, line } from '../../contract/definition/define-import.ts';
import { encodeText } from '../support/encode-text.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('copied', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  note: text('note'),
  short: varchar('short', { length: 12 }),
  price: numeric('price'),
  done: boolean('done'),
  at: timestamp('at', { withTimezone: true }),
  data: jsonb('data'),
  tags: text('tags').array(),
});
const columns =
  'id integer primary key, name text not null, note text, short varchar(12), price numeric, done boolean, at timestamptz, data jsonb, tags text[]';
const define = (changes: Partial<ImportOptions<typeof table>>) =>
  defineImport({ name: 'copied', prefix: 'copied/', table, mode: 'append', ...changes });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
  // Every sign that a text format minds, alone, doubled and among others.
  await harness.sql.unsafe(`
    create table original (${columns});
    insert into original
    select n,
      case n % 7 when 0 then '' when 1 then '\\N' when 2 then '\\.' else sign || 'a' || sign end,
      case n % 5 when 0 then null when 1 then '' else repeat(sign, n % 4) || chr(10) || sign end,
      case when n % 3 = 0 then null else left(sign || '|' || sign, 12) end,
      case when n % 4 = 0 then null else n / 8.0 end, n % 2 = 0,
      timestamptz '2026-01-01 00:00Z' + n * interval '1 hour 1 microsecond',
      jsonb_build_object('sign', sign, 'n', n), array[sign, null, '', 'NULL']
    from generate_series(1, 2000) as n,
      lateral (select (array['\\', chr(8), chr(9), chr(10), chr(11), chr(12), chr(13), '"', '''', '|', ',', ' ',
        chr(13) || chr(10), '名', '\\\\', '\\n', 'N', '§', chr(1), chr(127)])[1 + n % 20] as sign) as signs`);
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists copied;
    create table copied (${columns})`);
});

const load = async (
  content: string | Buffer,
  changes: Partial<ImportOptions<typeof table>>,
  name = 'a.csv',
) => {
  const upload = await harness.put(`copied/${name}`, content);
  return harness.run(upload, define(changes));
};
/** Rows that are in one of the tables only. */
const differences = () =>
  harness.sql.unsafe(`
    (select 'lost', original::text from original except all select 'lost', copied::text from copied) union all
    (select 'new', copied::text from copied except all select 'new', original::text from original)`);
const copyOut = async (options: string) =>
  readAll(await harness.sql.unsafe(`copy original to stdout with (header, ${options})`).readable());

const textFormat = { quote: 'none', escape: 'backslash' } as const;

describe('COPY … TO STDOUT of PostgreSQL', () => {
  it.each([
    ['tabs, appended', '\t', { file: textFormat }],
    ['tabs, declared', '\t', { file: { ...textFormat, delimiter: '\t' }, mode: 'upsert' }],
    ['bars', '|', { file: { ...textFormat, delimiter: '|', newline: 'lf' } }],
    ['control characters', '\x01', { file: { ...textFormat, delimiter: '\x01' } }],
    ['in batches', '\t', { file: textFormat, commit: { batchRows: 100, lanes: 3 } }],
  ] as const)('in the text format with %s is what was copied', async (_, delimiter, changes) => {
    const copied = await copyOut(`format text, delimiter '${delimiter}'`);
    const report = await load(copied, changes);
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 2000, inserted: 2000, rejected: 0, emptyRows: 0 },
      file: { delimiter, quote: 'none', escape: 'backslash', copyFormat: 'csv' },
    });
    expect(await differences()).toEqual([]);
  });

  it('in the text format without arrays, which goes to PostgreSQL in binary, is what was copied', async () => {
    const some = 'select id, name, note, short, price, done, at, data from';
    const copied = await readAll(
      await harness.sql.unsafe(`copy (${some} original) to stdout with (header)`).readable(),
    );
    const report = await load(copied, { file: textFormat });
    expect(report).toMatchObject({
      outcome: 'imported',
      file: { copyFormat: 'binary' },
      counts: { inserted: 2000 },
    });
    expect(await harness.sql.unsafe(`${some} original except all ${some} copied`)).toEqual([]);
  });

  it('in CSV with other quotes and a backslash before them is what was copied', async () => {
    // PostgreSQL's CSV escapes nothing but the quote and the escape itself, so `\N` is to be quoted text.
    await harness.sql.unsafe(`create table plain as select * from original;
      update plain set name = translate(name, '\\', ''), note = translate(note, '\\', ''), short = translate(short, '\\', '')`);
    const copied = await readAll(
      await harness.sql
        .unsafe(
          `copy (select id, name, note, short from plain) to stdout with (header, format csv, quote '''', escape '\\')`,
        )
        .readable(),
    );
    const report = await load(copied, { file: { quote: "'", escape: 'backslash' } });
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 2000, rejected: 0 } });
    expect(
      await harness.sql`
        select id from plain join copied using (id) where (plain.name, plain.note, plain.short)
        is distinct from (copied.name, copied.note, copied.short)`,
    ).toEqual([]);
    await harness.sql`drop table plain`;
  });

  it('compressed, and in another encoding, too', async () => {
    const copied = await copyOut('format text');
    expect(await load(gzipSync(copied), { file: textFormat }, 'a.csv.gz')).toMatchObject({
      outcome: 'imported',
    });
    expect(await differences()).toEqual([]);
    const japanese = `id\tname\tnote\n1\t表\\t示\t\\N\n2\tソ\\\\\t\n`;
    const report = await load(encodeText(japanese, 'shift_jis'), {
      file: { ...textFormat, encoding: 'shift_jis' },
      mode: 'upsert',
    });
    expect(report).toMatchObject({ outcome: 'imported', counts: { updated: 2 } });
    expect(await harness.sql`select name, note from copied where id in (1, 2) order by id`).toEqual([
      { name: '表\t示', note: null },
      { name: 'ソ\\', note: '' },
    ]);
  });
});

describe('SELECT … INTO OUTFILE of MySQL', () => {
  const expected = [
    { id: 1, name: 'a\tb', note: null, short: '' },
    { id: 2, name: 'two\nlines', note: '\\N', short: '"q"' },
    { id: 3, name: 'a\rb', note: 'C:\\new', short: 'x\r' },
  ];

  it.each([
    [
      'its default',
      '\t',
      '1\ta\\\tb\t\\N\t\n2\ttwo\\\nlines\t\\\\N\t"q"\n3\ta\rb\tC:\\\\new\tx\r\n',
      { quote: 'none' },
    ],
    [
      'ENCLOSED BY and another TERMINATED BY',
      '||',
      '"1"||"a\tb"||\\N||""\n"2"||"two\\\nlines"||"\\\\N"||"\\"q\\""\n"3"||"a\rb"||"C:\\\\new"||"x\r"\n',
      {},
    ],
    [
      'OPTIONALLY ENCLOSED BY',
      ',',
      '1,"a\tb",\\N,""\n2,"two\\\nlines","\\\\N","\\"q\\""\n3,"a\rb","C:\\\\new","x\r"\n',
      {},
    ],
  ] as const)('with %s is what was written', async (_, delimiter, rows, dialect) => {
    const header = ['id', 'name', 'note', 'short'].join(delimiter);
    const report = await load(`${header}\n${rows}`, {
      file: { delimiter, escape: 'backslash', newline: 'lf', ...dialect },
    });
    expect(report).toMatchObject({ outcome: 'imported', file: { newline: 'lf' }, failure: null });
    expect(await harness.sql`select id, name, note, short from copied order by id`).toEqual(expected);
  });
});

describe('other dialects', () => {
  it('have rejected rows in rows.csv as they stand, and take them corrected', async () => {
    const file = { delimiter: '||', quote: "'", escape: 'backslash', spaceAroundQuotes: 'ignore' } as const;
    const bad = "x || 'it\\'s\\\n|| two' ||\\x";
    const content = `id||name||note\n1|| 'Smith || Jones' ||\\N\n${bad}\n3||c||d\n`;
    const report = await load(content, { file, rejects: { maxRows: 1 } });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 3, inserted: 2, rejected: 1 },
      file: { delimiter: '||', quote: "'", escape: 'backslash', spaceAroundQuotes: 'ignore' },
    });
    expect((await harness.read(report.rejects!.rowsKey)).toString()).toBe(`id||name||note\n${bad}\n`);
    expect(await harness.readCsv(report.rejects!.errorsKey)).toMatchObject([
      { line: '3', row: '2', column: 'id', code: 'invalid_integer', value: 'x ' },
      { line: '3', row: '2', column: 'note', code: 'invalid_escape', value: '\\x' },
    ]);
    const corrected = bad.replace('x ', '2').replace('\\x', '\\t');
    expect(await load(`id||name||note\n${corrected}\n`, { file }, 'b.csv')).toMatchObject({
      outcome: 'imported',
    });
    expect(await harness.sql`select id, name, note from copied order by id`).toEqual([
      { id: 1, name: 'Smith || Jones', note: null },
      { id: 2, name: "it's\n|| two", note: '\t' },
      { id: 3, name: 'c', note: 'd' },
    ]);
  });

  it('have the values that the import adds behind those of the file', async () => {
    const file = { delimiter: '||', escape: 'backslash' } as const;
    const values = { id: line(), short: '' };
    // Arrays keep the rows in CSV, which are written anew.
    const content = 'name||note||tags\n"a\\\nb"||x||{x}\nc||\\N||\\N\n';
    expect(await load(content, { file, values })).toMatchObject({
      outcome: 'imported',
      file: { copyFormat: 'csv' },
    });
    expect(await harness.sql`select id, name, note, short, tags from copied order by id`).toEqual([
      { id: 2, name: 'a\nb', note: 'x', short: '', tags: ['x'] },
      { id: 4, name: 'c', note: null, short: '', tags: null },
    ]);
  });

  it.each([
    ['', 'a.csv'],
    [' and compressed', 'a.csv.gz'],
  ])('go on behind the last batch that is in%s', async (_, name) => {
    const lines = Array.from({ length: 60 }, (_, n) => `${n + 1}§'line ${n}\\\n§ and \\'more\\''§`);
    const content = Buffer.from(`id§name§note\n${lines.join('\n')}\n`);
    const upload = await harness.put(`copied/${name}`, name.endsWith('.gz') ? gzipSync(content) : content);
    const definition = define({
      file: { delimiter: '§', quote: "'", escape: 'backslash' },
      commit: { batchRows: 10, checkFirst: false },
    });
    await harness.sql.unsafe(`
      create function break_down() returns trigger language plpgsql as $$
        begin raise exception 'down' using errcode = '57P01'; end $$;
      create trigger break_down before insert on copied for each row when (new.id = 35) execute function break_down()`);
    const failed = await harness.run(upload, definition);
    expect(failed.failure).toMatchObject({ name: 'DatabaseUnavailable' });
    expect((await harness.sql`select id from copied`).length).toBe(30);
    await harness.sql.unsafe('drop function break_down cascade');
    const report = await harness.run(upload, definition);
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 60, inserted: 60, rejected: 0 } });
    expect(await harness.sql`select count(distinct name)::int as names, min(name) from copied`).toEqual([
      { names: 60, min: "line 0\n§ and 'more'" },
    ]);
  });
});
