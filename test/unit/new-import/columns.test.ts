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

const many = (value: (index: number) => string) => Array.from({ length: 20 }, (_, index) => value(index));

describe('the type of a column', () => {
  it.each<[string, string[], string, object]>([
    ['whole numbers', ['1', '-20', '999999999'], 'integer', {}],
    ['a number that int4 may not hold', ['1', '2147483648'], 'bigint', {}],
    ['ten digits that int4 holds, with no room left', ['2147483647'], 'bigint', {}],
    ['a number beyond int8', ['1', '9223372036854775808'], 'numeric(22, 0)', {}],
    ['decimals', ['1.5', '20.25'], 'numeric(12, 2)', {}],
    ['decimals of many places', ['1.5', '1234567.12345'], 'numeric(15, 5)', {}],
    ['numbers of which only some have places', ['1', '2.0'], 'numeric(12, 2)', {}],
    ['decimal commas', ['1,5', '20,25'], 'numeric(12, 2)', { number: { decimal: ',' } }],
    ['commas between thousands', ['1,234', '1,234,567'], 'integer', { number: { thousands: ',' } }],
    ['points between thousands', ['1.234,50', '5,00'], 'numeric(12, 2)', { number: { thousands: '.' } }],
    ['whole numbers with points', ['1.234', '1.234.567'], 'integer', { number: { thousands: '.' } }],
    ['spaces between thousands', ['1 234', '5'], 'integer', { number: { thousands: ' ' } }],
    [
      'spaces and commas',
      ['1 234,5', '5,25'],
      'numeric(12, 2)',
      { number: { thousands: ' ', decimal: ',' } },
    ],
    ['apostrophes', ["1'234.50"], 'numeric(12, 2)', { number: { thousands: "'" } }],
    ['full-width digits', ['１２', '－３'], 'integer', { fullWidth: 'ascii' }],
    ['numbers among white space', [' 12', '3 '], 'integer', { trim: true }],
    ['zeros in front', ['007', '12'], 'varchar(10)', {}],
    ['telephone numbers', ['03-1234-5678', '0901234567'], 'varchar(40)', {}],
    ['a plus in front', ['+81312345678'], 'varchar(40)', {}],
    ['codes that look like powers of ten', ['1E5', '2E10'], 'varchar(10)', {}],
    ['NaN', ['1', 'NaN'], 'varchar(10)', {}],
    ['true and false', ['true', 'FALSE'], 'boolean', {}],
    ['yes and no', ['Yes', 'no', 'YES'], 'boolean', {}],
    ['はい and いいえ', ['はい', 'いいえ'], 'boolean', { booleans: { true: ['はい'], false: ['いいえ'] } }],
    ['Ja and nein', ['Ja', 'nein'], 'boolean', { booleans: { true: ['Ja'], false: ['nein'] } }],
    ['0 and 1', ['0', '1'], 'integer', {}],
    ['no alone', ['no', 'no'], 'varchar(10)', {}],
    ['yes and false', ['yes', 'false'], 'varchar(10)', {}],
    ['yes, no and something else', ['yes', 'no', 'maybe'], 'varchar(10)', {}],
    ['UUIDs', ['0D9C5B1E-5b0c-4a53-9c76-2f6fd3c4a111'], 'uuid', {}],
    ['days', ['2024-02-29', '1999-12-31'], 'date', {}],
    ['days that are none', ['2023-02-29'], 'varchar(20)', {}],
    ['days with slashes', ['2024/2/29', '1999/12/31'], 'date', { date: 'YYYY/M/D' }],
    ['Japanese days', ['2024年2月29日'], 'date', { date: 'YYYY年M月D日' }],
    ['day before month', ['31/12/1999', '01/02/2000'], 'date', { date: 'D/M/YYYY' }],
    ['month before day', ['12/31/1999', '01/02/2000'], 'date', { date: 'M/D/YYYY' }],
    ['German days', ['31.12.1999', '1.2.2000'], 'date', { date: 'D.M.YYYY' }],
    ['days with a century to be guessed', ['31/12/99'], 'varchar(20)', {}],
    ['days of two kinds', ['2024-01-31', '2024/01/31'], 'varchar(20)', {}],
    ['times of day', ['09:30', '23:59:59'], 'time', {}],
    ['durations beyond a day', ['09:30', '36:00'], 'varchar(10)', {}],
    ['instants', ['2024-02-29T10:00:00Z', '2024-02-29 10:00+09:00'], 'timestamp with time zone', {}],
    ['times without a zone', ['2024-02-29 10:00:00', '2024-02-29T10:00'], 'timestamp', {}],
    ['times with and without a zone', ['2024-02-29T10:00:00Z', '2024-02-29T10:00:00'], 'varchar(40)', {}],
    ['times with slashes', ['2024/2/9 8:05'], 'timestamp', { timestamp: 'YYYY/M/D H:mm' }],
    ['times with AM', ['12/31/1999 1:05:09 PM'], 'timestamp', { timestamp: 'M/D/YYYY h:mm:ss A' }],
    ['more digits of a second than are kept', ['2024-02-29 10:00:00.1234567'], 'varchar(80)', {}],
    ['a text', ['山田 太郎'], 'varchar(10)', {}],
    ['a long text', ['x'.repeat(201)], 'text', {}],
    ['a text of two lines', ['a\nb'], 'text', {}],
    ['nothing', ['', ''], 'text', {}],
    ['white space', [' ', '\u3000'], 'varchar(10)', {}],
    ['numbers and white space', ['1', ' '], 'integer', { trim: true }],
    ['JSON', ['{"a": 1}'], 'varchar(20)', {}],
  ])('%s', async (_, values, sql, transformations) => {
    const column = await inferColumn(values);
    expect([column.type.sql, column.transformations]).toEqual([sql, transformations]);
  });

  it.each([
    ['電話番号', 'varchar(20)'],
    ['Phone', 'varchar(20)'],
    ['郵便番号', 'varchar(20)'],
    ['Postal Code', 'varchar(20)'],
    ['Stores', 'integer'],
  ])('of digits called %s is %s', async (header, sql) => {
    expect((await inferColumn(['1234567', '9812345'], header)).type.sql).toBe(sql);
  });

  it.each([
    ['日付', ['20240131', '19991231'], 'date'],
    ['Ship date', ['20240131', '19991231'], 'date'],
    ['日付', ['20240131', '20241331'], 'integer'],
    ['日付', ['20240131', '12340131'], 'integer'],
    ['code', ['20240131', '19991231'], 'integer'],
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
    expect([column.type.builder, column.advice]).toEqual(['varchar', advice]);
  });

  it('of JSON is that it may be one', async () => {
    const json = await inferColumn(['{"a":[1]}', '[]', '']);
    expect([json.type.sql, json.advice]).toEqual([
      'varchar(20)',
      expect.stringMatching(/^Every value is JSON/),
    ]);
    for (const values of [['{"a":1}', '{a'], ['{"a":1}', 'x'], ['true'], ['[', '"x"']]) {
      expect((await inferColumn(values)).advice).toBeNull();
    }
  });

  it('is told in the file, above the column', async () => {
    const { text } = await infer(makeFolder(), fileOf(['01/02/2024']));
    expect(text).toMatch(
      /^ {2}\/\/ Every value is a day both as .*\n {2}\/\/ .*\n {2}value: varchar\('value', \{ length: 20 \}\),$/m,
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
    ['20 rows, none empty', many(String), true, 'none empty'],
    ['19 rows, none empty', many(String).slice(1), false, 'none empty'],
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
