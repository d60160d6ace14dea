import { describe, expect, it } from 'vitest';
import { brief, column, scanChunks, scanEveryWay, texts } from './scan.ts';

describe('a bare \\. in a row', () => {
  it.each([
    ['\\.\n', '"\\."\n'],
    ['a\n\\.\nb\n', 'a\n"\\."\nb\n'],
    ['a\r\n\\.\r\n', 'a\r\n"\\."\r\n'],
    ['\\.', '"\\."\n'],
    ['"\\."\n', '"\\."\n'],
    ['\\.x\n', '\\.x\n'],
    ['x\\.\n', 'x\\.\n'],
    ['"a\n\\.\nb"\n', '"a\n\\.\nb"\n'],
  ])('%j becomes %j', (input, expected) => {
    expect(scanEveryWay(input, { columns: texts(1) }).accepted.toString()).toBe(expected);
  });

  it('stands in quotes also where it is all that is left of a row', () => {
    const { accepted } = scanEveryWay('x,\\.\n\\.,y\n', { columns: [null, column('b')] });
    expect(accepted.toString()).toBe('"\\."\ny\n');
  });
});

describe('ignored columns', () => {
  const [a, b, c, d] = texts(4);
  it.each([
    ['the first', [null, b!, c!, d!], '2,"3,",4\n'],
    ['the last', [a!, b!, c!, null], '1,2,"3,"\n'],
    ['in between', [a!, null, null, d!], '1,4\n'],
    ['every other', [a!, null, c!, null], '1,"3,"\n'],
    ['all but one', [null, null, c!, null], '"3,"\n'],
  ])('%s', (_, columns, expected) => {
    const { accepted, rejects } = scanEveryWay('1,2,"3,",4\n', { columns });
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(expected);
  });

  it('keep empty values and one style of newline', () => {
    const { accepted } = scanEveryWay(',x,\r\n,y,""\n\n,z,b', { columns: [a!, null, c!] });
    expect(accepted.toString()).toBe(',\r\n,""\r\n,b\r\n');
  });

  it('leave a line for a row whose only value is NULL, also at the end of the file', () => {
    const { accepted, counters } = scanEveryWay(',x\n,y', { columns: [a!, null] });
    expect(accepted.toString()).toBe('\n\n');
    expect(counters.acceptedRows).toBe(2);
  });

  it('count as values of the row, and may be malformed', () => {
    const { rejects } = scanEveryWay('1\n1,2"\n1,"2', { columns: [a!, null] });
    expect(brief(rejects)).toEqual([
      [1, 1, '*:wrong_field_count', '1'],
      [2, 2, '*:stray_quote', '1,2"'],
      [3, 3, '*:unterminated_quote', '1,"2'],
    ]);
    expect(rejects[1]!.errors[0]!.reason).toMatch(/\(value 2 of the row\)$/);
  });

  it('copy long values and many rows', () => {
    const long = 'x'.repeat(1000);
    const rows = Array.from({ length: 700 }, (_, index) => `${index},y,${long}\n`).join('');
    const { accepted } = scanChunks([Buffer.from(rows)], { columns: [a!, null, c!] });
    expect(accepted.toString()).toBe(rows.replaceAll(',y,', ','));
  });
});
