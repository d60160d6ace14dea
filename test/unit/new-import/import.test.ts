import { gzipSync } from 'node:zlib';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../contract/definition/define-import.ts';
import { checkBeside, type Wishes } from '../../../new-import/infer-import.ts';
import { writeTableSql } from '../../../new-import/write-sql.ts';
import { makeFolder } from '../../local/make-folder.ts';
import { encodeText } from '../../support/encode-text.ts';
import { evaluate, infer, scanBy } from './infer.ts';

const people = 'id,name,score\n1,Ann,1.5\n2,Bob,2.5\n';

describe('how the file is read', () => {
  it.each([
    ['semicolons', people.replaceAll(',', ';'), ';', 'semicolons'],
    ['tabs', people.replaceAll(',', '\t'), '\t', 'tabs'],
    ['CRLF', people.replaceAll('\n', '\r\n'), ',', 'commas'],
    ['one column', 'name\nAnn\nBob\n', ',', 'the header has one column'],
  ])('%s', async (_, content, delimiter, evidence) => {
    const { sample, plan, definition } = await infer(makeFolder(), content);
    expect([sample.delimiter, sample.delimiterEvidence]).toEqual([
      delimiter,
      expect.stringContaining(evidence),
    ]);
    expect(plan.sampled).toMatchObject({ rows: 2, whole: true, malformed: 0 });
    expect(await scanBy(definition, content)).toMatchObject({ rows: 2, rejects: [] });
  });

  it.each(['shift_jis', 'euc-jp', 'utf-16le'] as const)('%s', async (encoding) => {
    const rows = Array.from({ length: 40 }, (_, index) => `${index},山田太郎,東京都千代田区丸の内\r\n`).join(
      '',
    );
    const content = encodeText(`顧客番号,氏名,住所\r\n${rows}`, encoding);
    const { sample, plan, definition } = await infer(makeFolder(), content);
    expect([sample.encoding, sample.headers]).toEqual([encoding, ['顧客番号', '氏名', '住所']]);
    expect(plan.columns.map(({ name }) => name)).toEqual(['customer_number', 'name', 'address']);
    expect(definition.file.encoding).toBeNull();
    expect(await scanBy(definition, content)).toMatchObject({ rows: 40, rejects: [] });
  });

  it('gzip, under the file’s own name', async () => {
    const { sample, plan } = await infer(makeFolder(), gzipSync(people), { file: 'people-2026-01.csv.gz' });
    expect([sample.compression, plan.name, plan.fileOptions]).toEqual(['gzip', 'people', {}]);
  });

  it('no more rows than it is told to', async () => {
    const { plan } = await infer(makeFolder(), people, { rows: 1 });
    expect(plan.sampled).toMatchObject({ rows: 1, whole: false });
    expect(plan.key).toEqual([]);
  });

  it('rows that no definition would take are told, and left aside', async () => {
    const { plan } = await infer(makeFolder(), 'id,name\n1,Ann\n2,Bob,x\n3,"Eve\n4,Dan\n5,D"x\n6,Fay\n');
    expect(plan.sampled).toMatchObject({
      rows: 3,
      malformed: 3,
      examples: [
        { line: 3, errors: [{ code: 'wrong_field_count', reason: '3 values, the header has 2' }] },
        { line: 4, errors: [{ code: 'unterminated_quote' }] },
        { line: 6, errors: [{ code: 'stray_quote' }] },
      ],
    });
  });

  it.each<[string, string, Wishes & { file?: string }, RegExp]>([
    ['no rows', 'id,name\n', {}, /has a header and no rows/],
    [
      'no row that fits',
      'id,name\n1\n2\n',
      { delimiter: ',' },
      /: line 2, 1 value, the header has 2: .*--delimiter/,
    ],
    [
      'hardly a row that fits',
      'id,name\n1,Ann\n2,Bob,x\n3,Eve,y\n',
      {},
      /^2 of 3 rows would be rejected.*skipLines/,
    ],
    ['no regular rows', 'a,b;c\n1,2,3;4;5\n', {}, /^The delimiter cannot be made out: .*--delimiter/],
    ['a file without extension', people, { file: 'people' }, /rename it to .*people\.csv/],
    ['a file without a name', people, { file: '2026.csv' }, /say one with --name/],
    ['a name that is none', people, { name: 'People' }, /^--name: "People" is no name/],
    ['a prefix that is none', people, { prefix: '/people' }, /^--prefix: write "\/people" without a slash/],
    ['a table in quotes', people, { table: 'People' }, /^--table: "People" would need quotes/],
    ['a reserved table', people, { table: 'user' }, /^--table: "user" would need quotes/],
    [
      'a key that is not there',
      people,
      { key: ['no'] },
      /^--key: the file has no column "no"; it has id, name, score/,
    ],
    ['a key that is empty', 'a,b\n1,\n2,3\n', { key: ['b'] }, /^--key: b is empty in 1 of the rows/],
  ])('is refused with what to do: %s', async (_, content, wishes, message) => {
    await expect(infer(makeFolder(), content, wishes)).rejects.toThrow(message);
  });
});

