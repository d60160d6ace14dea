import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import type { Transformations } from '../../../../contract/definition/define-import.ts';
import { scanColumns } from '../../../../csv/scan/scan-columns.ts';
import { scanChunks, scanEveryWay } from '../scan/scan.ts';
import { boolean, date, instant, integer, numeric, text, timestamp, turns } from './turns.ts';

describe('trim', () => {
  turns(
    'text',
    text,
    { trim: true },
    {
      ' a b ': 'a b',
      '\t\r\n\v\fa\n': 'a',
      '\u3000山田\u3000太郎\u3000': '山田\u3000太郎',
      '\u00a0\u2003\u202f\ufeffa\u2028\u205f\u1680\u0085': 'a',
      a: 'a',
      '\u3001a\u3002': '\u3001a\u3002',
      'é à': 'é à',
      '   ': '',
      '\u3000': '',
    },
  );
  turns(
    'integer',
    integer,
    { trim: true },
    { ' 42 ': '42', '4 2': 'invalid_integer: must be a whole number' },
  );
});

describe('fullWidth', () => {
  turns(
    'text',
    text,
    { fullWidth: 'ascii' },
    {
      '０１２９': '0129',
      ＡＺａｚ: 'AZaz',
      '（！＃～）': '(!#~)',
      '株式会社　Ａ': '株式会社 A',
      'アイウｱｲｳ￥': 'アイウｱｲｳ￥',
      plain: 'plain',
      '＂，': '",',
    },
  );
  turns('integer', integer, { fullWidth: 'ascii' }, { '－１２': '-12', '−１２': '-12', '＋7': '+7' });
});

describe('case', () => {
  turns('lower', text, { case: 'lower' }, { ABCz1: 'abcz1', ÀÉ: 'àé', abc: 'abc', ＡＢ: 'ａｂ' });
  turns('upper', text, { case: 'upper' }, { abcZ1: 'ABCZ1', àé: 'ÀÉ', straße: 'STRASSE' });
  turns('an enum', { kind: 'enum', values: ['S', 'M'] }, { case: 'upper' }, { s: 'S' });
});

describe('date', () => {
  const misfit = 'invalid_date: must be a date as YYYY/M/D or DD.MM.YYYY';
  turns(
    'two formats',
    date,
    { date: ['YYYY/M/D', 'DD.MM.YYYY'] },
    {
      '2024/1/5': '2024-01-05',
      '2024/01/05': '2024-01-05',
      '05.01.2024': '2024-01-05',
      '5.1.2024': misfit,
      '2024-01-05': misfit,
      '2024/2/30': misfit,
      '2023/2/29': misfit,
      '2024/2/29': '2024-02-29',
      '2024/13/1': misfit,
      '24/1/5': misfit,
      '2024/1/5 ': misfit,
      '2024/1/': misfit,
      '2024/001/5': misfit,
      '0000/1/1': misfit,
      '': misfit,
    },
  );
  turns('digits only', date, { date: 'YYYYMMDD' }, { '20240105': '2024-01-05' });
  turns(
    'words',
    date,
    { date: 'YYYY年M月D日', fullWidth: 'ascii', trim: true },
    {
      '　２０２４年１月５日': '2024-01-05',
    },
  );
});

describe('timestamp', () => {
  turns(
    'without zone',
    timestamp,
    { timestamp: ['YYYY/M/D H:mm:ss', 'M/D/YYYY h:mm A'] },
    {
      '2024/1/5 9:07:08': '2024-01-05 09:07:08',
      '2024/1/5 23:59:59': '2024-01-05 23:59:59',
      '1/5/2024 12:00 AM': '2024-01-05 00:00:00',
      '1/5/2024 12:30 pm': '2024-01-05 12:30:00',
      '1/5/2024 1:30 PM': '2024-01-05 13:30:00',
      '1/5/2024 13:30 PM': 'invalid_timestamp: must be a timestamp as YYYY/M/D H:mm:ss or M/D/YYYY h:mm A',
      '2024/1/5 24:00:00': 'invalid_timestamp: must be a timestamp as YYYY/M/D H:mm:ss or M/D/YYYY h:mm A',
      '2024/1/5 9:60:00': 'invalid_timestamp: must be a timestamp as YYYY/M/D H:mm:ss or M/D/YYYY h:mm A',
    },
  );
  turns(
    'with a fraction',
    { ...timestamp, precision: 3 },
    { timestamp: 'YYYYMMDDTHHmmss.S' },
    {
      '20240105T090708.5': '2024-01-05 09:07:08.5',
      '20240105T090708.1230': '2024-01-05 09:07:08.1230',
      '20240105T090708.1234': 'too_precise: must have at most 3 decimal places of a second',
    },
  );
  turns(
    'with a zone in the value',
    instant,
    { timestamp: 'DD/MM/YYYY HH:mmZ' },
    {
      '05/01/2024 09:07+09:00': '2024-01-05 09:07:00+09:00',
      '05/01/2024 09:07+0530': '2024-01-05 09:07:00+0530',
      '05/01/2024 09:07Z': '2024-01-05 09:07:00Z',
      '05/01/2024 09:07': 'invalid_timestamp: must be a timestamp as DD/MM/YYYY HH:mmZ',
    },
  );
  turns(
    'a day alone is its midnight',
    timestamp,
    { timestamp: 'YYYY/M/D' },
    { '2024/1/5': '2024-01-05 00:00:00' },
  );
});

