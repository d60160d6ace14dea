import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';
import { infer, scanBy } from './infer.ts';

/** A file of one column beside a number of its own for each row, so that an empty value is no blank line. */
function fileOf(values: readonly string[], header = 'value'): string {
  const rows = values.map((value, index) => `${index},"${value.replaceAll('"', '""')}"\n`);
  return `n,${header}\n${rows.join('')}`;
}

async function inferColumn(values: readonly string[], header?: string) {
  const content = fileOf(values, header);
  const { plan, definition } = await infer(makeFolder(), content);
  expect((await scanBy(definition, content)).rejects).toEqual([]);
  return plan.columns[1]!;
}

const many = (value: (index: number) => string) => Array.from({ length: 1000 }, (_, index) => value(index));

describe('the type of a column', () => {
  it.each<[string, string[], string, object]>([
    ['whole numbers', ['1', '-20', '99999'], 'integer', {}],
    ['whole numbers that leave an int4 no room', ['1', '-20', '999999'], 'bigint', {}],
    ['a number that int4 may not hold', ['1', '2147483648'], 'bigint', {}],
    ['ten digits that int4 holds, with no room left', ['2147483647'], 'bigint', {}],
    ['a number that leaves an int8 no room', ['1', '922337203685477'], 'numeric', {}],
    ['digits beyond any number of an int8', ['1', '9223372036854775807'], 'text', {}],
    ['versions', ['1.1', '1.10', '1.9'], 'text', {}],
    ['digits of equal length', ['20345678', '99345678'], 'text', {}],
    ['decimals', ['1.5', '20.25'], 'numeric', {}],
    ['decimals of many places', ['1.5', '1234567.12345'], 'numeric', {}],
    ['numbers of which only some have places', ['1', '2.0'], 'numeric', {}],
    ['decimal commas', ['1,5', '20,25'], 'numeric', { number: { decimal: ',' } }],
    ['commas between thousands', ['1,234', '1,234,567'], 'bigint', { number: { thousands: ',' } }],
    ['points between thousands', ['1.234,50', '5,00'], 'numeric', { number: { thousands: '.' } }],
    ['whole numbers with points', ['1.234', '1.234.567'], 'bigint', { number: { thousands: '.' } }],
    ['spaces between thousands', ['1 234', '5'], 'integer', { number: { thousands: ' ' } }],
    ['spaces and commas', ['1 234,5', '5,25'], 'numeric', { number: { thousands: ' ', decimal: ',' } }],
    ['apostrophes', ["1'234.50"], 'numeric', { number: { thousands: "'" } }],
    ['full-width digits', ['１２', '－３'], 'integer', { fullWidth: 'ascii' }],
    ['numbers among white space', [' 12', '3 '], 'integer', { trim: true }],
    ['zeros in front', ['007', '12'], 'text', {}],
    ['telephone numbers', ['03-1234-5678', '0901234567'], 'text', {}],
    ['a plus in front', ['+81312345678'], 'text', {}],
    ['codes that look like powers of ten', ['1E5', '2E10'], 'text', {}],
    ['NaN', ['1', 'NaN'], 'text', {}],
    ['true and false', ['true', 'FALSE'], 'boolean', {}],
    ['yes and no', ['Yes', 'no', 'YES'], 'boolean', {}],
    ['はい and いいえ', ['はい', 'いいえ'], 'boolean', { booleans: { true: ['はい'], false: ['いいえ'] } }],
    ['Ja and nein', ['Ja', 'nein'], 'boolean', { booleans: { true: ['Ja'], false: ['nein'] } }],
    ['0 and 1', ['0', '1'], 'integer', {}],
    ['no alone', ['no', 'no'], 'text', {}],
    ['yes and false', ['yes', 'false'], 'text', {}],
    ['yes, no and something else', ['yes', 'no', 'maybe'], 'text', {}],
    ['UUIDs', ['0D9C5B1E-5b0c-4a53-9c76-2f6fd3c4a111'], 'uuid', {}],
    ['days', ['2024-02-29', '1999-12-31'], 'date', {}],
    ['days that are none', ['2023-02-29'], 'text', {}],
    ['days with slashes', ['2024/2/29', '1999/12/31'], 'date', { date: 'YYYY/M/D' }],
    ['Japanese days', ['2024年2月29日'], 'date', { date: 'YYYY年M月D日' }],
    ['day before month', ['31/12/1999', '01/02/2000'], 'date', { date: 'D/M/YYYY' }],
    ['month before day', ['12/31/1999', '01/02/2000'], 'date', { date: 'M/D/YYYY' }],
    ['German days', ['31.12.1999', '1.2.2000'], 'date', { date: 'D.M.YYYY' }],
    ['days with a century to be guessed', ['31/12/99'], 'text', {}],
    ['days of two kinds', ['2024-01-31', '2024/01/31'], 'text', {}],
    ['times of day', ['09:30', '23:59:59'], 'time', {}],
    ['durations beyond a day', ['09:30', '36:00'], 'text', {}],
    ['instants', ['2024-02-29T10:00:00Z', '2024-02-29 10:00+09:00'], 'timestamp with time zone', {}],
    ['times without a zone', ['2024-02-29 10:00:00', '2024-02-29T10:00'], 'timestamp', {}],
    ['times with and without a zone', ['2024-02-29T10:00:00Z', '2024-02-29T10:00:00'], 'text', {}],
    ['times with slashes', ['2024/2/9 8:05'], 'timestamp', { timestamp: 'YYYY/M/D H:mm' }],
    ['times with AM', ['12/31/1999 1:05:09 PM'], 'timestamp', { timestamp: 'M/D/YYYY h:mm:ss A' }],
    ['more digits of a second than are kept', ['2024-02-29 10:00:00.1234567'], 'text', {}],
    ['a text', ['山田 太郎'], 'text', {}],
    ['a long text', ['x'.repeat(201)], 'text', {}],
    ['a text of two lines', ['a\nb'], 'text', {}],
    ['nothing', ['', ''], 'text', {}],
    ['white space', [' ', '\u3000'], 'text', {}],
    ['numbers and white space', ['1', ' '], 'integer', { trim: true }],
    ['JSON', ['{"a": 1}', '[]', ''], 'jsonb', {}],
    ['JSON beside something else', ['{"a": 1}', '{a'], 'text', {}],
  ])('%s', async (_, values, sql, transformations) => {
    const column = await inferColumn(values);
    expect([column.type.sql, column.transformations]).toEqual([sql, transformations]);
  });

  it.each([
    ['電話番号', 'text'],
    ['Phone', 'text'],
    ['郵便番号', 'text'],
    ['Postal Code', 'text'],
    ['zip_code', 'text'],
    ['ZipCode', 'text'],
    ['store_code', 'text'],
    ['storeCode', 'text'],
    ['tel_no', 'text'],
    ['Kundennummer', 'text'],
    ['Order No.', 'text'],
    ['Invoice #', 'text'],
    ['PLZ', 'text'],
    ['SKU', 'text'],
    ['ISBN', 'text'],
    ['JANコード', 'text'],
    ['商品コード', 'text'],
    ['会員番号', 'text'],
    ['код', 'text'],
    ['우편번호', 'text'],
    ['邮政编码', 'text'],
    ['código postal', 'text'],
    ['Stores', 'bigint'],
    ['Number of visits', 'bigint'],
    ['num_downloads', 'bigint'],
    ['code_count', 'bigint'],
    ['customer_id', 'bigint'],
    ['amount', 'numeric'],
    ['単価', 'numeric'],
  ])('of digits called %s is %s', async (header, sql) => {
    expect((await inferColumn(['1234567', '9812345'], header)).type.sql).toBe(sql);
  });

  it.each([
    ['日付', ['20240131', '19991231'], 'date'],
    ['Ship date', ['20240131', '19991231'], 'date'],
    ['日付', ['20240131', '20241331'], 'text'],
    ['日付', ['20240131', '12340131'], 'text'],
    ['code', ['20240131', '19991231'], 'text'],
    ['population', ['20240131', '19991231'], 'bigint'],
  ])('of eight digits called %s, %j, is %s', async (header, values, sql) => {
    expect((await inferColumn(values, header)).type.sql).toBe(sql);
  });
});

