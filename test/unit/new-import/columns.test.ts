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
    ['NaN', ['1', 'NaN'], 'integer', { null: ['NaN'] }],
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
    ['dollars', ['$1,234.50', '-$3', '7'], 'numeric', { number: { thousands: ',', currency: ['$'] } }],
    ['euros behind', ['1.234,50 €', '5,00 €'], 'numeric', { number: { thousands: '.', currency: ['€'] } }],
    [
      'yen, which have no places',
      ['¥1,234', '-¥500'],
      'numeric',
      { number: { thousands: ',', currency: ['¥'] } },
    ],
    ['yen in words', ['1,234円', '50円'], 'numeric', { number: { thousands: ',', currency: ['円'] } }],
    ['several currencies', ['$5', '€5'], 'text', {}],
    [
      'a dash for nothing',
      ['$ 5.50', '$ -'],
      'numeric',
      { number: { thousands: ',', currency: ['$'], dash: 'null' } },
    ],
    ['percentages', ['12.5%', '-3%'], 'numeric', { number: { percent: 'number' } }],
    ['percentages and numbers', ['12.5%', '3'], 'text', {}],
    ['parentheses', ['(33.52)', '10.00'], 'numeric', { number: { thousands: ',', negative: ['(1)'] } }],
    ['nothing but parentheses', ['(1)', '(2)'], 'text', {}],
    ['a minus behind', ['1,234.50-', '10.00'], 'numeric', { number: { thousands: ',', negative: ['1-'] } }],
    [
      'triangles',
      ['▲1,234', '△50', '1,000'],
      'integer',
      { number: { thousands: ',', negative: ['▲1', '△1'] } },
    ],
    ['a minus of Unicode', ['−5', '5'], 'integer', { fullWidth: 'ascii' }],
    ['numbers and NULL', ['NULL', '1.5', '\\N', 'N/A'], 'numeric', {}],
    ['numbers and a dash', ['-', '1.5', '--'], 'numeric', { null: ['-', '--'] }],
    ['days and 未定', ['未定', '2024-01-31'], 'date', { null: ['未定'] }],
    ['texts and a dash', ['-', 'a'], 'text', {}],
    ['numbers behind apostrophes', ["'-70", '15'], 'integer', { excelText: 'apostrophe' }],
    ['codes behind apostrophes', ["'02134", "'10001"], 'text', { excelText: 'apostrophe' }],
    ['texts with an apostrophe', ["'90s", 'today'], 'text', {}],
    ['invisible characters', ['\u200e1', '2\u200b'], 'integer', { zeroWidth: 'remove' }],
    ['decomposed characters', ['カ\u3099', 'e\u0301'], 'text', { normalize: 'NFC' }],
    ['composed characters', ['ガ', 'é'], 'text', {}],
    ['check marks', ['✓', ''], 'boolean', { booleans: { true: ['✓'], false: [''] } }],
    ['True, False and None', ['True', 'False', 'None'], 'boolean', { null: ['None'] }],
    ['あり and なし', ['あり', 'なし'], 'boolean', { booleans: { true: ['あり'], false: ['なし'] } }],
    ['months', ['Dec 24, 2020', 'Jan 5, 2021'], 'date', { date: 'MMM D, YYYY' }],
    ['months in capitals', ['01 NOV 2021', '10 OCT 2021'], 'date', { date: 'D MMM YYYY' }],
    ['months between hyphens', ['05-Jan-2024'], 'date', { date: 'D-MMM-YYYY' }],
    ['German months', ['5. März 2024', '24. Dezember 2024'], 'date', { date: 'D. MMM YYYY', months: 'de' }],
    ['Spanish months', ['5 de enero de 2024'], 'date', { date: 'D [de] MMM [de] YYYY', months: 'es' }],
    ['French months', ['14 juil. 2024', '1 août 2024'], 'date', { date: 'D MMM YYYY', months: 'fr' }],
    ['months and times', ['05 Jan 2024 10:30'], 'timestamp', { timestamp: 'D MMM YYYY H:mm' }],
    ['eras', ['R6.4.1', 'H31.4.30'], 'date', { date: 'Gy.M.D' }],
    ['eras in words', ['令和元年5月1日'], 'date', { date: 'Gy年M月D日' }],
    ['午前 and 午後', ['2024/1/5 午前9:30'], 'timestamp', { timestamp: 'YYYY/M/D Ah:mm' }],
    ['hours in words', ['9時30分'], 'time', { time: 'H時m分' }],
    ['twelve hours', ['9:30 AM', '10:00 PM'], 'time', { time: 'h:mm A' }],
    [
      'UTC',
      ['2024-01-05 10:22:11 UTC', '2024-01-05 10:22:11.5 UTC'],
      'timestamp with time zone',
      {
        timestamp: ['YYYY-MM-DD H:mm:ss Z', 'YYYY-MM-DD H:mm:ss.S Z'],
      },
    ],
    [
      'offsets',
      ['2024-01-05 10:22:11 -0500'],
      'timestamp with time zone',
      { timestamp: 'YYYY-MM-DD H:mm:ss Z' },
    ],
    ['offsets without a space', ['2024-01-05T10:22:11-0500'], 'timestamp with time zone', {}],
    [
      'times of two lengths',
      ['5.1.2024 10:22', '5.1.2024 10:22:11'],
      'timestamp',
      {
        timestamp: ['D.M.YYYY H:mm:ss', 'D.M.YYYY H:mm'],
      },
    ],
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
    ['start_date', ['46320', '46324'], 'date'],
    ['start_date', ['46320', '46324.75'], 'timestamp'],
    ['price', ['46320', '46324'], 'numeric'],
    ['created_at', ['1704445200', '1704445201'], 'timestamp with time zone'],
    ['created_at', ['1704445200123', '1704445201000'], 'timestamp with time zone'],
    ['user_id', ['1.0', '2.0'], 'integer'],
    ['user_id', ['1.0', '2.5'], 'numeric'],
    ['user_id', ['1,5', '2,5'], 'numeric'],
    ['rating', ['1.0', '2.0'], 'numeric'],
  ])('of digits called %s, %j, is %s', async (header, values, sql) => {
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
    [
      ['15.04.91', '1.2.20'],
      "Every value is a day as D.M.YY, and the century is not written. If you know it, make it a `date` here, and declare `date: 'D.M.YY', pivot: 1950` below, for years from 1950 to 2049.",
    ],
    [
      ['Y', ''],
      "Every value is the same word, or empty. If empty means no, make it a `boolean` here, and declare `booleans: { true: ['Y'], false: [''] }` below.",
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
    const values = Array.from({ length: 1000 }, (_, index) => (index === 732 ? 'ca. 7' : String(index)));
    const column = await inferColumn(values);
    expect([column.type.sql, column.advice]).toEqual([
      'text',
      'Text, since line 734 of the file has another value; all others are numbers. Correct it and run new-import again, or make it `numeric` here to have such a row rejected.',
    ]);
    values[3] = '7 or 8';
    values[4] = '7 or 8';
    expect((await inferColumn(values)).advice).toMatch(/^Text, since lines 5, 6 and 734 of the file/);
    values[5] = '7 or 8';
    expect((await inferColumn(values)).advice).toBeNull();
    values.splice(3, 3, '1', '2', '0012');
    expect((await inferColumn(values)).advice).toBeNull();
  });

  it('a day of Excel’s that never was, by its line', async () => {
    const column = await inferColumn(['46320', '46324.75', '60'], 'start_date');
    expect([column.type.sql, column.advice]).toEqual([
      'text',
      "Text, since line 4 of the file has another value; all others are timestamps. Correct it and run new-import again, or make it `timestamp` here, with `timestamp: 'excel'` below, to have such a row rejected.",
    ]);
  });

  it.each([
    ['numbers', 'a,b\n"1,234.50","1,234"\n"5.00","5,678"\n', { number: { thousands: ',' } }],
    ['days', 'a,b\n31/12/2024,01/02/2024\n30/11/2024,03/04/2024\n', { date: 'D/M/YYYY' }],
  ])('but another column may tell: %s', async (_, content, transformations) => {
    const { plan } = await infer(makeFolder(), content);
    expect(plan.columns[1]!.transformations).toEqual(transformations);
  });

  it('and not if columns differ', async () => {
    const { plan } = await infer(makeFolder(), 'a,b,c\n"1,234.50","1,234","1.234,5"\n');
    expect(plan.columns[1]!.type.sql).toBe('text');
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

it('words for NULL are declared for the file, or for a column where they may be texts elsewhere', async () => {
  const { plan, definition } = await infer(
    makeFolder(),
    'id,price,sold_on,note\n1,NULL,NULL,NULL\n2,10.5,2026-01-05,ok\n3,N/A,-,-\n4,\\N,\\N,\\N\n',
  );
  expect(plan.columns.map(({ type }) => type.sql)).toEqual(['integer', 'numeric', 'date', 'text']);
  expect(definition.file.null).toEqual(['NULL', 'N/A', '\\N']);
  expect(plan.columns[2]!.transformations).toEqual({ null: ['NULL', 'N/A', '\\N', '-'] });
});

it('characters that Unicode writes in two ways are composed in files with a key', async () => {
  const content = '商品コード,商品名\nガ-1,プレミアム\nパ-2,ペン\n';
  const { plan, definition } = await infer(makeFolder(), content);
  expect(plan.columns.map(({ transformations }) => transformations)).toEqual([
    { normalize: 'NFC' },
    { normalize: 'NFC' },
  ]);
  const decomposed = await scanBy(definition, content.normalize('NFD'));
  expect(decomposed.accepted).toBe((await scanBy(definition, content)).accepted);
});

it('the evidence holds no value of the file', async () => {
  const secret = ['secretname', 'otherSecret'];
  const { plan } = await infer(makeFolder(), fileOf(secret));
  for (const value of secret) expect(JSON.stringify(plan)).not.toContain(value);
});
