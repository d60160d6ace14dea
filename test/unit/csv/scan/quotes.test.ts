import { describe, expect, it } from 'vitest';
import { integerCheck } from '../../../../csv/check/check-number.ts';
import { brief, checked, column, scanEveryWay, texts } from './scan.ts';

describe('quoted fields', () => {
  it.each([
    ['a delimiter', '"a,b",c\n'],
    ['doubled quotes', '"a ""b"" c",""""\n'],
    ['an empty text', '"",""\n'],
    ['newlines', '"a\nb","c\r\nd"\n'],
    ['only a newline', '"\n",a\n'],
  ])('may hold %s', (_, input) => {
    const { accepted, rejects } = scanEveryWay(input, { columns: texts(2) });
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(input);
  });

  it.each([';', '\t', '|'])('may be separated by %j', (delimiter) => {
    const input = `a,b${delimiter}"c${delimiter}d"\n`;
    const { accepted, rejects } = scanEveryWay(input, { columns: texts(2), delimiter });
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(input);
  });

  it('are checked without their quotes', () => {
    const columns = [checked('n', integerCheck(0n, 9n)), column('t')];
    const { rejects } = scanEveryWay('"7",a\n"12",a\n"""7""",a\n', { columns });
    expect(rejects.map(({ line, errors }) => [line, errors[0]])).toEqual([
      [2, { column: 'n', code: 'out_of_range', reason: 'must be between 0 and 9', value: '12' }],
      [3, { column: 'n', code: 'invalid_integer', reason: 'must be a whole number', value: '"7"' }],
    ]);
  });
});

describe('stray quotes', () => {
  it.each([
    ['in an unquoted field', 'a,b\n1,5" pipe\nc,d\n', [[2, 2, 'b:stray_quote', '1,5" pipe']]],
    ['two of them', 'a"b"c,d\ne,f\n', [[1, 1, 'a:stray_quote', 'a"b"c,d']]],
    ['at the end of the file', 'a,b\n1,5"', [[2, 2, 'b:stray_quote', '1,5"']]],
    ['behind a space', 'a, "b"\nc,d\n', [[1, 1, 'b:stray_quote', 'a, "b"']]],
    ['text behind a closing quote', '"a"x,b\nc,d\n', [[1, 1, 'a:stray_quote', '"a"x,b']]],
    ['a space behind a closing quote', '"a" ,b\nc,d\n', [[1, 1, 'a:stray_quote', '"a" ,b']]],
    ['a quoted field later in the line', '5",",x\nc,d\n', [[1, 1, 'a:stray_quote', '5",",x']]],
    ['in a surplus field', 'a,b,c"\nc,d\n', [[1, 1, '*:stray_quote', 'a,b,c"']]],
    ['behind a quoted newline', '"a\nb",c"\nd,e\n', [[1, 1, 'b:stray_quote', '"a\nb",c"']]],
  ])('%s: refuse the row, which ends with its line', (_, input, expected) => {
    const { rejects, counters } = scanEveryWay(input, { columns: texts(2) });
    expect(brief(rejects)).toEqual(expected);
    expect(counters.rows).toBe(counters.acceptedRows + 1);
  });

  it('tell the cell, and what is wrong with the fields before', () => {
    const columns = [checked('n', integerCheck(0n, 9n)), column('b'), column('c')];
    const { rejects } = scanEveryWay('x,5" pipe,"c"\n', { columns });
    expect(rejects[0]!.errors).toMatchObject([
      { column: 'n', code: 'invalid_integer', value: 'x' },
      { column: 'b', code: 'stray_quote', value: '5" pipe' },
    ]);
  });
});

describe('quotes that are not closed', () => {
  it.each([
    [
      'before the end of the file: the other lines are rows',
      'a,b\n1,"open\nc,d\ne,f\n',
      'a,b\nc,d\ne,f\n',
      [[2, 2, 'b:unterminated_quote', '1,"open']],
    ],
    [
      'before another quoted field',
      '1,"open\n2,"b"\n3,c\n',
      '2,"b"\n3,c\n',
      [[1, 1, 'b:unterminated_quote', '1,"open']],
    ],
    [
      'with CRLF',
      '1,"open\r\n2,b\r\n3,"c"\r\n',
      '2,b\r\n3,"c"\r\n',
      [[1, 1, 'b:unterminated_quote', '1,"open']],
    ],
    [
      'twice',
      '1,"open\n2,b\n"open,3\n4,d\n"5",e\n',
      '2,b\n4,d\n"5",e\n',
      [
        [1, 1, 'b:unterminated_quote', '1,"open'],
        [3, 3, 'a:unterminated_quote', '"open,3'],
      ],
    ],
    ['in the last line', 'a,b\nc,"d', 'a,b\n', [[2, 2, 'b:unterminated_quote', 'c,"d']]],
    ['as the last byte', 'a,b\n"', 'a,b\n', [[2, 2, 'a:unterminated_quote', '"']]],
    [
      'before a field of several lines that is closed',
      '1,"open\n",2\n3,"x\ny"z\n4,d\n',
      '4,d\n',
      [
        [1, 1, '*:wrong_field_count', '1,"open\n",2'],
        [3, 2, 'b:unterminated_quote', '3,"x'],
        [4, 3, 'a:stray_quote', 'y"z'],
      ],
    ],
  ])('%s', (_, input, expectedRows, expected) => {
    const { accepted, rejects } = scanEveryWay(input, { columns: texts(2) });
    expect(brief(rejects)).toEqual(expected);
    expect(accepted.toString()).toBe(expectedRows);
  });

  it('tell the first line of the cell', () => {
    const { rejects } = scanEveryWay('1,"open\nc,d\n', { columns: texts(2) });
    expect(rejects[0]!.errors).toEqual([
      { column: 'b', code: 'unterminated_quote', reason: 'a quoted value is not closed', value: 'open' },
    ]);
  });

  it('tell a cell beyond the header’s too', () => {
    const { rejects } = scanEveryWay(',,"open\n","', { columns: texts(1), maxRowBytes: 9 });
    expect(rejects[0]!.errors).toMatchObject([{ column: null, code: 'unterminated_quote', value: 'open' }]);
  });
});
