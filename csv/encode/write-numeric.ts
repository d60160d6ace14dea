import { DOT, MINUS, ZERO } from '../ascii.ts';
import type { BinaryRows } from './binary-rows.ts';

/** Sign of a negative numeric (PostgreSQL's numeric.c, NUMERIC_NEG). */
const NEGATIVE = 0x4000;
/** A numeric has digits to the base of 10,000. */
const DIGITS_IN_GROUP = 4;

/** Where the digits of a number are in its text, and what they stand for. */
export interface Decimal {
  /** Position of the first and of the last digit that is not zero; -1 for zero. */
  highest: number;
  lowest: number;
  /** Their powers of ten. */
  highestPower: number;
  lowestPower: number;
  /** Digits behind the point, zeros included, as `numeric` shows them. */
  scale: number;
}

/**
 * Writes a field of type `numeric`, as numeric_recv() takes it: the number of digits to the base of 10,000, the power of
 * the first, the sign, the digits behind the point, and the digits. A column's own scale is applied by PostgreSQL.
 *
 * @param start where the number's sign is, or its first digit
 */
export function writeNumeric(out: BinaryRows, bytes: Buffer, start: number, decimal: Decimal): void {
  const { highest, lowest, highestPower, lowestPower, scale } = decimal;
  if (highest < 0) {
    writeHead(out, 0, 0, 0, scale);
    return;
  }
  const weight = Math.floor(highestPower / DIGITS_IN_GROUP);
  const groups = weight - Math.floor(lowestPower / DIGITS_IN_GROUP) + 1;
  writeHead(out, groups, weight, bytes[start] === MINUS ? NEGATIVE : 0, scale);
  let group = 0;
  let power = highestPower;
  for (let at = highest; at <= lowest; at++) {
    const byte = bytes[at]!;
    if (byte === DOT) continue;
    group = group * 10 + byte - ZERO;
    // `&` is the remainder of 4 for negative powers too.
    if ((power & 3) === 0) {
      out.int16(group);
      group = 0;
    }
    power--;
  }
  // `power` is now that of the digit behind the last one, which is a zero.
  if ((power & 3) === 3) return;
  for (; (power & 3) !== 3; power--) group *= 10;
  out.int16(group);
}

function writeHead(out: BinaryRows, groups: number, weight: number, sign: number, scale: number): void {
  out.int32(8 + 2 * groups);
  out.int16(groups);
  out.int16(weight);
  out.int16(sign);
  out.int16(scale);
}
