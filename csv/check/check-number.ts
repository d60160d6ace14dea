import { DOT, LOWER_E, MINUS, NINE, PLUS, ZERO } from '../ascii.ts';
import type { BinaryRows } from '../encode/binary-rows.ts';
import { writeFloat } from '../encode/write-float.ts';
import { type Decimal, writeNumeric } from '../encode/write-numeric.ts';
import { compareDecimals } from './compare-decimals.ts';
import { type FieldCheck, type FieldProblem, fieldProblem } from './field-problem.ts';

/** So many digits are exact in a double, so that no BigInt is needed. */
const EXACT_DIGITS = 15;
/** All whole numbers of so many digits are exact in a `real`. */
const EXACT_REAL_DIGITS = 7;
/** The most digits that JavaScript rounds a number to, and more than any float keeps of a whole number. */
const MOST_PRECISION = 100;
/** So many digits has the largest bigint. */
const BIGINT_DIGITS = 19;
/** Limits of PostgreSQL's unconstrained numeric (documentation, table 8.2). */
const NUMERIC_INTEGER_DIGITS = 131072;
const NUMERIC_FRACTION_DIGITS = 16383;
/** PostgreSQL takes no numeric with this exponent or a larger one, not even a zero (INT_MAX / 2 in its numeric.c). */
const EXPONENT_LIMIT = 1_073_741_823;
/** So many digits before and behind the point fit even `real`, whose range is 1e-45 to 3.4e38. */
const SAFE_FLOAT_LENGTH = 30;
/** Halfway from the largest `real` to infinity, and from the smallest to zero: 2^128 - 2^103 and 2^-150. */
const REAL_TOO_LARGE = '3.40282356779733661637539395458142568448e38';
const REAL_TOO_SMALL =
  '7.00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094181060791015625e-46';

const leadingZeros = fieldProblem('leading_zeros');

/** Whether the digits at `first` begin with a zero that says nothing of a number, as codes do: `007`, not `0.7`. */
function hasLeadingZero(bytes: Buffer, first: number, end: number): boolean {
  return bytes[first] === ZERO && first + 1 < end && isDigit(bytes[first + 1]!);
}

/** Whole numbers from `min` to `max`: an optional sign and digits without zeros in front, nothing else. */
export function integerCheck(min: bigint, max: bigint): FieldCheck {
  const invalid = fieldProblem('invalid_integer');
  const outOfRange = fieldProblem('out_of_range', `must be between ${min} and ${max}`);
  const [low, high] = [Number(min), Number(max)];
  const size = max <= 32_767n ? 2 : max <= 2_147_483_647n ? 4 : 8;

  return (bytes, start, end, out) => {
    let at = start;
    const sign = bytes[at];
    if (sign === MINUS || sign === PLUS) at++;
    if (at === end) return invalid;
    const digits = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) return invalid;
      value = value * 10 + digit;
    }
    if (hasLeadingZero(bytes, digits, end)) return leadingZeros;
    if (at - digits <= EXACT_DIGITS) {
      if (sign === MINUS) value = -value;
      if (value < low || value > high) return outOfRange;
      if (out !== undefined) writeInteger(out, size, value);
      return null;
    }
    if (end - digits > BIGINT_DIGITS) return outOfRange;
    const magnitude = BigInt(bytes.toString('latin1', digits, end));
    const exact = sign === MINUS ? -magnitude : magnitude;
    if (exact < min || exact > max) return outOfRange;
    if (out !== undefined) {
      out.int32(8);
      out.bigint64(exact);
    }
    return null;
  };
}

function writeInteger(out: BinaryRows, size: 2 | 4 | 8, value: number): void {
  out.int32(size);
  if (size === 4) out.int32(value);
  else if (size === 8) out.int64(value);
  else out.int16(value);
}

/**
 * Decimal numbers that a `numeric(precision, scale)` keeps digit for digit. An exponent is fine as long as the
 * number it stands for is. `NaN` and `Infinity` are refused: in a file they are an error more often than a value.
 */
