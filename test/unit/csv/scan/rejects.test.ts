import { describe, expect, it } from 'vitest';
import { integerCheck } from '../../../../csv/check/check-number.ts';
import { lengthCheck } from '../../../../csv/check/check-text.ts';
import { plainDialect } from '../../../../csv/scan/dialect.ts';
import { type RefuseRow, Scanner } from '../../../../csv/scan/scanner.ts';
import { brief, checked, column, cut, scanChunks, scanEveryWay, texts } from './scan.ts';

describe('the number of values', () => {
  const missing = ": the missing ones may be empty (file.missingValues: 'empty')";
  const empty = ", and the extra values are empty (file.extraValues: 'dropEmpty' drops them)";
  it.each([
    ['a\n', `1 value, the header has 3${missing}`],
    ['a,b\n', `2 values, the header has 3${missing}`],
    ['a,b,c,\n', `4 values, the header has 3${empty}`],
    ['a,b,c,d\n', '4 values, the header has 3'],
    ['a,"b\nc"\n', `2 values, the header has 3${missing}`],
    [`${','.repeat(50)}\n`, `51 values, the header has 3${empty}`],
  ])('%j is refused', (input, reason) => {
    const { rejects, accepted } = scanEveryWay(`${input}x,y,z\n`, { columns: texts(3) });
    expect(rejects.map(({ errors }) => errors)).toEqual([
      [{ column: null, code: 'wrong_field_count', reason, value: '' }],
    ]);
    expect(accepted.toString()).toBe('x,y,z\n');
  });
});