describe('zone', () => {
  turns(
    'an offset',
    instant,
    { zone: '+05:30' },
    {
      '2024-01-05 09:07': '2024-01-05 09:07+05:30',
      '2024-01-05T09:07:08.5': '2024-01-05T09:07:08.5+05:30',
      '2024-01-05 09:07Z': '2024-01-05 09:07Z',
      yesterday: 'invalid_timestamp: must be a timestamp (YYYY-MM-DD HH:MM:SS, T allowed)',
    },
  );
  turns(
    'Tokyo',
    instant,
    { zone: 'Asia/Tokyo', timestamp: 'YYYY/M/D H:mm' },
    {
      '2024/1/5 9:07': '2024-01-05 09:07:00+09:00',
      '1948/7/1 0:00': '1948-07-01 00:00:00+10:00',
      '1850/1/1 0:00': '1850-01-01 00:00:00+09:18:59',
      '0001/1/1 0:00': '0001-01-01 00:00:00+09:18:59',
      '9999/12/31 23:59': '9999-12-31 23:59:00+09:00',
    },
  );
  const skipped =
    'invalid_timestamp: must be a time that exists in Europe/Berlin: clocks went forward over it';
  const repeated =
    'invalid_timestamp: must have its own offset: clocks in Europe/Berlin went back, and the time came twice';
  turns(
    'Berlin',
    instant,
    { zone: 'Europe/Berlin' },
    {
      '2024-03-31 01:59:59': '2024-03-31 01:59:59+01:00',
      '2024-03-31 02:00:00': skipped,
      '2024-03-31 02:59:59': skipped,
      '2024-03-31 03:00:00': '2024-03-31 03:00:00+02:00',
      '2024-07-01 12:00': '2024-07-01 12:00+02:00',
      '2024-10-27 01:59:59': '2024-10-27 01:59:59+02:00',
      '2024-10-27 02:00:00': repeated,
      '2024-10-27 02:59:59': repeated,
      '2024-10-27 02:30:00+01:00': '2024-10-27 02:30:00+01:00',
      '2024-10-27 03:00:00': '2024-10-27 03:00:00+01:00',
    },
  );
  turns(
    'Samoa left out a day',
    instant,
    { zone: 'Pacific/Apia' },
    {
      '2011-12-29 23:59': '2011-12-29 23:59-10:00',
      '2011-12-30 12:00':
        'invalid_timestamp: must be a time that exists in Pacific/Apia: clocks went forward over it',
      '2011-12-31 00:00': '2011-12-31 00:00+14:00',
    },
  );
});

describe('number', () => {
  const misfit = 'invalid_number: must be a number as 1.234.567,89';
  turns(
    'German',
    numeric,
    { number: { decimal: ',', thousands: '.' } },
    {
      '1.234,56': '1234.56',
      '1.234.567,8': '1234567.8',
      '-1.234': '-1234',
      '+0,5': '+0.5',
      '1234,56': '1234.56',
      ',5': '.5',
      '12': '12',
      '1.23': misfit,
      '12.34': misfit,
      '1234.567': misfit,
      '1.2345': misfit,
      '.123': misfit,
      '1..234': misfit,
      '1.234.': misfit,
      '1.234.56,7': misfit,
      '1,234.5': misfit,
      '1,2,3': misfit,
      '1,234.567': misfit,
      '1 234': misfit,
      '€5': misfit,
      '1,234': 'too_precise: must have at most 2 decimal places',
      '-': 'invalid_number: must be a number',
    },
  );
  turns(
    'a decimal comma alone',
    numeric,
    { number: { decimal: ',' } },
    {
      '1234,5': '1234.5',
      '1.5': 'invalid_number: must be a number as 1234567,89',
      '1,5e3': '1.5e3',
    },
  );
  turns(
    'American',
    integer,
    { number: { thousands: ',' } },
    {
      '1,234,567': '1234567',
      '1,234.0': 'invalid_integer: must be a number as 1,234,567',
      '12,34': 'invalid_integer: must be a number as 1,234,567',
      '9,999,999,999': 'out_of_range: must be between -2147483648 and 2147483647',
    },
  );
  turns(
    'French',
    numeric,
    { number: { decimal: ',', thousands: ' ' } },
    {
      '1 234,5': '1234.5',
      '1\u00a0234\u202f567,5': '1234567.5',
    },
  );
  turns('Swiss', numeric, { number: { thousands: "'" } }, { "1'234.5": '1234.5', '1’234.5': '1234.5' });
  turns(
    'full-width',
    numeric,
    { fullWidth: 'ascii', number: { thousands: ',' } },
    { '－１，２３４．５': '-1234.5' },
  );
});

