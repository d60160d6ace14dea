import type { NumberFormat } from '../../contract/definition/column-options.ts';
import { decimalOf } from '../../contract/definition/column-options.ts';
import { DOT, LOWER_E, MINUS, NINE, PLUS, ZERO } from '../ascii.ts';
import { isAt } from '../check/check-text.ts';
import { fieldProblem } from '../check/field-problem.ts';
import { type FieldTransform, replaceValue, Scratch } from './value.ts';

/** Digits between two separators of thousands. */
const GROUP = 3;

/** Turns numbers as the file writes them into digits with a decimal point. */
export function numberTransform(format: NumberFormat, wholeNumbers: boolean): FieldTransform {
  const decimal = decimalOf(format).charCodeAt(0);
  const separators = separatorsOf(format.thousands).map((separator) => Buffer.from(separator));
  const misfit = fieldProblem(
    wholeNumbers ? 'invalid_integer' : 'invalid_number',
    `must be a number as ${exampleOf(format, wholeNumbers)}`,
  );
  const scratch = new Scratch();

  return (value) => {
    const { bytes, start, end } = value;
    const plain = scratch.reserve(end - start);
    let at = start;
    let to = 0;
    if (bytes[at] === MINUS || bytes[at] === PLUS) plain[to++] = bytes[at++]!;
    // Digits since the start or the last separator.
    let digits = 0;
    let separated = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= ZERO && byte <= NINE) {
        plain[to++] = byte;
        digits++;
        continue;
      }
      const separator = separatorAt(separators, bytes, at, end);
      if (separator === 0) break;
      if (separated ? digits !== GROUP : digits === 0 || digits > GROUP) return misfit;
      separated = true;
      digits = 0;
      at += separator - 1;
    }
    if (separated && digits !== GROUP) return misfit;
    if (at < end && bytes[at] === decimal && !wholeNumbers) {
      plain[to++] = DOT;
      at++;
    }
    // Decimal places or an exponent, or what the type's check has to refuse; but no other point.
    for (; at < end; at++) {
      const byte = bytes[at]!;
      const digit = byte >= ZERO && byte <= NINE;
      const exponent = !separated && ((byte | 0x20) === LOWER_E || byte === MINUS || byte === PLUS);
      if (!digit && !exponent) return misfit;
      plain[to++] = byte;
    }
    replaceValue(value, plain, to);
    return null;
  };
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

function exampleOf(format: NumberFormat, wholeNumbers: boolean): string {
  const whole = ['1', '234', '567'].join(format.thousands ?? '');
  return wholeNumbers ? whole : `${whole}${decimalOf(format)}89`;
}
