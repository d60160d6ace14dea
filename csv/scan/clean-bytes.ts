import { isUtf8 } from 'node:buffer';
import { CR, LF, NUL } from '../ascii.ts';

/** A byte that no PostgreSQL text can hold. */
export interface BadByte {
  /** Its position in the range that was looked at, from 0. */
  at: number;
  code: 'nul_byte' | 'invalid_encoding';
}

/** The first byte of the range that is NUL or where it stops being UTF-8; null where there is none. */
export function findBadByte(range: Buffer): BadByte | null {
  const nul = range.indexOf(NUL);
  if (isUtf8(range)) return nul < 0 ? null : { at: nul, code: 'nul_byte' };
  const invalid = findInvalidUtf8(range);
  return nul >= 0 && nul < invalid
    ? { at: nul, code: 'nul_byte' }
    : { at: invalid, code: 'invalid_encoding' };
}

/**
 * How far `chunk`, from the start of a row at `from`, is free of bad bytes: up to its last newline, where no
 * character is cut, or not at all. One look at the whole costs next to nothing; one for each row would not.
 */
export function findCleanEnd(chunk: Buffer, from: number): number {
  let last = chunk.lastIndexOf(LF);
  if (last < from) last = chunk.lastIndexOf(CR);
  if (last < from) return 0;
  const lines = chunk.subarray(from, last);
  return lines.includes(NUL) || !isUtf8(lines) ? 0 : last;
}

/** Where the range, which is not valid UTF-8, stops being so: the first byte of the first bad sequence. */
function findInvalidUtf8(range: Buffer): number {
  for (let at = 0; at < range.length; ) {
    const lead = range[at]!;
    // isUtf8 knows the rest: continuation bytes, surrogates, overlong forms, leads that do not exist.
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size > 1 && (at + size > range.length || !isUtf8(range.subarray(at, at + size)))) return at;
    at += size;
  }
  return range.length;
}

/** Whether the bytes before `end` have `sign` at `at`; null where they end within it. */
export function beginsWith(sign: Buffer, bytes: Buffer, at: number, end: number): boolean | null {
  const length = Math.min(sign.length, end - at);
  if (bytes.compare(sign, 0, length, at, at + length) !== 0) return false;
  return length === sign.length ? true : null;
}
