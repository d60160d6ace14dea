import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import type { ColumnRules } from '../../../../contract/definition/define-import.ts';
import { fieldCheckFor } from '../../../../csv/check/field-check.ts';

/** `ok`, or the code that refuses the value; it stands between other bytes, which must not matter. */
function judge(type: ColumnType, value: string, rules: ColumnRules = {}): string {
  const check = fieldCheckFor({ type, rules });
  const bytes = Buffer.from(`9${value}9`);
  const problem = check?.(bytes, 1, bytes.length - 1) ?? null;
  return problem?.code ?? 'ok';
}

function reasonOf(type: ColumnType, value: string, rules: ColumnRules = {}): string | undefined {
  const bytes = Buffer.from(value);
  return fieldCheckFor({ type, rules })?.(bytes, 0, bytes.length)?.reason;
}

type Expected = Record<string, readonly string[]>;
function judgesAll(name: string, type: ColumnType, expected: Expected): void {
  const cases = Object.entries(expected).flatMap(([code, values]) =>
    values.map((value) => [value, code] as const),
  );
  it.each(cases)(`${name}: %j is %s`, (value, code) => {
    expect(judge(type, value)).toBe(code);
  });
}

const int2: ColumnType = { kind: 'integer', min: -32768n, max: 32767n };
const int8: ColumnType = { kind: 'integer', min: -9223372036854775808n, max: 9223372036854775807n };

describe('a reason', () => {
  it('is made once, so it can hold nothing of a cell', () => {
    const check = fieldCheckFor({ type: int2, rules: { max: 5 } })!;
    for (const [one, other] of [
      ['40000', '50000'],
      ['x', 'y'],
      ['6', '7'],
    ] as const) {
      const problem = check(Buffer.from(one), 0, one.length);
      expect(problem).not.toBeNull();
      expect(check(Buffer.from(other), 0, other.length)).toBe(problem);
    }
  });
});

describe('integer', () => {
  judgesAll('smallint', int2, {
    ok: ['0', '7', '-7', '+7', '-0', '32767', '-32768', '+32767'],
    leading_zeros: ['007', '-007', '00', '00000000000000000000032767', '0040000'],
    out_of_range: ['32768', '-32769', '99999999999999999999', '-123456789012345678'],
    invalid_integer: [
      '-',
      '+',
      '--1',
      '+-1',
      '1.0',
      '1e3',
      ' 1',
      '1 ',
      '1,000',
      '1_000',
      '0x10',
      '１',
      'a',
      '1-',
    ],
  });
  judgesAll('bigint', int8, {
    ok: [
      '9223372036854775807',
      '-9223372036854775808',
      '+9223372036854775807',
      '999999999999999',
      '1000000000000000',
    ],
    out_of_range: [
      '9223372036854775808',
      '-9223372036854775809',
      '10000000000000000000',
      '9'.repeat(100_000),
    ],
    invalid_integer: ['9223372036854775807x'],
  });
  it('tells the range', () => {
    expect(reasonOf(int2, '40000')).toBe('must be between -32768 and 32767');
  });
});

