import type { NumberFormat } from '../contract/definition/define-import.ts';
import type { ColumnProfile, Digits } from './column-profile.ts';
import type { HeaderMeaning } from './header-words.ts';
import { type Inferred, type PlannedType, textType } from './planned-type.ts';

/** Of an int4, which has nine digits for any number, and of an int8, which has 18: four are left for growth. */
const INTEGER_DIGITS = 5;
const BIGINT_DIGITS = 14;
/** Digits of equal length from this on are codes more often than numbers. */
const CODE_DIGITS = 8;
/** More digits than an int8 has for any number. */
const LONG_DIGITS = 18;
/** Longer numbers of lines or rows count nothing. */
const COUNTER_DIGITS = 6;

/** A number, or text where the digits may be a code; some reading as a number fits all values. */
export function inferNumber(meaning: HeaderMeaning, profile: ColumnProfile): Inferred {
  const readings = profile.readings.filter(({ kind }) => kind === 'number');
  const [first] = readings;
  if (first === undefined) return textType(profile, 'zeros in front');
  const digits = profile.digits.get(first)!;
  const code = describeCode(meaning, profile, digits);
  if (code !== null) {
    const { builder, options } = numberType(digits, meaning);
    const written = `${builder}('…'${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
    return textType(
      profile,
      code,
      `Text, since ${code}. If these are numbers to calculate with, write \`${written}\`.`,
    );
  }
  const other = readings.find((reading) => profile.differ(first, reading));
  if (other !== undefined) {
    const [one, two] = [first, other].map(({ transformations }) => describeFormat(transformations.number));
    return textType(
      profile,
      `${one} or ${two}, which no value tells`,
      `Every value is a number both with ${one} and with ${two}. If you know which, make it a \`numeric\` here, and declare \`number: ${writeNumberFormat(first.transformations.number ?? other.transformations.number)}\` below, for instance.`,
    );
  }
  const { number } = first.transformations;
  const whole = digits.fraction === null;
  // Whole numbers have no decimal sign that could be declared.
  const thousands = number?.thousands === undefined ? undefined : { thousands: number.thousands };
  const declared = whole ? thousands : number;
  const type = numberType(digits, meaning);
  return {
    type,
    transformations: declared === undefined ? {} : { number: declared },
    evidence: `${describeDigits(digits)}${declared === undefined ? '' : `, with ${describeFormat(declared)}`}${
      whole && type.builder === 'numeric' ? '; amounts may have decimals' : ''
    }`,
    advice: null,
  };
}

/** Why digits may be a code; null: they are a number. */
function describeCode(meaning: HeaderMeaning, profile: ColumnProfile, digits: Digits): string | null {
  const { shortestDigits: shortest, longestDigits: longest, otherThanDigits } = profile;
  if (meaning.code) return 'it is named like a code';
  if (meaning.counter && longest > COUNTER_DIGITS) return 'it is named like a code';
  if (meaning.amount) return null;
  const { decimals, trailingZeros } = profile;
  if (decimals.size > 1 && trailingZeros > 0) return 'some have zeros behind, as versions do';
  if (digits.fraction !== null || meaning.quantity) return null;
  if (otherThanDigits === 0 && shortest === longest && longest >= CODE_DIGITS && profile.values > 1) {
    return `all have ${longest} digits`;
  }
  if (digits.integer > LONG_DIGITS) return `some have ${digits.integer} digits`;
  return null;
}

function numberType({ integer, fraction }: Digits, { amount }: Pick<HeaderMeaning, 'amount'>): PlannedType {
  if (fraction === null && !amount) {
    if (integer <= INTEGER_DIGITS) return { builder: 'integer', options: [], sql: 'integer' };
    if (integer <= BIGINT_DIGITS) return { builder: 'bigint', options: ["mode: 'bigint'"], sql: 'bigint' };
  }
  // Without a precision nothing of the next file is too large or rounded.
  return { builder: 'numeric', options: [], sql: 'numeric' };
}

function describeDigits({ integer, fraction }: Digits): string {
  const count = (number: number) => `${number} digit${number === 1 ? '' : 's'}`;
  return fraction === null
    ? `whole numbers of up to ${count(integer)}`
    : `numbers of up to ${integer} + ${count(fraction)}`;
}

function describeFormat(format: NumberFormat | undefined): string {
  const names = { '.': 'points', ',': 'commas', ' ': 'spaces', "'": 'apostrophes' };
  if (format === undefined) return 'decimal points';
  if (format.thousands !== undefined) return `${names[format.thousands]} between thousands`;
  return `decimal ${names[format.decimal!]}`;
}

/** As it is written in the definition. */
function writeNumberFormat(format: NumberFormat | undefined): string {
  const parts = Object.entries(format ?? {}).map(
    ([name, sign]) => `${name}: ${sign === "'" ? `"'"` : `'${sign}'`}`,
  );
  return `{ ${parts.join(', ')} }`;
}