describe('the key', () => {
  const rows = (line: (index: number) => string) =>
    Array.from({ length: 100 }, (_, index) => `${line(index)}\n`);
  const two = (line: (index: number) => string) => rows(line).slice(3, 5);
  it.each<[string, string, string[], string[], string?]>([
    ['the first column, of unique whole numbers', 'pos,name', rows((n) => `${7 * n},a`), ['pos']],
    ['no quantity that comes first', 'views,name', rows((n) => `${7 * n},a`), []],
    ['no numbers of the rows', 'pos,name', rows((n) => `${n + 1},a`), []],
    ['no numbers of the rows, whatever they are called', 'No.,name', rows((n) => `${n + 1},a`), []],
    ['a unique column called id', 'name,item id', rows((n) => `a,I${n}`), ['item_id']],
    ['id, of few rows, too', 'name,id', two((n) => `a,${n}`), ['id']],
    ['番号', '氏名,会員番号', rows((n) => `a,${n}`), ['member_number']],
    ['no column that comes twice', 'id,name', rows((n) => `${n % 29},a`), []],
    ['no column that is empty once', 'id,name', rows((n) => `${n || ''},a`), []],
    ['no name, though unique', 'name,age', rows((n) => `Name ${n},7`), []],
    ['no telephone number', 'name,phone number', rows((n) => `a,0${n}1234`), []],
    ['no amount', 'amount', rows((n) => `${n}.5`), []],
    ['nothing that numbers make the same', 'id,name', [...rows((n) => `${n + 1000},a`), '"1,000",a\n'], []],
    // Whose number it is, of few rows
    ['no other entity', 'name,item id', rows((n) => `a,I${n}`).slice(0, 99), []],
    ['a first column', 'ガス番号,プラン名', ['ガ-1,a\n', 'パ-2,b\n'], ['gasu_number']],
    ['a first column with its name', 'customer_id,name,email', two((n) => `${n},a,b@c.de`), ['customer_id']],
    [
      'a first column, all else called after it',
      '商品コード,商品名',
      two((n) => `A${n},pen`),
      ['product_code'],
    ],
    ['… and a price', '商品コード,商品名,単価', two((n) => `A${n},pen,10`), ['product_code']],
    ['no student who has courses', 'student_id,student_name,course', two((n) => `${n},Ann,b`), []],
    ['no student of a course', 'student_id,course_title', two((n) => `${n},Math`), []],
    ['no order of an article', '注文番号,品目', two((n) => `A${n},pen`), []],
    ['no payer', 'paid_on,customer_id,amount', rows((n) => `2026-01-05,${n},100`), []],
    ['no payer that comes first', 'customer_id,paid_on,amount', rows((n) => `${n},2026-01-05,100`), []],
    ['no payer of a file of payments', 'customer_id,name,method', two((n) => `${n},a,b`), [], 'payments.csv'],
    ['no buyer', 'customer_no,order_date,item', rows((n) => `${n},2026-01-05,pen`), []],
    ['no half of a relation', 'student_id,course_id', rows((n) => `${n},7`), []],
    [
      'what the file is called after',
      'city,customer_no',
      two((n) => `a,${n}`),
      ['customer_no'],
      'customers.csv',
    ],
    [
      '… with a word like list',
      '市区町村,顧客番号',
      two((n) => `a,${n}`),
      ['customer_number'],
      '顧客一覧_2026年11月.csv',
    ],
    ['… as people write it', 'city,branch_no', two((n) => `a,${n}`), ['branch_no'], 'all branches (2).csv'],
    ['no customer of orders', 'city,customer_no', two((n) => `a,${n}`), [], 'customer-orders.csv'],
    ['… however it is said', 'city,customer_no', two((n) => `a,${n}`), [], 'orders-by-customer.csv'],
    [
      'no payer, whatever the file is called',
      'day,customer_no,amount',
      two((n) => `2026-01-05,${n},1`),
      [],
      'customers.csv',
    ],
  ])('%s', async (_, header, lines, key, file) => {
    const { plan, definition } = await infer(makeFolder(), `${header}\n${lines.join('')}`, {
      ...(file && { file }),
    });
    expect([plan.key, definition.key, definition.mode]).toEqual([
      key,
      key,
      key.length > 0 ? 'upsert' : 'append',
    ]);
  });

  it('is what one says it is, several columns too', async () => {
    const content = 'order,line,article\n1,1,a\n1,2,b\n2,1,a\n';
    const { plan, table, definition } = await infer(makeFolder(), content, { key: ['order', 'line'] });
    expect(plan.keyEvidence).toBe('as you said; no two rows have the same');
    expect([definition.mode, definition.key]).toEqual(['upsert', ['order_value', 'line']]);
    expect(getTableConfig(table).primaryKeys[0]!.columns.map(({ name }) => name)).toEqual([
      'order_value',
      'line',
    ]);
  });

  it.each<[string, string, string[], string | null]>([
    ['an order and its line', 'order_id,line,qty', rows((n) => `${n >> 1},${n & 1},7`), 'order_id,line'],
    [
      'columns that no two rows have the same',
      'order_id,branch_no,item_no',
      rows((n) => `${n >> 1},1,${n & 1}`),
      'order_id,item_no',
    ],
    [
      'nothing, where rows come twice',
      'order_id,line',
      [...rows((n) => `${n >> 1},${n & 1}`), '0,0\n'],
      null,
    ],
    ['nothing, where one is empty once', 'order_id,line', rows((n) => `${n >> 1},${n & 1 || ''}`), null],
    ['nothing where a column is a key by itself', 'id,line', rows((n) => `${n},1`), null],
    [
      'a column that another file may have twice',
      'paid_on,customer_id',
      rows((n) => `2026-01-05,${n}`),
      'customer_id',
    ],
  ])('of two columns is proposed, never taken: %s', async (_, header, lines, proposed) => {
    const { plan } = await infer(makeFolder(), `${header}\n${lines.join('')}`);
    expect(/`--key ([^`]*)`/.exec(plan.keyEvidence)?.[1] ?? null).toBe(proposed);
    if (proposed !== null) expect(plan.key).toEqual([]);
  });

  it('may come twice where one says so, which is told', async () => {
    const { plan } = await infer(makeFolder(), 'a,b\n1,2\n1,3\n', { key: ['a'] });
    expect(plan.keyEvidence).toBe('as you said; it comes again in 1 of the rows, of which the last wins');
  });

  it('may be none', async () => {
    const { definition } = await infer(makeFolder(), people, { key: [] });
    expect([definition.mode, definition.key]).toEqual(['append', []]);
  });
});

describe('the definition', () => {
  it('declares what it was told of the file, and an extension of its own', async () => {
    const wishes = { file: 'people.tsv', encoding: 'windows-1252', delimiter: '\t' } as const;
    const { definition } = await infer(makeFolder(), people.replaceAll(',', '\t'), wishes);
    expect(definition).toMatchObject({
      file: { encoding: 'windows-1252', delimiter: '\t', extensions: ['.csv', '.csv.gz', '.tsv'] },
    });
  });

  it('keeps every header as an alias, but the names of columns', async () => {
    const { definition } = await infer(
      makeFolder(),
      'id,Full Name,it\'s "so"\n1,a,b\n'.replace('it\'s "so"', '"it\'s ""so"""'),
    );
    expect(definition.columns.map(({ aliases }) => aliases)).toEqual([[], ['Full Name'], ['it\'s "so"']]);
  });

  it('has SQL that creates the same table as drizzle-kit does', async () => {
    const content =
      'id,a,b,c,d,e,f,g,h\n1,1.5,x,2024-01-01,2024-01-01T00:00:00Z,true,99999999999,09:30,2024-01-01 09:30\n' +
      '2,1.5,x,2024-01-01,2024-01-01T00:00:00Z,false,99999999999,09:30,2024-01-01 09:30\n';
    for (const key of [['id'], ['id', 'b'], []]) {
      const { plan, table, text } = await infer(makeFolder(), content, { key });
      const [created] = await generateMigration(generateDrizzleJson({}), generateDrizzleJson({ table }));
      const plain = (sql: string) =>
        sql
          .toLowerCase()
          .replaceAll('"', '')
          .replace(/constraint \w+ /g, '')
          .replace('primary key not null', 'primary key')
          .replace(/([(,])\s*/g, '$1')
          .replace(/\s+/g, ' ')
          .replaceAll(' )', ')')
          .replaceAll('key (', 'key(')
          .trim();
      expect(plain(writeTableSql(plan).join('\n'))).toBe(plain(created!));
      for (const line of writeTableSql(plan)) expect(text).toContain(` * ${line}`);
    }
  });

  it('is none that an upload would have two imports by', async () => {
    const { plan, definition } = await infer(makeFolder(), people, { name: 'people' });
    const other = (changes: object) => ({
      ...definition,
      name: 'others',
      prefix: 'other/',
      tableName: 'others',
      ...changes,
    });
    expect(() => checkBeside(plan, [other({})])).not.toThrow();
    expect(() => checkBeside(plan, [other({ name: 'people' })])).toThrow(
      /There is an import "people" already.*--name/,
    );
    expect(() => checkBeside(plan, [other({ prefix: 'uploads/' })])).toThrow(
      /overlaps "uploads\/" .*--prefix/,
    );
    expect(() => checkBeside(plan, [other({ prefix: 'uploads/people/old/' })])).toThrow(/overlaps/);
    expect(() => checkBeside(plan, [other({ tableName: 'people' })])).toThrow(
      /that of import "others".*--table/,
    );
  });

  it('is the one that the text makes', async () => {
    const { text, definition } = await infer(makeFolder(), people);
    expect(evaluate(text).definition).toEqual(definition);
    expect(defineImport).toBeTypeOf('function');
  });
});
