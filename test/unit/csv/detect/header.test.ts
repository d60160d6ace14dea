import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../../csv/detect/header.ts';
import { plainDialect } from '../../../../csv/scan/dialect.ts';

const comma = { dialect: plainDialect(',') };
const read = (text: string | Buffer, final = true) =>
  readHeader(Buffer.from(text as string), { ...comma, final });

describe('readHeader', () => {
  it.each([
    ['LF', 'a,b\n1,2\n', ['a', 'b'], 'a,b', '\n', 4, 2],
    ['CRLF', 'a,b\r\n1,2\r\n', ['a', 'b'], 'a,b', '\r\n', 5, 2],
    ['CR', 'a,b\r1,2\r', ['a', 'b'], 'a,b', '\r', 4, 2],
    ['no newline', 'a,b', ['a', 'b'], 'a,b', '\n', 3, 1],
    ['a byte order mark', '\ufeffa,b\n', ['a', 'b'], 'a,b', '\n', 7, 2],
    ['a byte order mark and quotes', '\ufeff"a",b\n', ['a', 'b'], '"a",b', '\n', 9, 2],
    ['blank lines', '\ufeff\n\r\n\ra,b\n1,2', ['a', 'b'], 'a,b', '\n', 11, 5],
    [
      'quotes, newlines and delimiters',
      '"a ""x""","b\r\nc,d"\ne',
      ['a "x"', 'b\r\nc,d'],
      '"a ""x""","b\r\nc,d"',
      '\n',
      19,
      3,
    ],
    ['Japanese', '顧客名,メール\n', ['顧客名', 'メール'], '顧客名,メール', '\n', 20, 2],
    ['a trailing delimiter', 'a,b,\n', ['a', 'b', ''], 'a,b,', '\n', 5, 2],
  ])('reads %s', (_, text, names, bytes, newline, dataOffset, firstLine) => {
    const header = read(text);
    const ending = /[\r\n]/.test(text) ? newline : '';
    expect({ ...header, bytes: header?.bytes.toString() }).toMatchObject({
      names,
      bytes: bytes + ending,
      newline,
      dataOffset,
      firstLine,
      skippedLines: 0,
      commentLines: 0,
    });
  });

  it('asks for more bytes until what it has is enough, wherever they are cut', () => {
    const bytes = Buffer.from('\ufeff\r\n"a\r\nb",c\r\n1,2\r\n');
    const whole = readHeader(bytes, { ...comma, final: true })!;
    for (let length = 0; length <= bytes.length; length++) {
      const header = readHeader(bytes.subarray(0, length), { ...comma, final: false });
      // A CR may be half a newline; from the LF on all is known.
      if (length < whole.dataOffset) expect(header, `${length} bytes`).toBeNull();
      else expect(header).toEqual(whole);
    }
  });

  it.each([[';'], ['\t'], ['|']])('splits by %j', (delimiter) => {
    const bytes = Buffer.from(`a,b${delimiter}c\n`);
    expect(readHeader(bytes, { dialect: plainDialect(delimiter), final: true })!.names).toEqual(['a,b', 'c']);
  });

  it.each(['', '\ufeff', '\n\r\n', '\ufeff\n'])('calls %j empty', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ name: 'EmptyUpload' }));
    expect(read(text, false)).toBeNull();
  });

  it.each([
    ['a stray quote', '\na,b"\n', 'malformed in line 2: a quote stands inside an unquoted header'],
    ['text behind a quote', '"a"b,c\n', 'malformed in line 1: text follows the closing quote'],
    ['an open quote', 'a,"b\nc\n', 'malformed in line 3: a quoted header is not closed'],
    ['NUL', 'a\0,b\n', 'is not text in the file’s encoding'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x80, 0x0a]), 'is not text in the file’s encoding'],
    ['a header without end', 'x'.repeat(1024 * 1024 + 1), 'longer than 1 MiB'],
    ['a header without closing quote', `"${'x\n'.repeat(600_000)}`, 'longer than 1 MiB'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ name: 'HeaderInvalid', message: expect.stringContaining(message) }),
    );
  });

  it('does not wait for the end of a header that is too large already', () => {
    expect(() => read('x'.repeat(1024 * 1024 + 1), false)).toThrow(/longer than 1 MiB/);
  });
});