describe('numeric', () => {
  judgesAll(
    'numeric(5,2)',
    { kind: 'numeric', precision: 5, scale: 2 },
    {
      ok: [
        '0',
        '1',
        '-1.5',
        '+1.50',
        '999.99',
        '-999.99',
        '0.01',
        '.5',
        '5.',
        '1.2300000',
        '1e2',
        '1E+2',
        '12345e-2',
        '0e99999',
        '0.001e1',
        '-.5e1',
      ],
      out_of_range: ['1000', '-1000', '1e3', '999990e-2', '1e999999999', '12345678901234567890'],
      leading_zeros: ['000123.45', '-01', '00', '00.5', '01e2', '0012345.678'],
      too_precise: ['0.001', '1.234', '999.999', '1e-3', '0.0000000001', '1e-999999999', '12345.1e-3'],
      invalid_number: [
        '-',
        '.',
        '-.',
        '1.2.3',
        '1e',
        '1e+',
        'e5',
        '1e1.5',
        'NaN',
        'Infinity',
        '-inf',
        '0x1F',
        '1_000',
        ' 1',
        '1 ',
        '1,5',
        '1e5e5',
        '١',
      ],
    },
  );
  judgesAll(
    'numeric(5,0)',
    { kind: 'numeric', precision: 5, scale: 0 },
    { ok: ['12345', '12345.000'], too_precise: ['1.5'], out_of_range: ['123456'] },
  );
  judgesAll(
    'numeric(3,-2)',
    { kind: 'numeric', precision: 3, scale: -2 },
    { ok: ['12300', '99900', '0'], too_precise: ['12345', '50'], out_of_range: ['100000'] },
  );
  judgesAll(
    'numeric(2,4)',
    { kind: 'numeric', precision: 2, scale: 4 },
    { ok: ['0.0012', '0.0099', '0'], too_precise: ['0.00123'], out_of_range: ['0.01', '1'] },
  );
  judgesAll(
    'numeric',
    { kind: 'numeric', precision: null, scale: null },
    {
      ok: [
        '123456789012345678901234567890.123456789',
        '1e131071',
        '0e-16383',
        '0e1073741822',
        `0.${'0'.repeat(16_382)}1`,
      ],
      out_of_range: ['1e131072', '9'.repeat(131_073), '0e1073741823', '0e9999999999'],
      too_precise: ['1e-16384', '0e-16384', `0.${'0'.repeat(16_383)}1`, `1.${'0'.repeat(16_384)}`],
    },
  );
  it('tells the limit', () => {
    const type: ColumnType = { kind: 'numeric', precision: 5, scale: 2 };
    expect(reasonOf(type, '12345')).toBe('must have at most 3 digits before the decimal point');
    expect(reasonOf(type, '1.234')).toBe('must have at most 2 decimal places');
  });
});

describe('float', () => {
  judgesAll(
    'double precision',
    { kind: 'float', bits: 64 },
    {
      ok: [
        '0',
        '-0',
        '1.5',
        '.5',
        '5.',
        '1e308',
        '1E-300',
        '-1.7976931348623157e308',
        '5e-324',
        '0e999999',
        '0.0',
        '0.30000000000000004',
        '3.14159265358979323846',
        '9007199254740992',
        '123456789012345680000',
        '1000000000000000000000000',
        '1.23457E+15',
      ],
      too_precise: ['9007199254740993', '-9223372036854775807', '123456789012345678901234567890'],
      leading_zeros: ['007', '00', '-01.5', '00e5'],
      out_of_range: ['1e309', '-1e309', '1e-400', '9'.repeat(400)],
      invalid_number: ['NaN', 'Infinity', 'inf', '', '.', '1e', '1 ', '0x1', '1e5x', '--1'],
    },
  );
  judgesAll(
    'real',
    { kind: 'float', bits: 32 },
    {
      // The last ones are halfway to infinity or to zero as doubles, and just not as decimals.
      ok: [
        '16777216',
        '33554432',
        '123456790',
        '0.123456789',
        '1e38',
        '3.4028234e38',
        '1e-45',
        '3.4028235677973366e38',
        '-7.0064923216240854e-46',
      ],
      too_precise: ['16777217', '-123456789'],
      out_of_range: ['1e39', '3.5e38', '1e-46', '3.4028235677973367e38', '7.0064923216240853e-46'],
    },
  );
});

describe('boolean', () => {
  judgesAll(
    'boolean',
    { kind: 'boolean' },
    {
      ok: [
        't',
        'T',
        'true',
        'TRUE',
        'True',
        'y',
        'yes',
        'YES',
        'on',
        'On',
        '1',
        'f',
        'F',
        'false',
        'FALSE',
        'n',
        'no',
        'No',
        'off',
        'OFF',
        '0',
      ],
      invalid_boolean: ['tr', 'of', '2', 'yess', ' t', 't ', 'はい', '\x11', 'nO!', 'o', '-1', '10'],
    },
  );
});