describe('booleans', () => {
  const how: Transformations = { booleans: { true: ['はい', '○', '1'], false: ['いいえ', '×', '0'] } };
  turns('words', boolean, how, {
    はい: 't',
    '○': 't',
    いいえ: 'f',
    '×': 'f',
    '1': '1',
    '0': '0',
    true: 'invalid_boolean: must be one of "はい", "○", "1", "いいえ", "×", "0"',
    はいは: 'invalid_boolean: must be one of "はい", "○", "1", "いいえ", "×", "0"',
  });
  turns('in any case', boolean, { case: 'lower', booleans: { true: ['ja'], false: ['nein'] } }, { JA: 't' });
  turns('0 may mean true', boolean, { booleans: { true: ['0'], false: ['1'] } }, { '0': 't', '1': 'f' });
});

describe('a row with changed values', () => {
  const column = (type: ColumnType, transformations: Transformations, notNull = false) => ({
    property: 'c',
    name: 'c',
    sqlType: '',
    required: false,
    aliases: [],
    position: null,
    rules: {},
    type,
    transformations,
    notNull,
  });
  const scan = (body: string, columns: (ReturnType<typeof column> | null)[]) =>
    scanEveryWay(body, {
      columns: scanColumns({ columns, header: { names: columns.map((_, index) => `c${index + 1}`) } }),
    });
  const trimmed = column(text, { trim: true });
  const wide = column(text, { fullWidth: 'ascii', trim: true });
  const plain = column(text, {});

  it.each([
    ['only what is changed', ' a ,b,"c"\n', [trimmed, plain, plain], 'a,b,"c"\n'],
    ['several, with what is between', ' a ,b, c\n', [trimmed, plain, trimmed], 'a,b,c\n'],
    ['quotes where they are needed', 'a，b,＂,x\n', [wide, wide, plain], '"a,b","""",x\n'],
    ['quotes where they were', '" a ","b "" c "\n', [trimmed, trimmed], '"a","b "" c"\n'],
    ['nothing of a value with doubled quotes that stays', '"b "" c",x\n', [trimmed, plain], '"b "" c",x\n'],
    ['NULL and the empty text apart', ' ," ",x\n', [trimmed, trimmed, plain], ',"",x\n'],
    ['ignored columns left out', ' a ,x, b ,y\n', [trimmed, null, trimmed, null], 'a,b\n'],
    ['\\. alone in quotes', ' \\. \n', [trimmed], '"\\."\n'],
    ['rows between changed ones in order', 'a\n b\nc\r\nd\n', [trimmed], 'a\nb\nc\nd\n'],
  ])('has %s', (_, body, columns, expected) => {
    const { accepted, rejects } = scan(body, columns);
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(expected);
  });

  it('is NULL where nothing is left, and refused where that may not be', () => {
    const { rejects } = scan(' ,x\n', [column(text, { trim: true }, true), plain]);
    expect(rejects[0]!.errors).toEqual([
      { column: 'c1', code: 'missing_value', reason: 'the column must have a value', value: ' ' },
    ]);
  });

  it('is refused with the value and the row as they stand in the file', () => {
    const { rejects } = scan(' 12x ,"１,２"\n', [column(integer, { trim: true }), wide]);
    expect(rejects[0]!.bytes.toString()).toBe(' 12x ,"１,２"');
    expect(rejects[0]!.errors[0]).toMatchObject({ code: 'invalid_integer', value: ' 12x ' });
  });

  it('is passed on as it stands where nothing changes', () => {
    const file = Buffer.from('a,b\nc,d\n');
    const { accepted } = scan(String(file), [trimmed, wide]);
    expect(accepted.toString()).toBe('a,b\nc,d\n');
  });

  it.each([
    ['null', ',"",x\n', ['missing_value', 'missing_value']],
    ['text', ',"",x\n', []],
  ] as const)('empty: %s', (empty, body, codes) => {
    const some = column(text, { empty }, true);
    const { rejects } = scan(body, [some, some, plain]);
    expect(rejects.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(codes);
  });

  it('keeps the order of many rows of both kinds', () => {
    const rows = Array.from({ length: 5000 }, (_, n) =>
      n % 500 < 3 ? ` ${n} ,x` : `${n},${'y'.repeat(100)}`,
    );
    const columns = scanColumns({ columns: [trimmed, plain], header: { names: ['a', 'b'] } });
    const { accepted } = scanChunks([Buffer.from(`${rows.join('\n')}\n`)], { columns });
    const expected = rows.map((row) => `${row.replace(/^ (\d+) /, '$1')}\n`).join('');
    expect(accepted.equals(Buffer.from(expected))).toBe(true);
  });
});
