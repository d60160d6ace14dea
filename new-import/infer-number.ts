import type { NumberFormat } from '../contract/definition/define-import.ts';
import { decimalOf } from '../contract/definition/number-format.ts';
import type { ColumnProfile, Digits } from './column-profile.ts';
import type { Reading } from './column-readings.ts';
import { decimalFor, decimalOfReading, type FileStyle } from './file-style.ts';
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
export function inferNumber(meaning: HeaderMeaning, profile: ColumnProfile, style: FileStyle): Inferred {
  const all = profile.readings.filter(({ kind }) => kind === 'number');
  const decimal = decimalFor(profile, style);
  const proven = all.filter((reading) => decimalOfReading(reading) === decimal);
  const readings = proven.length > 0 ? proven : all;
  const [first] = readings;
  if (first === undefined) return textType(profile, 'zeros in front');
  if (profile.currencies.size > 1) return textType(profile, 'amounts in several currencies', CURRENCIES);
  const found = profile.digits.get(first)!;
  // 1.0, as programs write whole numbers beside empty ones.
  const floats =
    meaning.identifier &&
    !meaning.amount &&
    found.zeros &&
    profile.currencies.size === 0 &&
    first.percent !== true;
  const digits = floats ? { ...found, fraction: null } : found;
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
  const whole = digits.fraction === null;
  const dropped = floats && found.fraction !== null;
  const { number } = first.transformations;
  // Whole numbers have no decimal sign that could be declared.
  const separators: NumberFormat =
    whole && !dropped
      ? number?.thousands === undefined
        ? {}
        : { thousands: number.thousands }
      : withThousands(number ?? {}, profile, digits);
  const signs = signsOf(profile, first);
  const declared = { ...separators, ...signs, ...(dropped ? { zeroDecimals: 'drop' as const } : {}) };
  const type = numberType(digits, {
    amount: meaning.amount || profile.currencies.size > 0 || first.percent === true,
  });
  const written = [
    ...(Object.keys(separators).length === 0 ? [] : [describeFormat(separators)]),
    ...describeSigns(declared),
  ];
  return {
    type,
    transformations: Object.keys(declared).length === 0 ? {} : { number: declared },
    evidence: `${describeDigits(digits)}${written.length === 0 ? '' : `, with ${written.join(', ')}`}${
      whole && type.builder === 'numeric' ? '; amounts may have decimals' : ''
    }`,
    advice: declared.percent === undefined ? null : PERCENT,
  };
}

const CURRENCIES =
  'The amounts are in several currencies, which a number would lose. Text, unless the currency is in another column: then make it a `numeric` here, and declare `number: { currency: true }` below.';
const PERCENT =
  "Percentages as they are written: 12.5% is 12.5. If it shall be 0.125, declare `percent: 'fraction'` below.";

/** Spreadsheets that write signs separate thousands as well, if only in the next file. */
function withThousands(number: NumberFormat, profile: ColumnProfile, digits: Digits): NumberFormat {
  const signed = profile.currencies.size + profile.negatives.size > 0;
  if (!signed || digits.fraction === null || number.thousands !== undefined) return number;
  return { thousands: decimalOf(number) === ',' ? '.' : ',' };
}

/** Signs that stand beside the digits. */
function signsOf({ currencies, negatives, dashes }: ColumnProfile, { percent }: Reading): NumberFormat {
  return {
    ...(currencies.size === 0 ? {} : { currency: [...currencies] }),
    ...(percent === true ? { percent: 'number' as const } : {}),
    ...(negatives.size === 0 ? {} : { negative: [...negatives] }),
    ...(dashes === 0 ? {} : { dash: 'null' as const }),
  };
}

function describeSigns({ currency, percent, negative, dash, zeroDecimals }: NumberFormat): string[] {
  return [
    ...(currency === undefined ? [] : ['a currency’s sign']),
    ...(percent === undefined ? [] : ['percent signs']),
    ...(negative === undefined ? [] : [`${negative.join(', ')} for -1`]),
    ...(dash === undefined ? [] : ['dashes for NULL']),
    ...(zeroDecimals === undefined ? [] : ['.0 behind, which is dropped']),
  ];
}

/** Why digits may be a code; null: they are a number. */
function describeCode(meaning: HeaderMeaning, profile: ColumnProfile, digits: Digits): string | null {
  const { shortestDigits: shortest, longestDigits: longest, otherThanDigits } = profile;
  if (profile.parentheses === profile.read && digits.fraction === null) return 'all stand in parentheses';
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