describe('date', () => {
  judgesAll(
    'date',
    { kind: 'date' },
    {
      ok: ['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '2023-04-30'],
      invalid_date: [
        '2023-02-29',
        '1900-02-29',
        '2024-02-30',
        '2023-04-31',
        '2024-13-01',
        '2024-00-10',
        '2024-01-00',
        '2024-01-32',
        '0000-01-01',
        '2024-1-1',
        '20240101',
        '2024/01/01',
        '01-02-2024',
        '2024-01-01 ',
        ' 2024-01-01',
        '2024-01-01T00:00:00',
        'infinity',
        'today',
        '10000-01-01',
        '-001-01-01',
        '2024-0a-01',
        '令和6年',
        '2024-01-1９',
      ],
    },
  );
});

describe('time', () => {
  judgesAll(
    'time(3)',
    { kind: 'time', precision: 3, withTimeZone: false },
    {
      ok: ['00:00', '23:59:59', '12:34:56.7', '12:34:56.789', '12:34:56.789000'],
      too_precise: ['12:34:56.7891', '12:34:56.0001'],
      time_zone_unexpected: ['12:34:56+09', '12:34Z', '12:34:56.7891Z'],
      invalid_time: [
        '24:00',
        '24:00:00',
        '12:60',
        '12:34:60',
        '1:23',
        '12:34:',
        '12:34:5',
        '12:34:56.',
        '1234',
        '12:34 PM',
        '12:34:56,7',
        '12-34',
        '',
      ],
    },
  );
  judgesAll(
    'time with time zone',
    { kind: 'time', precision: 6, withTimeZone: true },
    { ok: ['12:34:56+09', '12:34Z'], time_zone_missing: ['12:34:56'] },
  );
});

describe('timestamp', () => {
  judgesAll(
    'timestamp with time zone',
    { kind: 'timestamp', precision: 6, withTimeZone: true },
    {
      ok: [
        '2024-01-02 03:04:05Z',
        '2024-01-02T03:04:05Z',
        '2024-01-02 03:04+09',
        '2024-01-02 03:04:05.123456+0900',
        '2024-01-02T03:04:05.1234560-09:30',
        '2024-01-02 03:04:05+15:59',
        '2024-01-02 03:04:05-00:00',
        '1850-01-02 03:04:05+09:18:59',
      ],
      time_zone_missing: ['2024-01-02 03:04:05', '2024-01-02T03:04'],
      too_precise: ['2024-01-02 03:04:05.1234567Z'],
      invalid_timestamp: [
        '2024-01-02',
        '2024-01-02 ',
        '2024-01-02  03:04:05Z',
        '2024-01-02t03:04:05Z',
        '2024-01-02 03:04:05z',
        '2024-01-02 03:04:05 Z',
        '2024-01-02 03:04:05+16:00',
        '2024-01-02 03:04:05+09:60',
        '2024-01-02 03:04:05+9',
        '2024-01-02 03:04:05+090',
        '2024-01-02 03:04:05+09:0',
        '2024-01-02 03:04:05+09:00:60',
        '2024-01-02 03:04:05+09:0000',
        '2024-01-02 03:04:05+09-00',
        '2024-01-02 03:04:05 JST',
        '2024-01-02 03:04:60Z',
        '2024-01-02 24:00:00Z',
        '2023-02-29 00:00:00Z',
        '2024-01-02 03:04:05ZZ',
        'now',
        '',
      ],
    },
  );
  judgesAll(
    'timestamp(0)',
    { kind: 'timestamp', precision: 0, withTimeZone: false },
    {
      ok: ['2024-01-02 03:04:05', '2024-01-02T03:04:05.000'],
      too_precise: ['2024-01-02 03:04:05.5'],
      time_zone_unexpected: ['2024-01-02 03:04:05Z', '2024-01-02 03:04:05-05'],
      invalid_timestamp: ['2024-01-02 03:04:05-5'],
    },
  );
});

describe('bit(3)', () => {
  judgesAll(
    'bit(3)',
    { kind: 'bit', length: 3 },
    { ok: ['000', '101'], invalid_bits: ['', '10', '1010', '102', 'B101', 'x5', '1 1'] },
  );
});

describe('interval', () => {
  judgesAll(
    'interval',
    { kind: 'interval', fields: null, precision: 6 },
    {
      ok: [
        '1 year 2 mons -3 days +04:05:06.789',
        '1 day',
        '-90 minutes',
        '1.5 seconds',
        '36:00',
        '-00:00:01',
        'P1Y2M3DT4H5M6.5S',
        'P2W',
        'PT-5M',
      ],
      too_precise: ['1.1234567 seconds', '00:00:00.1234567', 'PT0.1234567S'],
      out_of_range: ['200000000 years'],
      invalid_interval: [
        '',
        '1',
        '1 fortnight',
        'yesterday',
        '1 day ago',
        '@ 1 day',
        ' 1 day',
        '1 day ',
        '1  day',
        '1.5 days',
        '1 day 2 days',
        '1 hour 02:00',
        'P',
        'PT',
        'P1DT',
        'P1H',
        '1:60',
        '1-2',
        '1 day 02:03:04 5 mins',
      ],
    },
  );
  judgesAll(
    'interval day to minute',
    { kind: 'interval', fields: 'day to minute', precision: 6 },
    { ok: ['1 year 1 day 02:03', 'PT2H', '0 seconds'], too_precise: ['00:00:01', 'PT1S'] },
  );
  judgesAll(
    'interval minute to second',
    { kind: 'interval', fields: 'minute to second', precision: 6 },
    { ok: ['00:04:05', '1 day 00:04:05'], invalid_interval: ['04:05', '1 day 04:05'] },
  );
  judgesAll(
    'interval(0)',
    { kind: 'interval', fields: null, precision: 0 },
    { ok: ['1.0 seconds'], too_precise: ['0.5 seconds'] },
  );
});

describe('array', () => {
  judgesAll(
    'smallint[]',
    { kind: 'array', element: int2, dimensions: 1 },
    {
      ok: ['{}', '{1}', '{1,-2,3}', '{NULL,null,1}', '{"1","2"}'],
      out_of_range: ['{1,40000}'],
      invalid_integer: ['{1,x}', '{"NULL"}', '{1 2}', '{""}'],
      invalid_array: [
        '1,2',
        '{',
        '{1',
        '{1,2',
        '{1,}',
        '{,1}',
        '{1}}',
        '{1} ',
        ' {1}',
        '{ 1}',
        '{1, 2}',
        '[0:1]={1,2}',
        '{{1}}',
        '{1,{2}}',
        '{"1"2}',
        '{"1}',
        '{"1\\"}',
        '{1\\}',
        '{1"}',
      ],
    },
  );
  judgesAll(
    'varchar(3)[][]',
    { kind: 'array', element: { kind: 'text', maxLength: 3 }, dimensions: 2 },
    {
      ok: ['{}', '{{a},{b}}', '{{"a,b","}"},{"\\"","\\\\"}}', '{{a b,NULL}}', '{{""}}'],
      too_long: ['{{abcd}}', '{{"a\\bcd"}}'],
      invalid_array: ['{a}', '{{a},{b,c}}', '{{a},b}', '{{a}', '{{}}', '{{{a}}}', '{{a},{}}'],
    },
  );
  it('tells the problem of an element as one', () => {
    const type: ColumnType = { kind: 'array', element: int2, dimensions: 1 };
    expect(reasonOf(type, '{1,40000}')).toBe('an element: must be between -32768 and 32767');
  });
});

describe('text', () => {
  judgesAll(
    'varchar(3)',
    { kind: 'text', maxLength: 3 },
    { ok: ['', 'abc', 'あいう', '😀😀😀', 'é́'], too_long: ['abcd', 'あいうえ', '😀😀😀😀', 'ab  '] },
  );
  judgesAll(
    'enum',
    { kind: 'enum', values: ['open', 'closed', '済'] },
    { ok: ['open', 'closed', '済'], not_in_list: ['Open', 'ope', 'opens', ' open', '', 'clos', '未'] },
  );
  it('any text: nothing to check', () => {
    expect(fieldCheckFor({ type: { kind: 'text', maxLength: null }, rules: {} })).toBeNull();
    expect(fieldCheckFor({ type: { kind: 'other', sqlType: 'inet' }, rules: {} })).toBeNull();
  });
  it('tells the limit and the values', () => {
    expect(reasonOf({ kind: 'text', maxLength: 80 }, 'x'.repeat(81))).toBe('must have at most 80 characters');
    expect(reasonOf({ kind: 'enum', values: ['a', 'b'] }, 'c')).toBe('must be one of "a", "b"');
  });
});

describe('uuid', () => {
  judgesAll(
    'uuid',
    { kind: 'uuid' },
    {
      ok: [
        '123e4567-e89b-12d3-a456-426614174000',
        '123E4567-E89B-12D3-A456-42661417400F',
        '00000000-0000-0000-0000-000000000000',
      ],
      invalid_uuid: [
        '123e4567e89b12d3a456426614174000',
        '{123e4567-e89b-12d3-a456-426614174000}',
        '123e4567-e89b-12d3-a456-42661417400',
        '123e4567-e89b-12d3-a456-42661417400g',
        '123e4567-e89b-12d3-a4560426614174000',
        '',
      ],
    },
  );
});

describe('json', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}"[[${'\\"['.repeat(1000)}"${']'.repeat(levels)}`;
  judgesAll(
    'json',
    { kind: 'json', binary: false },
    {
      ok: ['{}', '[1, "a", null]', '"x"', ' 1 ', 'null', '"\\u0000"', '"\\ud800"', '1e999999', deep(1000)],
      invalid_json: ['', '{', "{'a': 1}", '{"a": 1,}', 'undefined', '"a\nb"', '01', 'NaN', deep(1001)],
    },
  );
  judgesAll(
    'jsonb',
    { kind: 'json', binary: true },
    {
      ok: [
        '{"a": [1, 2.5e10, "\\u3042"]}',
        '"\\ud83d\\ude00"',
        '"\\\\u0000"',
        '"\\\\ud800"',
        '"1e999999"',
        '1e1000',
        '"\\"1e999999"',
        '[{"a": 1, "b": {"a": 2}}, {"a": ":"}]',
        '{"__proto__": {"a": 1}, "a\\":": 1}',
      ],
      invalid_json: [
        '{"a": 1, "a": 1}',
        '[{"b": {"a": 1, "\\u0061": {}}}]',
        '{"__proto__": 1, "__proto__": 2}',
        '"\\u0000"',
        '{"a\\u0000": 1}',
        '"\\ud800"',
        '"\\udc00"',
        '"\\ude00\\ud83d"',
        '"\\ud83dx\\ude00"',
        '"\\ud83d\\ud83d\\ude00"',
        '1e999999',
        '["a", -1E+200000]',
        '1e-20000',
      ],
    },
  );
});

