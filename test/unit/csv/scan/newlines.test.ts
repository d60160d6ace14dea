import { describe, expect, it } from 'vitest';
import { plainDialect } from '../../../../csv/scan/dialect.ts';
import { brief, scanEveryWay, texts } from './scan.ts';

describe('newlines', () => {
  it.each([
    ['LF', 'a,b\nc,d\n', 'a,b\nc,d\n'],
    ['CRLF', 'a,b\r\nc,d\r\n', 'a,b\r\nc,d\r\n'],
    ['lone CR', 'a,b\rc,d\r', 'a,b\rc,d\r'],
    ['none at the end', 'a,b\nc,d', 'a,b\nc,d'],
    ['none at all', 'a,b', 'a,b'],
    ['an empty last field at the end of the file', 'a,b\nc,', 'a,b\nc,'],
    ['a closing quote at the end of the file', 'a,b\nc,"d"', 'a,b\nc,"d"'],
    ['CR at the end of the file', 'a,b\rc,d\r', 'a,b\rc,d\r'],
    ['LF first, then all', 'a,b\nc,d\r\ne,f\rg,h\ni,j', 'a,b\nc,d\ne,f\ng,h\ni,j'],
    ['CRLF first, then all', 'a,b\r\nc,d\ne,f\rg,h\r\n', 'a,b\r\nc,d\r\ne,f\r\ng,h\r\n'],
    ['CR first, then all', 'a,b\rc,d\ne,f\r\ng,h\r', 'a,b\rc,d\re,f\rg,h\r'],
    ['newlines inside quotes stay as they are', 'a,"1\r2\n3\r\n4"\nb,c\r\n', 'a,"1\r2\n3\r\n4"\nb,c\n'],
  ])('%s', (_, input, expected) => {
    const { accepted, rejects } = scanEveryWay(input, { columns: texts(2) });
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(expected);
  });

  it('takes the style of the first accepted row', () => {
    const { accepted, rejects } = scanEveryWay('bad\r\na,b\nc,d\r\n', { columns: texts(2) });
    expect(accepted.toString()).toBe('a,b\nc,d\n');
    expect(brief(rejects)).toEqual([[1, 1, '*:wrong_field_count', 'bad']]);
  });

  it('passes on a run of good rows as one slice of the chunk', async () => {
    const { Scanner } = await import('../../../../csv/scan/scanner.ts');
    const scanner = new Scanner({ dialect: plainDialect(','), columns: texts(2), firstLine: 1 });
    const chunk = Buffer.from('a,b\nc,d\ne,f\n');
    const { accepted } = scanner.push(chunk);
    expect(accepted).toHaveLength(1);
    expect(accepted[0]!.buffer).toBe(chunk.buffer);
    expect(accepted[0]!.byteOffset).toBe(chunk.byteOffset);
  });
});

describe('blank lines', () => {
  it.each([
    ['LF', '\n\na,b\n\n\nc,d\n\n', 'a,b\nc,d\n', 2, 8],
    ['CRLF', '\r\na,b\r\n\r\nc,d\r\n\r\n', 'a,b\r\nc,d\r\n', 2, 6],
    ['CR', '\ra,b\r\rc,d\r\r', 'a,b\rc,d\r', 2, 6],
    ['nothing but them', '\n\r\n\r\r\n', '', 0, 5],
    ['an empty file', '', '', 0, 1],
  ])('%s: no rows, not passed on', (_, input, expected, rows, line) => {
    const { accepted, counters, rejects } = scanEveryWay(input, { columns: texts(2) });
    expect(rejects).toEqual([]);
    expect(accepted.toString()).toBe(expected);
    expect(counters).toEqual({
      rows,
      acceptedRows: rows,
      rejectedRows: 0,
      emptyRows: 0,
      commentLines: 0,
      line,
      offset: Buffer.byteLength(input),
    });
  });

  it('is a row as soon as it holds a space', () => {
    const { rejects } = scanEveryWay('a,b\n \nc,d\n', { columns: texts(2) });
    expect(brief(rejects)).toEqual([[2, 2, '*:wrong_field_count', ' ']]);
  });
});

describe('lines and rows', () => {
  it('counts physical lines inside quotes, and rows without blank lines', () => {
    const input = 'a,b\n\n"1\r\n2\r3\n4",x\r\nbad\n';
    const { rejects, counters } = scanEveryWay(input, { columns: texts(2), firstLine: 10 });
    expect(brief(rejects)).toEqual([[16, 3, '*:wrong_field_count', 'bad']]);
    expect(counters).toMatchObject({ rows: 3, acceptedRows: 2, rejectedRows: 1, line: 17 });
  });

  it('tells how far the rows that are done reach', async () => {
    const { Scanner } = await import('../../../../csv/scan/scanner.ts');
    const scanner = new Scanner({ dialect: plainDialect(','), columns: texts(2), firstLine: 2 });
    scanner.push(Buffer.from('a,b\nc,"d\ne'));
    expect(scanner.counters).toMatchObject({ rows: 1, line: 3, offset: 4 });
    scanner.push(Buffer.from('f"\ng,'));
    expect(scanner.counters).toMatchObject({ rows: 2, line: 5, offset: 13 });
    scanner.finish();
    expect(scanner.counters).toMatchObject({ rows: 3, line: 5, offset: 15 });
    expect(() => scanner.push(Buffer.from('a,b\n'))).toThrow(/finished/);
  });
});