describe('what nobody can tell is text, with what to write', () => {
  it.each([
    [
      ['01/02/2024', '03/04/2024'],
      "Every value is a day both as D/M/YYYY and as M/D/YYYY. If you know which, make it a `date` here, and declare `date: 'D/M/YYYY'` below, for instance.",
    ],
    [
      ['1/2/2024 10:00'],
      "Every value is a day both as D/M/YYYY H:mm and as M/D/YYYY H:mm. If you know which, make it a `timestamp` here, and declare `timestamp: 'D/M/YYYY H:mm'` below, for instance.",
    ],
    [
      ['1,234', '5,678'],
      "Every value is a number both with commas between thousands and with decimal commas. If you know which, make it a `numeric` here, and declare `number: { thousands: ',' }` below, for instance.",
    ],
    [
      ['1.234', '5.678', '9'],
      "Every value is a number both with decimal points and with points between thousands. If you know which, make it a `numeric` here, and declare `number: { thousands: '.' }` below, for instance.",
    ],
  ])('%j', async (values, advice) => {
    const column = await inferColumn(values);
    expect([column.type.builder, column.advice]).toEqual(['text', advice]);
  });

  it('digits that may be a code', async () => {
    expect((await inferColumn(['94105', '94107'], 'zip_code')).advice).toBe(
      "Text, since it is named like a code. If these are numbers to calculate with, write `integer('…')`.",
    );
  });

  it('a column of which a few rows are something else, by their lines', async () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index === 732 ? 'n/a' : String(index)));
    const column = await inferColumn(values);
    expect([column.type.sql, column.advice]).toEqual([
      'text',
      'Text, since line 734 of the file has another value; all others are numbers. Correct it and run new-import again, or make it `numeric` here to have such a row rejected.',
    ]);
    values[3] = '?';
    values[4] = '?';
    expect((await inferColumn(values)).advice).toMatch(/^Text, since lines 5, 6 and 734 of the file/);
    values[5] = '?';
    expect((await inferColumn(values)).advice).toBeNull();
    values.splice(3, 3, '1', '2', '0012');
    expect((await inferColumn(values)).advice).toBeNull();
  });

  it('is told in the file, above the column', async () => {
    const { text } = await infer(makeFolder(), fileOf(['01/02/2024']));
    expect(text).toMatch(
      /^ {2}\/\/ Every value is a day both as .*\n {2}\/\/ .*\n {2}value: text\('value'\),$/m,
    );
  });

  it('a value that fits one of the ways only decides for all', async () => {
    expect((await inferColumn(['01/02/2024', '31/01/2024'])).transformations).toEqual({ date: 'D/M/YYYY' });
    expect((await inferColumn(['1,234', '12,3'])).transformations).toEqual({ number: { decimal: ',' } });
    expect((await inferColumn(['1.234', '0.5'])).transformations).toEqual({});
  });
});

describe('NOT NULL', () => {
  it.each([
    ['1,000 rows, none empty', many(String), true, 'none empty'],
    ['999 rows, none empty', many(String).slice(1), false, 'none empty'],
    ['one empty', many((index) => (index === 7 ? '' : String(index))), false, '1 empty'],
    [
      'one of white space, in numbers',
      many((index) => (index === 7 ? ' ' : String(index))),
      false,
      '1 empty',
    ],
    ['one of white space, in texts', many((index) => (index === 7 ? ' ' : `a${index}`)), true, 'none empty'],
  ])('%s', async (_, values, notNull, evidence) => {
    const column = await inferColumn(values);
    expect([column.notNull, column.evidence]).toEqual([notNull, expect.stringContaining(evidence)]);
    expect(column.evidence.endsWith(evidence)).toBe(true);
  });
});

it('the evidence holds no value of the file', async () => {
  const secret = ['secretname', 'otherSecret'];
  const { plan } = await infer(makeFolder(), fileOf(secret));
  for (const value of secret) expect(JSON.stringify(plan)).not.toContain(value);
});
