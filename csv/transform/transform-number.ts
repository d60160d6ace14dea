import { decimalOf, type NumberFormat } from '../../contract/definition/number-format.ts';
import { DOT, LOWER_E, MINUS, NINE, PLUS, ZERO } from '../ascii.ts';
import { isAt } from '../check/check-text.ts';
import { fieldProblem } from '../check/field-problem.ts';
import { type BareNumber, signReader } from './number-signs.ts';
import { type FieldTransform, makeNull, replaceValue, Scratch } from './value.ts';

/** Digits between two separators of thousands. */
const GROUP = 3;
/** Places by which a percentage is more than its fraction. */
const PERCENT_PLACES = 2;

/** Turns numbers as the file writes them into digits with a decimal point. */
export function numberTransform(format: NumberFormat, wholeNumbers: boolean): FieldTransform {
  const readDigits = digitReader(format, wholeNumbers);
  const readSigns = signReader(format);
  const misfit = fieldProblem(
    wholeNumbers ? 'invalid_integer' : 'invalid_number',
    `must be a number as ${describe(format, wholeNumbers)}`,
  );
  const scratch = new Scratch();
  const zero = Buffer.from('0');

  return (value) => {
    let { bytes, start, end } = value;
    const isBare =
      readSigns === null ||
      (format.percent === undefined && isDigit(bytes[start]!) && isDigit(bytes[end - 1]!));
    const bare: BareNumber | null = isBare ? null : readSigns(bytes, start, end);
    if (bare === 'misfit') return misfit;
    if (bare === 'dash') {
      if (format.dash === 'null') return makeNull(value);
      replaceValue(value, zero, zero.length);
      return null;
    }
    if (bare !== null) {
      bytes = Buffer.from(bare.digits);
      start = 0;
      end = bytes.length;
    }
    // Two more for a sign and a zero, and as many as a fraction has in front, twice.
    const plain = scratch.reserve(end - start + 2 + 2 * PERCENT_PLACES);
    let to = 0;
    if (bare !== null) {
      if (bare.negative) plain[to++] = MINUS;
    } else if (bytes[start] === MINUS || bytes[start] === PLUS) plain[to++] = bytes[start++]!;
    const first = to;
    to = readDigits(bytes, start, end, plain, first);
    if (to < 0) return misfit;
    if (format.percent === 'fraction') {
      const shifted = shiftPoint(plain.toString('latin1', first, to));
      if (shifted === null) return misfit;
      to = first + plain.write(shifted, first, 'latin1');
    }
    replaceValue(value, plain, to);
    return null;
  };
}

/** Drops zeros in front of a number's digits. */
export function leadingZerosTransform(): FieldTransform {
  const scratch = new Scratch();
  return (value) => {
    const { bytes, start, end } = value;
    const signed = bytes[start] === MINUS || bytes[start] === PLUS;
    const first = signed ? start + 1 : start;
    let at = first;
    while (at + 1 < end && bytes[at] === ZERO && isDigit(bytes[at + 1]!)) at++;
    if (at === first) return null;
    const plain = scratch.reserve(end - start);
    const to = bytes.copy(plain, 0, start, first);
    replaceValue(value, plain, to + bytes.copy(plain, to, at, end));
    return null;
  };
}

/** Writes the number in `bytes[start, end)`, which has no sign, to `plain` from `at`; gives its end, or -1. */
type DigitReader = (bytes: Buffer, start: number, end: number, plain: Buffer, at: number) => number;

function digitReader(format: NumberFormat, wholeNumbers: boolean): DigitReader {
  const decimal = decimalOf(format).charCodeAt(0);
  const separators = separatorsOf(format.thousands).map((separator) => Buffer.from(separator));
  const dropsZeros = format.zeroDecimals === 'drop';
  return (bytes, start, end, plain, first) => {
    let at = start;
    let to = first;
    // Digits since the start or the last separator.
    let digits = 0;
    let separated = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (isDigit(byte)) {
        plain[to++] = byte;
        digits++;
        continue;
      }
      const separator = separatorAt(separators, bytes, at, end);
      if (separator === 0) break;
      if (separated ? digits !== GROUP : digits === 0 || digits > GROUP) return -1;
      separated = true;
      digits = 0;
      at += separator - 1;
    }
    if (separated && digits !== GROUP) return -1;
    if (at < end && bytes[at] === decimal && dropsZeros) {
      while (++at < end) if (bytes[at] !== ZERO) return -1;
      return digits === 0 ? -1 : to;
    }
    if (at < end && bytes[at] === decimal && !wholeNumbers) {
      plain[to++] = DOT;
      at++;
    }
    // Decimal places or an exponent, or what the type's check has to refuse; but no other point.
    for (; at < end; at++) {
      const byte = bytes[at]!;
      const exponent = !separated && ((byte | 0x20) === LOWER_E || byte === MINUS || byte === PLUS);
      if (!isDigit(byte) && !exponent) return -1;
      plain[to++] = byte;
    }
    return to;
  };
}

/** The number divided by a hundred, zeros in front kept; null: it is not made of digits and a point alone. */
function shiftPoint(text: string): string | null {
  const match = /^(\d*)\.?(\d*)$/.exec(text);
  if (match === null || text === '' || text === '.') return null;
  const [, whole = '', places] = match;
  const zero = /^0\d/.test(whole) ? '0' : '';
  const padded = whole.padStart(PERCENT_PLACES + 1, '0');
  return `${zero}${padded.slice(0, -PERCENT_PLACES)}.${padded.slice(-PERCENT_PLACES)}${places}`;
}

function separatorsOf(thousands: NumberFormat['thousands']): string[] {
  if (thousands === undefined) return [];
  if (thousands === ' ') return [' ', '\u00a0', '\u202f'];
  return thousands === "'" ? ["'", '\u2019'] : [thousands];
}

/** Length of the separator at `at`; 0: there is none. */
function separatorAt(separators: readonly Buffer[], bytes: Buffer, at: number, end: number): number {
  for (const separator of separators) {
    if (at + separator.length <= end && isAt(bytes, at, separator)) return separator.length;
  }
  return 0;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** An example, and what else the format takes. */
function describe(format: NumberFormat, wholeNumbers: boolean): string {
  const whole = ['1', '234', '567'].join(format.thousands ?? '');
  const places = wholeNumbers ? (format.zeroDecimals === undefined ? '' : '00') : '89';
  const example = `${whole}${places === '' ? '' : decimalOf(format)}${places}`;
  const { currency, negative, dash } = format;
  const also = [
    ...(currency === undefined
      ? []
      : [`a currency sign beside it${currency === true ? '' : ` (${currency.join(' ')})`}`]),
    ...(negative === undefined ? [] : [`below zero as ${negative.join(' or ')}`]),
    ...(dash === undefined ? [] : ['a dash alone']),
  ];
  const percent = format.percent === undefined ? '' : '%';
  return [`${example}${percent}`, ...also].join(', ');
}