export function numericCheck(precision: number | null, scale: number | null): FieldCheck {
  const invalid = fieldProblem('invalid_number');
  const integerDigits = precision === null ? NUMERIC_INTEGER_DIGITS : precision - (scale ?? 0);
  const fractionDigits = precision === null ? NUMERIC_FRACTION_DIGITS : (scale ?? 0);
  const outOfRange = fieldProblem('out_of_range', describeRange(integerDigits));
  const tooPrecise = fieldProblem('too_precise', describeScale(fractionDigits));

  /** Filled by `weigh` for the one value at hand. */
  const decimal: Decimal = { highest: -1, lowest: -1, highestPower: 0, lowestPower: 0, scale: 0 };

  return (bytes, start, end, out) => {
    let at = start;
    if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
    const first = at;
    if (out !== undefined) {
      const problem = weigh(bytes, first, end);
      if (problem === null) writeNumeric(out, bytes, start, decimal);
      return problem;
    }
    // Nearly all numbers are so few digits that none of them needs to be weighed.
    while (at < end && isDigit(bytes[at]!)) at++;
    if (at > first && at - first <= integerDigits && !hasLeadingZero(bytes, first, end)) {
      if (at === end) return fractionDigits >= 0 ? null : weigh(bytes, first, end);
      const fraction = at + 1;
      if (bytes[at] === DOT && end - fraction <= fractionDigits) {
        at = fraction;
        while (at < end && isDigit(bytes[at]!)) at++;
        if (at === end) return null;
      }
    }
    return weigh(bytes, first, end);
  };

  /** Looks at the powers of ten of a number's digits, sign left out. */
  function weigh(bytes: Buffer, first: number, end: number): FieldProblem | null {
    let at = first;
    let point = -1;
    // Positions of the first and the last digit that is not zero.
    let highest = -1;
    let lowest = -1;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte > ZERO && byte <= NINE) {
        if (highest < 0) highest = at;
        lowest = at;
      } else if (byte === DOT && point < 0) point = at;
      else if (byte !== ZERO) break;
    }
    const mantissaEnd = at;
    const digits = mantissaEnd - first - (point < 0 ? 0 : 1);
    if (digits === 0) return invalid;
    let exponent = 0;
    if (at < end) {
      if ((bytes[at]! | 0x20) !== LOWER_E) return invalid;
      exponent = readExponent(bytes, at + 1, end);
      if (Number.isNaN(exponent)) return invalid;
    }
    if (hasLeadingZero(bytes, first, end)) return leadingZeros;
    const written = point < 0 ? 0 : mantissaEnd - 1 - point;
    if (point < 0) point = mantissaEnd;
    // PostgreSQL counts zeros behind the point too, as far as its own limit of digits goes.
    if (written - exponent > NUMERIC_FRACTION_DIGITS) return tooPrecise;
    decimal.highest = highest;
    decimal.scale = Math.max(written - exponent, 0);
    if (highest < 0) return exponent >= EXPONENT_LIMIT ? outOfRange : null;
    // The powers of ten of the first and the last digit: 120.5 has 2 and -1.
    const highestPower = (highest < point ? point - 1 - highest : point - highest) + exponent;
    if (highestPower >= integerDigits) return outOfRange;
    const lowestPower = (lowest < point ? point - 1 - lowest : point - lowest) + exponent;
    decimal.lowest = lowest;
    decimal.highestPower = highestPower;
    decimal.lowestPower = lowestPower;
    return lowestPower < -fractionDigits ? tooPrecise : null;
  }
}

/**
 * Decimal numbers, with or without an exponent, that fit a `real` (32 bits) or `double precision` (64 bits). Decimal
 * places are rounded, as these types do; whole numbers keep each digit, since long ones are identifiers.
 */