describe('NULL', () => {
  const number = checked('n', integerCheck(0n, 9n));
  it.each([
    ['an unquoted empty value where the column takes NULL', ',a\n', { ...number }, []],
    ['a quoted one too, where the type has no empty value', '"",a\n', { ...number }, []],
    ['an unquoted empty value where it does not', ',a\n', { ...number, notNull: true }, ['missing_value']],
    ['a quoted one', '"",a\n', { ...number, notNull: true }, ['missing_value']],
    ['an unquoted empty text', ',a\n', column('n', { notNull: true }), ['missing_value']],
    ['but not a quoted one, which is the empty text', '"",a\n', column('n', { notNull: true }), []],
  ])('%s', (_, input, first, codes) => {
    const { rejects } = scanEveryWay(input, { columns: [first, column('t')] });
    expect(rejects.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(codes);
  });
});

describe('a reject', () => {
  it('has all errors of the row, in the order of its columns', () => {
    const columns = [
      checked('n', integerCheck(0n, 9n)),
      column('t', { notNull: true, check: lengthCheck(3) }),
    ];
    const { rejects } = scanEveryWay('x,abcd\n10,\n1,abc\n', { columns });
    expect(rejects).toEqual([
      {
        line: 1,
        row: 1,
        bytes: Buffer.from('x,abcd'),
        errors: [
          { column: 'n', code: 'invalid_integer', reason: 'must be a whole number', value: 'x' },
          { column: 't', code: 'too_long', reason: 'must have at most 3 characters', value: 'abcd' },
        ],
      },
      {
        line: 2,
        row: 2,
        bytes: Buffer.from('10,'),
        errors: [
          { column: 'n', code: 'out_of_range', reason: 'must be between 0 and 9', value: '10' },
          { column: 't', code: 'missing_value', reason: 'the column must have a value', value: '' },
        ],
      },
    ]);
  });

  it('shows at most 200 characters of a cell, whole ones', () => {
    const columns = [checked('n', integerCheck(0n, 9n))];
    const { rejects } = scanEveryWay(`"${'😀""'.repeat(110)}"\n`, { columns });
    expect(rejects[0]!.errors[0]!.value).toBe('😀"'.repeat(100));
  });

  it('comes also of a row that others refuse, by its ordinal among the good ones', () => {
    const asked: number[][] = [];
    const refuse: RefuseRow = (ordinal, row, line) => {
      asked.push([ordinal, row, line]);
      return ordinal === 2 ? { column: 1, code: 'constraint_violated', reason: 'taken' } : null;
    };
    const scanner = new Scanner({ dialect: plainDialect(','), columns: texts(2), firstLine: 2, refuse });
    const { accepted, rejects } = scanner.push(Buffer.from('a,b\nbad\nc,"d"\ne,f\n'));
    expect(asked).toEqual([
      [1, 1, 2],
      [2, 3, 4],
      [3, 4, 5],
    ]);
    expect(Buffer.concat(accepted).toString()).toBe('a,b\ne,f\n');
    expect(rejects.map(({ row, line, errors }) => [row, line, errors[0]])).toEqual([
      [2, 3, expect.objectContaining({ code: 'wrong_field_count' })],
      [3, 4, { column: 'b', code: 'constraint_violated', reason: 'taken', value: 'd' }],
    ]);
  });
});

describe('bad bytes', () => {
  it('NUL is refused', () => {
    const { rejects, accepted } = scanEveryWay('a,b\nc,d\0e\ng,h\n', { columns: texts(2), firstOffset: 100 });
    expect(brief(rejects)).toEqual([[2, 2, 'b:nul_byte', 'c,d\0e']]);
    expect(rejects[0]!.errors[0]!.reason).toBe(
      'byte 4 of the row, byte 108 of the file, is NUL, which PostgreSQL cannot store',
    );
    expect(accepted.toString()).toBe('a,b\ng,h\n');
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80], 2],
    ['a cut character', [0xe3, 0x81], 1],
    ['a cut character before the delimiter of the next field', [0xe3, 0x81, 0xff], 1],
    ['an overlong form', [0x61, 0xc0, 0xaf], 2],
    ['a surrogate', [0xed, 0xa0, 0x80], 1],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 1],
    ['Shift_JIS', [0xe3, 0x81, 0x82, 0x93, 0xfa], 4],
  ])('%s is refused', (_, bytes, at) => {
    const input = Buffer.concat([Buffer.from('あ,b\nい,'), Buffer.from(bytes), Buffer.from('\nう,d\n')]);
    const { rejects, accepted } = scanEveryWay(input, { columns: texts(2) });
    expect(accepted.toString()).toBe('あ,b\nう,d\n');
    expect(rejects).toHaveLength(1);
    expect(rejects[0]!.errors).toMatchObject([
      {
        column: 'b',
        code: 'invalid_encoding',
        reason: `byte ${4 + at} of the row, byte ${10 + at} of the file, is not valid UTF-8`,
      },
    ]);
    expect(rejects[0]!.bytes).toEqual(input.subarray(6, input.length - 7));
  });

  it('are found in ignored columns and in rows of the wrong shape', () => {
    const { rejects } = scanEveryWay('a,\0\n\0\n', { columns: [column('a'), null] });
    expect(brief(rejects)).toEqual([
      [1, 1, '*:nul_byte', 'a,\0'],
      [2, 2, '*:wrong_field_count *:nul_byte', '\0'],
    ]);
  });
});