describe('rules', () => {
  const text: ColumnType = { kind: 'text', maxLength: null };
  const numeric: ColumnType = { kind: 'numeric', precision: null, scale: null };
  const date: ColumnType = { kind: 'date' };
  const time: ColumnType = { kind: 'time', precision: 6, withTimeZone: false };
  const timestamp: ColumnType = { kind: 'timestamp', precision: 6, withTimeZone: false };
  const instant: ColumnType = { kind: 'timestamp', precision: 6, withTimeZone: true };
  it.each<[ColumnType, ColumnRules, string, string | undefined]>([
    [int8, { min: 0 }, '-1', 'must be at least 0'],
    [int8, { min: 0 }, '0', undefined],
    [int8, { min: 0 }, '-0', undefined],
    [int8, { max: 10 }, '11', 'must be at most 10'],
    [int8, { max: 10 }, '+10', undefined],
    [int8, { max: Number.MAX_SAFE_INTEGER }, '9007199254740992', 'must be at most 9007199254740991'],
    [int8, { min: -9007199254740991 }, '-9007199254740992', 'must be at least -9007199254740991'],
    [numeric, { max: 0.1 }, '0.1', undefined],
    [numeric, { max: 0.1 }, '0.10000000000000000000', undefined],
    [numeric, { max: 0.1 }, '0.10000000000000000001', 'must be at most 0.1'],
    [numeric, { min: 0 }, '-0.00000000000000000001', 'must be at least 0'],
    [numeric, { min: 0 }, '0.00000000000000000000', undefined],
    [numeric, { max: 1e21 }, '1000000000000000000000', undefined],
    [numeric, { max: 1e21 }, '1000000000000000000001', 'must be at most 1e+21'],
    [numeric, { min: 1e-7 }, '0.000000099999999999999', 'must be at least 1e-7'],
    [numeric, { min: -5 }, '0.00000000000000000000', undefined],
    [numeric, { min: '0.30000000000000000001' }, '0.3', 'must be at least 0.30000000000000000001'],
    [numeric, { min: '0.30000000000000000001' }, '0.30000000000000000001', undefined],
    [int8, { max: '9007199254740993' }, '9007199254740994', 'must be at most 9007199254740993'],
    [int8, { max: '9007199254740993' }, '9007199254740993', undefined],
    [date, { min: '2000-01-01' }, '1999-12-31', 'must be at least 2000-01-01'],
    [date, { min: '2000-01-01', max: '2000-01-01' }, '2000-01-01', undefined],
    [time, { max: '12:00' }, '12:00:00', undefined],
    [time, { max: '12:00' }, '12:00:00.000001', 'must be at most 12:00'],
    [time, { min: '09:00:00.5' }, '09:00:00.49', 'must be at least 09:00:00.5'],
    [timestamp, { min: '2024-02-29 12:00' }, '2024-02-29T12:00:00.0', undefined],
    [
      timestamp,
      { min: '2024-03-01 00:00' },
      '2024-02-29 23:59:59.999999',
      'must be at least 2024-03-01 00:00',
    ],
    [
      instant,
      { min: '2024-01-01 00:00Z' },
      '2024-01-01 08:59:59+09:00',
      'must be at least 2024-01-01 00:00Z',
    ],
    [instant, { min: '2024-01-01 00:00Z' }, '2024-01-01 09:00:00+09', undefined],
    [instant, { max: '2024-01-01T00:00:00+09:00' }, '2023-12-31 15:00Z', undefined],
    [
      instant,
      { max: '2024-01-01T00:00:00+09:00' },
      '2023-12-31 10:00:01-0500',
      'must be at most 2024-01-01T00:00:00+09:00',
    ],
    [text, { minLength: 2 }, 'あ', 'must have at least 2 characters'],
    [text, { minLength: 2 }, 'あい', undefined],
    [text, { maxLength: 2 }, 'あいう', 'must have at most 2 characters'],
    [text, { oneOf: ['a', 'あ'] }, 'あ', undefined],
    [text, { oneOf: ['a', 'あ'] }, 'b', 'must be one of "a", "あ"'],
    [text, { pattern: /^[あ-ん]+$/ }, 'ひらがな', undefined],
    [text, { pattern: /^[あ-ん]+$/ }, 'カナ', 'must match /^[あ-ん]+$/'],
    [text, { minLength: 1, pattern: /^a/ }, 'b', 'must match /^a/'],
  ])('%o %o: %j', (type, rules, value, reason) => {
    expect(reasonOf(type, value, rules)).toBe(reason);
  });

  it.each([
    ['a@b.co', true],
    ["O'Neil+x=1@mail.example-site.com", true],
    ['first.last@sub.example.co.jp', true],
    [`${'a'.repeat(64)}@b.co`, true],
    ['1@1.jp', true],
    ['a@b', false],
    ['a.b.co', false],
    ['@b.co', false],
    ['a@', false],
    ['a@@b.co', false],
    ['a@b.co@c.de', false],
    ['a b@c.de', false],
    ['a@b c.de', false],
    ['.a@b.co', false],
    ['a.@b.co', false],
    ['a..b@c.de', false],
    ['a@.b.co', false],
    ['a@b..co', false],
    ['a@b.co.', false],
    ['a@-b.co', false],
    ['a@b-.co', false],
    ['"a b"@c.de', false],
    ['Ann <a@b.co>', false],
    ['ä@b.co', false],
    ['a@bücher.de', false],
    [`${'a'.repeat(65)}@b.co`, false],
    [`a@${'b'.repeat(64)}.co`, false],
    [`a@${'b.'.repeat(130)}co`, false],
  ])('email: %j is %s', (value, taken) => {
    expect(judge(text, value, { email: true })).toBe(taken ? 'ok' : 'rule_violated');
  });

  it('come after the type', () => {
    expect(judge(int2, 'x', { min: 0 })).toBe('invalid_integer');
    expect(judge(int2, '-1', { min: 0 })).toBe('rule_violated');
  });

  it.each([/a/g, /a/y])('remember nothing between cells: %s', (pattern) => {
    const check = fieldCheckFor({ type: text, rules: { pattern } })!;
    const bytes = Buffer.from('a');
    expect([1, 2, 3].map(() => check(bytes, 0, 1))).toEqual([null, null, null]);
    expect(pattern.lastIndex).toBe(0);
  });
});

describe('a message for whoever uploads the file', () => {
  const text: ColumnType = { kind: 'text', maxLength: null };
  const message = 'must be a product code such as AB-123';
  const rules = { pattern: /^[A-Z]{2}-\d{3}$/, maxLength: 6, message };

  it('is the reason of every rule of the column, and of nothing else', () => {
    expect(reasonOf(text, 'x', rules)).toBe(message);
    expect(reasonOf(text, 'AB-123', rules)).toBeUndefined();
    expect(reasonOf(text, 'x', { ...rules, message: undefined } as ColumnRules)).toMatch(/^must match/);
    expect(reasonOf(int2, 'x', { max: 5, message })).toBe('must be a whole number');
    expect(reasonOf(text, 'x', { message })).toBeUndefined();
  });
});
