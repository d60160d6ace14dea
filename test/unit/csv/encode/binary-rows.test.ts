import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import { fieldEncoderFor } from '../../../../csv/check/field-check.ts';
import { BinaryRows } from '../../../../csv/encode/binary-rows.ts';
import { nearestReal } from '../../../../csv/encode/write-float.ts';

/** A value as a field of the type, in hexadecimal, its length before it. */
function encode(type: ColumnType, text: string): string {
  const out = new BinaryRows();
  out.beginRow(1);
  const bytes = Buffer.from(text);
  out.reserve(bytes.length);
  expect(fieldEncoderFor({ type, rules: {} })(bytes, 0, bytes.length, out)).toBeNull();
  out.add();
  return Buffer.concat(out.take())
    .subarray(2)
    .toString('hex')
    .replace(/^.{8}/, (length) => `${length} `);
}

const bigint: ColumnType = { kind: 'integer', min: -9223372036854775808n, max: 9223372036854775807n };
const timetz: ColumnType = { kind: 'time', precision: 6, withTimeZone: true };
const numeric: ColumnType = { kind: 'numeric', precision: null, scale: null };
const timestamp = (withTimeZone: boolean): ColumnType => ({ kind: 'timestamp', precision: 6, withTimeZone });

// What PostgreSQL 18's send functions give for the same texts, such as `select numeric_send('0.00')`.
describe('fields as receive functions take them', () => {
  it.each<[string, ColumnType, string, string]>([
    ['int2', { kind: 'integer', min: -32768n, max: 32767n }, '-2', '00000002 fffe'],
    ['int4', { kind: 'integer', min: -2147483648n, max: 2147483647n }, '-2147483648', '00000004 80000000'],
    ['int8', bigint, '-1', '00000008 ffffffffffffffff'],
    ['int8', bigint, '-9223372036854775808', '00000008 8000000000000000'],
    ['numeric', numeric, '0.00', '00000008 0000000000000002'],
    ['numeric', numeric, '-12345.678', '0000000e 0003000140000003000109291a7c'],
    ['numeric', numeric, '1e-5', '0000000a 0001fffe0000000503e8'],
    ['numeric', numeric, '100000000', '0000000a 00010002000000000001'],
    ['boolean', { kind: 'boolean' }, 'YES', '00000001 01'],
    ['date', { kind: 'date' }, '1999-12-31', '00000004 ffffffff'],
    ['date', { kind: 'date' }, '0001-01-01', '00000004 fff4dbf9'],
    ['timetz', timetz, '00:00:01.5-03:30', '0000000c 000000000016e36000003138'],
    ['timestamp', timestamp(false), '9999-12-31 23:59:59.999999', '00000008 0380e70b913b7fff'],
    ['timestamptz', timestamp(true), '2000-01-01T00:00+00:00:01', '00000008 fffffffffff0bdc0'],
    ['jsonb', { kind: 'json', binary: true }, '[1]', '00000004 015b315d'],
    ['json', { kind: 'json', binary: false }, '[1]', '00000003 5b315d'],
  ])('%s %#', (_, type, text, expected) => {
    expect(encode(type, text)).toBe(expected);
  });
});

describe('nearestReal', () => {
  // 2^24 and 2^24 + 2 are neighbours; as a double, each of these texts is the number halfway between them.
  it.each([
    ['16777217', 16777216],
    ['16777217.0000000000000000001', 16777218],
    ['16777216.9999999999999999999', 16777216],
    ['-16777217.0000000000000000001', -16777218],
    ['16777219.0', 16777220],
    ['16777218.9999999999999999999', 16777218],
    ['3.4028235677973366e38', 3.4028234663852886e38],
    ['7.006492321624086e-46', 1.401298464324817e-45],
  ])('%s', (text, expected) => {
    expect(nearestReal(text)).toBe(expected);
  });
});

describe('BinaryRows', () => {
  it('keeps rows whole over the end of a block, and drops a row that is not added', () => {
    const out = new BinaryRows();
    const long = Buffer.alloc(300_000, 'x');
    const write = (bytes: Buffer) => {
      out.beginRow(1);
      out.reserve(bytes.length);
      out.text(bytes, 0, bytes.length);
    };
    write(Buffer.from('a'));
    out.add();
    expect(out.cut()).toBe(1);
    write(Buffer.from('dropped'));
    write(long);
    out.add();
    write(long);
    write(Buffer.from('b'));
    out.add();
    const field = (bytes: Buffer) => {
      const length = Buffer.alloc(6);
      length.writeInt16BE(1);
      length.writeInt32BE(bytes.length, 2);
      return Buffer.concat([length, bytes]);
    };
    const rows = Buffer.concat([field(Buffer.from('a')), field(long), field(Buffer.from('b'))]);
    expect(Buffer.concat(out.take()).equals(rows)).toBe(true);
    expect(out.take()).toEqual([]);
  });
});
