import { describe, expect, it } from 'vitest';
import type { Transformations } from '../../../../contract/definition/define-import.ts';
import { decimal, integer, numeric, rejects, transform, turns } from './turns.ts';

describe('currency', () => {
  turns(
    'any sign',
    decimal,
    { number: { currency: true, thousands: ',' } },
    {
      '$1,234.50': '1234.50',
      '5 €': '5',
      '€5.00': '5.00',
      '-¥500': '-500',
      '¥-500': '-500',
      '＄5': '5',
      '£\u00a05': '5',
      '₹.5': '.5',
      '12': '12',
      '$00.5':
        'leading_zeros: has zeros in front, which a number loses: make the column text, or declare leadingZeros: "drop"',
    },
  );
  rejects('any sign', decimal, { number: { currency: true } }, 'invalid_number', [
    ...['$', '$5$', '$$5', 'R$5', 'EUR 5', '5%', '(5)', '5-', '$-', '-$', '1,5', ' 5', '$5 ', '--$5', '-$-5'],
  ]);
  const named: Transformations = { number: { currency: ['R$', '$', 'EUR', 'kr.'] } };
  turns('signs by name', decimal, named, {
    R$5: '5',
    $5: '5',
    '5 EUR': '5',
    'EUR -5': '-5',
    '5 kr.': '5',
    '€5': 'invalid_number: must be a number as 1234567.89, a currency sign beside it (R$ $ EUR kr.)',
  });
});

describe('percent', () => {
  turns(
    'as a fraction',
    decimal,
    { number: { percent: 'fraction', decimal: ',' } },
    {
      '12,5%': '0.125',
      '-3,25 %': '-0.0325',
      '0%': '0.00',
      '100%': '1.00',
      '%5': '0.05',
      '0,001%': '0.00001',
      '1234567890123456789012345678901234567890,1%': '12345678901234567890123456789012345678.901',
      '5': 'invalid_number: must be a number as 1234567,89%',
    },
  );
  turns(
    'as it is written',
    integer,
    { number: { percent: 'number', thousands: ',' } },
    {
      '1,234%': '1234',
      '-12 %': '-12',
      '12.5%': 'invalid_integer: must be a number as 1,234,567%',
    },
  );
  const fraction: Transformations = { number: { percent: 'fraction' } };
  rejects('as a fraction', decimal, fraction, 'invalid_number', [
    '12%%',
    '%12%',
    '1e2%',
    '%',
    '-%',
    '1.2.3%',
  ]);
  rejects('as a fraction', decimal, fraction, 'leading_zeros', ['007%', '00.5%', '-012%']);
  rejects('beyond the scale', numeric, fraction, 'too_precise', ['12.5%']);
});

describe('negative', () => {
  const ways: Transformations = {
    number: { currency: true, thousands: ',', negative: ['(1)', '1-', '▲1', '△1', '−1', '1 CR'] },
  };
  turns('ways', decimal, ways, {
    '($33.52)': '-33.52',
    '$(33.52)': '-33.52',
    '(1,000.00)': '-1000.00',
    '( 5 )': '-5',
    '1,234.50-': '-1234.50',
    '5- €': '-5',
    '▲1,234': '-1234',
    '△ ¥5': '-5',
    '¥▲5': '-5',
    '−5': '-5',
    '5 CR': '-5',
    '-5': '-5',
    '+5': '5',
    '5': '5',
    '(0)': '-0',
  });
  rejects('ways', decimal, ways, 'invalid_number', [
    ...['(5', '5)', '(-5)', '-(5)', '+(5)', '(5)-', '▲5-', '-5-', '--5', '▲▲5', '()', '(', '▲', '-', '5 DR'],
  ]);
  rejects('not declared', decimal, { number: { currency: true } }, 'invalid_number', [
    '(5)',
    '5-',
    '▲5',
    '−5',
  ]);
});

describe('dash', () => {
  turns(
    'zero',
    decimal,
    { number: { dash: 'zero', currency: true } },
    {
      '-': '0',
      '—': '0',
      '–': '0',
      '$-': '0',
      '$ -': '0',
      '- €': '0',
      '-5': '-5',
      '--': 'invalid_number: must be a number as 1234567.89, a currency sign beside it, a dash alone',
    },
  );
  turns('null', integer, { number: { dash: 'null' } }, { '-': 'NULL', '−': 'NULL', '0': '0' });
  rejects('below zero', decimal, { number: { dash: 'zero', negative: ['(1)'] } }, 'invalid_number', [
    '(-)',
    '+-',
  ]);
});

describe('zeroDecimals', () => {
  turns(
    'a point',
    integer,
    { number: { zeroDecimals: 'drop' } },
    {
      '1.0': '1',
      '1.': '1',
      '-1.000': '-1',
      '1': '1',
      '2147483648.0': 'out_of_range: must be between -2147483648 and 2147483647',
    },
  );
  turns(
    'a comma',
    integer,
    { number: { zeroDecimals: 'drop', decimal: ',', thousands: '.' } },
    {
      '1.234,00': '1234',
      '1.234': '1234',
    },
  );
  rejects('a point', integer, { number: { zeroDecimals: 'drop' } }, 'invalid_integer', [
    ...['1.5', '1.01', '.0', '.', '1e3', '1.0e0', '1,0', '1.0.0'],
  ]);
  rejects('a point', integer, { number: { zeroDecimals: 'drop' } }, 'leading_zeros', ['007.0']);
});

describe('leadingZeros', () => {
  turns(
    'of whole numbers',
    integer,
    { leadingZeros: 'drop' },
    {
      '007': '7',
      '-007': '-7',
      '+00': '+0',
      '0': '0',
      '10': '10',
    },
  );
  turns(
    'of decimal numbers',
    decimal,
    { leadingZeros: 'drop', number: { decimal: ',' } },
    {
      '007,50': '7.50',
      '00,5': '0.5',
      '0,5': '0.5',
    },
  );
  rejects('of others', integer, { leadingZeros: 'drop' }, 'invalid_integer', ['0x1', '00x', '-', '0 1']);
});

it('is exact with any number of digits', () => {
  const digits = '123456789'.repeat(40);
  const how: Transformations = { number: { currency: true, percent: 'fraction', negative: ['(1)'] } };
  expect(transform(decimal, how, `($${digits}.${digits} %)`)).toBe(
    `-${digits.slice(0, -2)}.${digits.slice(-2)}${digits}`,
  );
});