describe('rows over the limit', () => {
  const limit = { columns: texts(2), maxRowBytes: 10 };
  it.each([
    ['a row of just the limit is fine', 'a,12345678\nc,d\n', 'a,12345678\nc,d\n', []],
    ['also when quoted, with CRLF', 'a,"123\n56"\r\nc,d\r\n', 'a,"123\n56"\r\nc,d\r\n', []],
    ['one byte more is not', 'a,123456789\nc,d\n', 'c,d\n', [[1, 1, '*:row_too_large', 'a,12345678']]],
    ['at the end of the file', 'c,d\na,123456789', 'c,d\n', [[2, 2, '*:row_too_large', 'a,12345678']]],
    ['with CRLF', 'a,1234567890\r\nc,d\r\n', 'c,d\r\n', [[1, 1, '*:row_too_large', 'a,12345678']]],
    [
      'a quoted value in one line',
      'a,"123456789012"\nc,d\n',
      'c,d\n',
      [[1, 1, '*:row_too_large', 'a,"1234567']],
    ],
    [
      'a quoted value of several lines counts as not closed',
      'a,"12\n3,4\n5,6\n7,8\nc,d\n',
      '3,4\n5,6\n7,8\nc,d\n',
      [[1, 1, 'b:unterminated_quote', 'a,"12']],
    ],
    [
      'so does a record of several lines that grows behind its quotes',
      '"1\n",456789012\nc,d\n',
      'c,d\n',
      [
        [1, 1, 'a:unterminated_quote', '"1'],
        [2, 2, '*:row_too_large', '",45678901'],
      ],
    ],
    [
      'a stray quote is told first',
      'a",345678901234\nc,d\n',
      'c,d\n',
      [[1, 1, 'a:stray_quote', 'a",3456789']],
    ],
  ])('%s', (_, input, expectedRows, expected) => {
    const { accepted, rejects } = scanEveryWay(input, limit);
    expect(brief(rejects)).toEqual(expected);
    expect(accepted.toString()).toBe(expectedRows);
  });

  it('are not held in memory: what is over the limit is consumed as it comes', () => {
    const scanner = new Scanner({
      dialect: plainDialect(','),
      columns: texts(2),
      firstLine: 1,
      maxRowBytes: 1024,
    });
    const chunk = Buffer.alloc(10_000, 'x');
    for (let count = 1; count <= 20; count++) {
      scanner.push(chunk);
      expect(scanner.counters.offset).toBe(count * chunk.length);
    }
    const { rejects } = scanner.push(Buffer.from('x\n'));
    expect(rejects).toMatchObject([{ errors: [{ code: 'row_too_large' }], bytes: chunk.subarray(0, 1024) }]);
  });
});

describe('hostile input', () => {
  const lines = (line: string) => line.repeat(Math.ceil((1024 * 1024) / line.length));
  it.each([
    ['a quote in each line that would go on for the rest of the file', lines('a","x\n')],
    ['one open quote before quotes in pairs', `"x\n${lines('"",b\n')}`],
    ['open quotes before more open quotes', lines('"x\n')],
    ['one open quote before lines without any', `"x\n${lines('a,b\n')}`],
    ['doubled quotes', lines('"""\n')],
    ['nothing but quotes', lines('"')],
    ['nothing but delimiters', lines(',')],
    ['nothing but CR', lines('\r')],
  ])('takes time in proportion to its size: %s', { timeout: 20_000 }, (_, input) => {
    // A second at most; reading up to the limit again from every line would take minutes.
    const options = { columns: texts(2), maxRowBytes: 256 * 1024 };
    const bytes = Buffer.from(input);
    const whole = scanChunks([bytes], options);
    expect(scanChunks(cut(bytes, 10_007), options).counters).toEqual(whole.counters);
    expect(whole.counters.offset).toBe(bytes.length);
  });

  it('may leave a long row behind rows that were read a second time', () => {
    const rows = `${'a,b\n'.repeat(1900)}c,${'y'.repeat(7900)}\n`;
    const bytes = Buffer.from(`"open\n${rows}`);
    for (const size of [50, 100, 1000, 5000]) {
      const { accepted, rejects } = scanChunks(cut(bytes, size), { columns: texts(2), maxRowBytes: 8000 });
      expect(brief(rejects)).toEqual([[1, 1, 'a:unterminated_quote', '"open']]);
      expect(accepted.toString()).toBe(rows);
    }
  });

  it('takes a row that comes byte by byte', () => {
    const bytes = Buffer.from(`a,"${'x'.repeat(100_000)}"\n`);
    const { accepted } = scanChunks(cut(bytes, 1), { columns: texts(2) });
    expect(accepted.equals(bytes)).toBe(true);
  });
});
