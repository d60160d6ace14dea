/** So many significant digits survive a double, so that comparing doubles compares the decimals. */
const EXACT_DIGITS = 15;

interface Decimal {
  negative: boolean;
  /** Without zeros at either end; empty for zero. */
  digits: string;
  /** The power of ten of the first digit. */
  power: number;
}

/**
 * Compares two decimal numbers, `[+-]digits[.digits][e±digits]`, exactly: a double would call
 * 9007199254740993 equal to 9007199254740992. Gives -1, 0 or 1.
 */
export function compareDecimals(left: string, right: string): -1 | 0 | 1 {
  if (left.length <= EXACT_DIGITS && right.length <= EXACT_DIGITS) {
    const [a, b] = [Number(left), Number(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const [a, b] = [readDecimal(left), readDecimal(right)];
  if (a.digits === '' || b.digits === '') {
    const [signA, signB] = [signOf(a), signOf(b)];
    return signA < signB ? -1 : signA > signB ? 1 : 0;
  }
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const smaller = a.negative ? 1 : -1;
  if (a.power !== b.power) return a.power < b.power ? smaller : (-smaller as -1 | 1);
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? smaller : (-smaller as -1 | 1);
}

function readDecimal(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const padded = whole + fraction;
  let first = 0;
  while (padded[first] === '0') first++;
  let end = padded.length;
  while (end > first && padded[end - 1] === '0') end--;
  return {
    negative: mantissa.startsWith('-'),
    digits: padded.slice(first, end),
    power: whole.length - 1 - first + Number(exponent),
  };
}

function signOf(decimal: Decimal): number {
  if (decimal.digits === '') return 0;
  return decimal.negative ? -1 : 1;
}