export function floatCheck(bits: 32 | 64): FieldCheck {
  const invalid = fieldProblem('invalid_number');
  const outOfRange = fieldProblem(
    'out_of_range',
    `must be neither too large nor too close to zero for a ${bits}-bit floating-point number`,
  );
  const exactDigits = bits === 32 ? EXACT_REAL_DIGITS : EXACT_DIGITS;
  const tooPrecise = fieldProblem(
    'too_precise',
    `must be a whole number of which a ${bits}-bit floating-point number keeps each digit`,
  );

  const findProblem: FieldCheck = (bytes, start, end) => {
    let at = start;
    if (bytes[at] === MINUS || bytes[at] === PLUS) at++;
    const first = at;
    let point = -1;
    let zero = true;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte > ZERO && byte <= NINE) zero = false;
      else if (byte === DOT && point < 0) point = at;
      else if (byte !== ZERO) break;
    }
    const digitsEnd = at;
    if (at - first === (point < 0 ? 0 : 1)) return invalid;
    if (at < end && ((bytes[at]! | 0x20) !== LOWER_E || Number.isNaN(readExponent(bytes, at + 1, end)))) {
      return invalid;
    }
    if (hasLeadingZero(bytes, first, end)) return leadingZeros;
    const isLong = point < 0 && digitsEnd === end && end - first > exactDigits;
    if (zero || (!isLong && digitsEnd === end && end - start <= SAFE_FLOAT_LENGTH)) return null;
    const exact = Number(bytes.toString('latin1', start, end));
    const stored = bits === 32 ? Math.fround(exact) : exact;
    if (stored !== 0 && Number.isFinite(stored)) {
      return isLong && !keepsDigits(stored, bytes.toString('latin1', first, end)) ? tooPrecise : null;
    }
    return bits === 32 && isJustReal(bytes.toString('latin1', first, end)) ? null : outOfRange;
  };
  return (bytes, start, end, out) => {
    const problem = findProblem(bytes, start, end);
    if (problem === null && out !== undefined) writeFloat(out, bits, bytes.toString('latin1', start, end));
    return problem;
  };
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** Whether rounding a float to as many significant digits as the whole number has gives these digits. */
function keepsDigits(stored: number, digits: string): boolean {
  const significant = digits.replace(/0+$/, '');
  if (significant.length > MOST_PRECISION) return false;
  const [kept] = Math.abs(stored)
    .toExponential(significant.length - 1)
    .split('e');
  return kept!.replace('.', '') === significant;
}

/**
 * Whether a number without a sign, which as a double is no `real`, is one by itself: rounding twice, to a double
 * that stands just halfway and then on, may go further than PostgreSQL's rounding once.
 */
function isJustReal(text: string): boolean {
  const exact = Number(text);
  return exact === Number(REAL_TOO_LARGE)
    ? compareDecimals(text, REAL_TOO_LARGE) < 0
    : exact === Number(REAL_TOO_SMALL) && compareDecimals(text, REAL_TOO_SMALL) > 0;
}

/** The exponent in `bytes[start, end)`; NaN where it is none. Cut to what cannot fit anyway. */
function readExponent(bytes: Buffer, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (at < end && (sign === MINUS || sign === PLUS)) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = Math.min(value * 10 + digit, EXPONENT_LIMIT);
  }
  return sign === MINUS ? -value : value;
}

function describeRange(integerDigits: number): string {
  if (integerDigits > 0) return `must have at most ${count(integerDigits, 'digit')} before the decimal point`;
  return `must be smaller than ${integerDigits === 0 ? '1' : `0.${'0'.repeat(-integerDigits - 1)}1`}`;
}

function describeScale(fractionDigits: number): string {
  if (fractionDigits > 0) return `must have at most ${count(fractionDigits, 'decimal place')}`;
  if (fractionDigits === 0) return 'must have no decimal places';
  return `must end in ${count(-fractionDigits, 'zero')}, and the column keeps no more`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
