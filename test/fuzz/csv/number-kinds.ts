import { type Kind, taken } from './kind.ts';
import { sameDecimal } from './values.ts';

/** Numbers of which a float may round decimal places, but no digit of a whole number. */
export function floats(build: Kind['build'], bits: 32 | 64, edges: readonly string[]): Kind {
  const keeps = (value: string) => {
    if (!/^[+-]?\d+$/.test(value)) return true;
    const stored = bits === 32 ? Math.fround(Number(value)) : Number(value);
    const significant = value.replace(/^[+-]|0+$/g, '');
    return BigInt(value) === BigInt(stored) || digitsOf(stored, significant.length) === significant;
  };
  return {
    build,
    typed: true,
    judge: (value, read) => taken(decimal.test(value) && read !== null && keeps(value)),
    codes: ['invalid_number', 'leading_zeros', 'out_of_range', 'too_precise'],
    edges: [...edges, ...numberEdges],
  };
}

/** The first digits of a number, rounded; none where there are more than JavaScript writes. */
function digitsOf(number: number, count: number): string {
  if (count < 1 || count > 100) return '';
  return Math.abs(number)
    .toExponential(count - 1)
    .replace(/\.|e.*$/g, '');
}

/** Numbers that the column keeps digit for digit. */
export function decimals(build: Kind['build'], edges: readonly string[]): Kind {
  return {
    build,
    typed: true,
    judge(value, read) {
      if (!decimal.test(value) || read === null || !sameDecimal(value, read)) return 'refused';
      // A zero may have any exponent up to a limit, which is not the same one in all versions of PostgreSQL.
      return /e\+?\d{10}/i.test(value) ? 'either' : 'taken';
    },
    codes: ['invalid_number', 'leading_zeros', 'out_of_range', 'too_precise'],
    edges: [...edges, ...numberEdges],
  };
}

export const whole = /^[+-]?(0|[1-9]\d*)$/;
const decimal = /^[+-]?(?!0\d)(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
export const numberEdges = [
  ...['0', '-0', '+0', '00', '1', '-1', '+7', '007', '.5', '5.', '-.5', '.', '-', '+', '', '1e3', '1E3'],
  ...[
    '1.5e3',
    '1e-3',
    '1e',
    'e1',
    '1e+',
    '--1',
    '1-',
    ' 1',
    '1 ',
    '1\t',
    '1,000',
    '1_000',
    '0x1f',
    '0b1',
    '٣',
  ],
  ...[
    '１',
    '1.2.3',
    '1,5',
    '€5',
    'NaN',
    'nan',
    'Infinity',
    '-inf',
    'inf',
    '9'.repeat(40),
    `0.${'0'.repeat(40)}1`,
  ],
  ...[`1${'0'.repeat(30)}`, `-1e-40`, '1e40', '000000000000000000000000001', '1.0', '1.10', '0.000', '0e99'],
];
export const integerEdges = [
  ...['32767', '32768', '-32768', '-32769', '2147483647', '2147483648', '-2147483648', '-2147483649'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...[
    '999999999999999',
    '1000000000000000',
    '00000000000000000000000000000000000001',
    '-000',
    '18446744073709551616',
  ],
];
export const hugeNumbers = [
  ...['1e131071', '1e131072', '1e131073', '-9e131071', '1e-16383', '1e-16384', '1e-20000', '1e999999999'],
  ...['1e-999999999', '0e999999999', '0e-999999999', '0e-16384', '0.0e-16383', '1e2147483648', '1.0e-16383'],
  ...[
    `1${'0'.repeat(200)}e-200`,
    `0.${'0'.repeat(16382)}1`,
    `0.${'0'.repeat(16383)}1`,
    `1.${'0'.repeat(16384)}`,
  ],
  ...['9'.repeat(131072), '9'.repeat(131073), `1${'0'.repeat(16390)}e-16390`, `${'0'.repeat(16390)}e-16390`],
];
export const floatEdges = [
  ...['3.4028235e38', '3.4028236e38', '3.4028235677973366e38', '3.4028235677973362e38', '3.40282357e38'],
  ...['1.4e-45', '7e-46', '7.006492321624085e-46', '7.0064923216240854e-46', '1e-46', '1.17549435e-38'],
  ...[
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.797693134862315807e308',
    '1.7976931348623159e308',
  ],
  ...['5e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '2e-324', '1e400', '1e-400', '0.1'],
  ...['0e999', '0.0e-999', '1e999999999', '1e-999999999', '123456789012345678901234567890'],
  ...[`0.${'0'.repeat(44)}1`, `0.${'0'.repeat(50)}1`, `1${'0'.repeat(38)}`, `4${'0'.repeat(38)}`, '16777217'],
];
