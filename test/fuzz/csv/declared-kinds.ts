import { bigint, boolean, date, integer, numeric, text, time, timestamp } from 'drizzle-orm/pg-core';
import { eraDay, monthsOf, serialMoment, unixMoment } from './calendars.ts';
import { formed, type Kind, type Meaning, misfit } from './kind.ts';
import { decimals, whole } from './number-kinds.ts';
import { day } from './time-kinds.ts';

/*
 * Columns whose values are written as the import declares. Each kind says what a value stands for by means of its own:
 * regular expressions, Intl's calendars and names, arithmetic on dates of JavaScript, PostgreSQL's own casts.
 */

const numberCodes = [
  'invalid_number',
  'invalid_integer',
  'leading_zeros',
  'out_of_range',
  'too_precise',
] as const;
const dayCodes = ['invalid_date'] as const;
const days = formed(() => date(), new RegExp(`^${day}$`), dayCodes, []);
const moments = {
  ...days,
  build: () => timestamp({ precision: 3 }),
  judge: takenIfRead,
  codes: ['invalid_timestamp', 'too_precise'],
} as const;

function takenIfRead(_: string, read: string | null) {
  return read === null ? 'refused' : 'taken';
}

/** What digits, in groups or with an exponent, say without separators; misfit: it is no number in this form. */
function plainDigits(value: string, thousands: string, decimal: string): string | typeof misfit {
  const [group, point] = [thousands, decimal].map((sign) => `\\${sign}`);
  const form = new RegExp(
    `^(\\d{1,3}(${group}\\d{3})+(${point}\\d*)?|\\d*(${point}\\d*)?(e[+-]?\\d+)?)$`,
    'i',
  );
  if (!form.test(value) || !/^\D?\d/.test(value)) return misfit;
  return value.replaceAll(thousands, '').replace(decimal, '.');
}

/** A number beside signs: what stands on the left, the digits, what stands on the right. */
function besides(value: string): [left: string, digits: string, right: string] | null {
  const match = /^([^\d.,]*)([\d.,]+(?: [\d.,]+)*(?:e[+-]?\d+)?)([^\d.,]*)$/iu.exec(value);
  if (match === null || /^\s|\s$/u.test(value)) return null;
  const bare = (signs: string) => signs.replace(/\s/gu, '').replace('＄', '$').replace('￥', '¥');
  return [bare(match[1]!), match[2]!, bare(match[3]!)];
}

function accounted(value: string): Meaning {
  if (/^(\p{Sc}\s*)?[-–—](\s*\p{Sc})?$/u.test(value) && value.match(/\p{Sc}/gu)?.length !== 2) return '0';
  const parts = besides(value);
  if (parts === null) return misfit;
  const [left, digits, right] = parts;
  if ((left + right).match(/\p{Sc}/gu)?.length === 2) return misfit;
  const signs = `${left.replace(/\p{Sc}/u, '')}1${right.replace(/\p{Sc}/u, '')}`;
  const negative = ['-1', '(1)', '1-', '▲1'].includes(signs);
  const plain = plainDigits(digits, ',', '.');
  if (plain === misfit || (!negative && signs !== '1' && signs !== '+1')) return misfit;
  return negative ? `-${plain}` : plain;
}

function percentage(value: string): Meaning {
  const parts = besides(value.replaceAll(/[\u00a0\u202f]/g, ' '));
  if (parts === null) return misfit;
  const [left, digits, right] = parts;
  const sign = left.replace('%', '');
  if ((left + right).match(/%/g)?.length !== 1 || !/^[+-]?$/.test(sign) || /[^%]/.test(right)) return misfit;
  const plain = plainDigits(digits, ' ', '.');
  return plain === misfit || /e/i.test(plain) ? misfit : `${sign}${plain}e-2`;
}

const spellings = monthsOf('en');

function spelledDay(value: string): Meaning {
  const [, of, name, year] = /^(\d{1,2}) ([^\d .]+)\.? (\d{4})$/.exec(value) ?? [];
  const month = spellings.get(name?.toLowerCase() ?? '');
  return month === undefined ? misfit : `${year}-${month}-${of!.padStart(2, '0')}`;
}

function shortDay(value: string): Meaning {
  const [, month, of, year] = /^(\d{1,2})\/(\d{1,2})\/(\d\d)$/.exec(value) ?? [];
  if (year === undefined) return misfit;
  return `${Number(year) < 50 ? 20 : 19}${year}-${month!.padStart(2, '0')}-${of!.padStart(2, '0')}`;
}

function clocked(value: string): Meaning {
  const [, hour, minute, half] = /^(\d{1,2}):(\d\d)( [AP]M)?$/i.exec(value) ?? [];
  if (half === undefined && minute !== undefined)
    return Number(hour) > 23 ? misfit : `${hour!.padStart(2, '0')}:${minute}`;
  // PostgreSQL reads the American way itself, but takes hours for it that no clock shows.
  if (minute !== undefined) return Number(hour) < 1 || Number(hour) > 12 ? misfit : value;
  const [, word, japanese, then] = /^(午前|午後)(\d{1,2})時(\d\d)分$/.exec(value) ?? [];
  if (then === undefined || Number(japanese) > 12) return misfit;
  return `${String((Number(japanese) % 12) + (word === '午後' ? 12 : 0)).padStart(2, '0')}:${then}`;
}

function zoned(value: string): Meaning {
  const [, moment, name, offset] =
    /^(\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d) (Z|UTC|GMT)?([+-]\d\d(?::?\d\d)?)?$/.exec(value) ??
    [];
  if (moment === undefined || (name === undefined && offset === undefined) || (name === 'Z' && offset))
    return misfit;
  // To PostgreSQL, UTC+9 is west of Greenwich, as POSIX has it.
  return `${moment}${offset ?? 'Z'}`;
}

const wide = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

function tidied(value: string): Meaning {
  const shown = value.replace(wide, '');
  const text = shown.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '').normalize('NFC');
  return text === '-' || text === 'N/A' ? null : text;
}

export const declaredKinds = {
  accounting: {
    ...decimals(() => numeric(), []),
    options: { number: { currency: true, thousands: ',', negative: ['(1)', '1-', '▲1'], dash: 'zero' } },
    means: accounted,
    codes: numberCodes,
    edges: [
      ...['$1,234.50', '($33.52)', '(1,000.00)', '¥1,234', '-¥500', '¥-500', '€5.00', '5 €', '1,234.50-'],
      ...['▲1,234', '▲ 5', '$-', '-', '—', '- €', '(-)', '(5', '5)', '(-5)', '--5', '+5', '+(5)', '$5$', '$'],
      ...[
        '5-€',
        '1,23',
        '$00.5',
        '＄5',
        '￥-5',
        '-5-',
        '(5)-',
        '5%',
        '(0)',
        '.5',
        '$.5',
        '1,234,567.89',
        '',
        '1e5',
      ],
    ],
  },
  percent: {
    ...decimals(() => numeric(), []),
    options: { number: { percent: 'fraction', thousands: ' ' } },
    means: percentage,
    codes: numberCodes,
    edges: [
      '12.5%',
      '-3.25 %',
      '0%',
      '100%',
      '%5',
      '5',
      '007%',
      '1 234%',
      '12%%',
      '1e2%',
      '%',
      '-%',
      '.5%',
      '+5%',
    ],
  },
  european: {
    ...decimals(() => numeric({ precision: 9, scale: 2 }), []),
    options: { number: { thousands: '.' }, leadingZeros: 'drop' },
    means: (value) => {
      const [, sign, digits] = /^([+-]?)(.*)$/s.exec(value)!;
      const plain = plainDigits(digits!, '.', ',');
      return plain === misfit ? misfit : sign + plain.replace(/^0+(?=\d)/, '');
    },
    codes: numberCodes,
    edges: [
      '1.234,56',
      '1234,56',
      '007',
      '0.123',
      '00,5',
      '1.23',
      '-1.234.567,8',
      ',5',
      '5,',
      '12,345',
      '-',
      '1,2,3',
    ],
  },
  wholes: {
    ...formed(() => integer(), whole, numberCodes, [
      '1.0',
      '2.',
      '1.5',
      '-3.00',
      '007.0',
      '1',
      '.0',
      '2147483648.0',
      '1e3',
    ]),
    options: { number: { zeroDecimals: 'drop' } },
    means: (value) => (/^[+-]?\d+(\.0*)?$/.test(value) ? value.replace(/\..*/, '') : misfit),
  },
  spelledDay: {
    ...days,
    options: { date: 'D MMM YYYY' },
    means: spelledDay,
    edges: [
      '1 Jan 2026',
      '29 february 2024',
      '29 Feb 2026',
      '3 Sept. 1999',
      '31 APRIL 2026',
      '1 Mai 2026',
      '01 Dec. 0001',
      '1 Ja 2026',
      '5 May 2026',
      '5 May. 2026',
    ],
  },
  shortDay: {
    ...days,
    options: { date: 'M/D/YY', pivot: 1950 },
    means: shortDay,
    edges: ['4/15/91', '1/1/49', '01/01/50', '2/29/00', '2/29/01', '13/1/20', '1/1/2020', '4/31/99'],
  },
  excelDay: {
    ...days,
    options: { date: 'excel' },
    means: (value) => serialMoment(value)?.replace(/ 00:00:00\.000$/, '') ?? misfit,
    edges: [
      '1',
      '59',
      '60',
      '61',
      '46320',
      '46320.0',
      '46320.5',
      '2958465',
      '2958466',
      '0',
      '-1',
      '007',
      '1e3',
    ],
  },
  excelMoment: {
    ...moments,
    options: { timestamp: 'excel' },
    means: (value) => serialMoment(value) ?? misfit,
    edges: [
      '46324.75',
      '46324.7534722222',
      '59.999999999',
      '60.5',
      '61.0000001',
      '0.5',
      '1.5',
      '2958465.9999999999',
    ],
  },
  eraDay: {
    ...days,
    options: { date: ['Gy.M.D', 'Gy年M月D日'] },
    means: (value) => eraDay(value) ?? misfit,
    edges: [
      ...[
        'R6.4.1',
        '令和元年5月1日',
        'R1.4.30',
        'H31.4.30',
        'H31.5.1',
        '昭和64年1月7日',
        'S64.1.8',
        'S1.12.25',
      ],
      ...[
        'T15.12.25',
        'T1.7.30',
        'M45.7.30',
        'M6.1.1',
        'M5.12.2',
        'h1.1.8',
        '平成1年1月7日',
        'R0.1.1',
        '令6年1月1日',
      ],
    ],
  },
  unixMillis: {
    ...moments,
    options: { timestamp: 'unix-ms', zone: 'UTC' },
    means: (value) => unixMoment(value) ?? misfit,
    edges: [
      '0',
      '1700000000123',
      '-1',
      '253402300799999',
      '253402300800000',
      '-62135596800000',
      '-62135596800001',
      '1e3',
      '+5',
      '1700000000123.5',
    ],
  },
  clocked: {
    ...moments,
    build: () => time(),
    options: { time: ['H:mm', 'h:mm A', 'Ah時mm分'] },
    means: clocked,
    codes: ['invalid_time'],
    edges: [
      '9:05',
      '23:59',
      '24:00',
      '9:05 PM',
      '12:00 am',
      '0:30 AM',
      '13:05 PM',
      '午前0時05分',
      '午後12時30分',
      '午後13時00分',
      '9:60',
    ],
  },
  zoned: {
    ...moments,
    build: () => timestamp({ withTimezone: true }),
    options: { timestamp: 'YYYY-MM-DD HH:mm:ss Z' },
    means: zoned,
    edges: [
      ...[
        '2026-01-05 10:22:11 UTC',
        '2026-01-05 10:22:11 GMT',
        '2026-01-05 10:22:11 -0500',
        '2026-01-05 10:22:11 Z',
      ],
      ...[
        '2026-01-05 10:22:11 UTC+09:00',
        '2026-01-05 10:22:11 +09',
        '2026-01-05 10:22:11 JST',
        '2026-01-05 10:22:11',
      ],
      ...[
        '2026-02-29 10:22:11 UTC',
        '2026-01-05 24:00:00 UTC',
        '2026-01-05 10:22:60 Z',
        '2026-01-05 10:22:11 +16:00',
      ],
    ],
  },
  nullable: {
    ...formed(
      () => bigint({ mode: 'bigint' }),
      whole,
      ['invalid_integer', 'leading_zeros', 'out_of_range'],
      [],
    ),
    options: { null: ['NULL', 'N/A', '-'], trim: true },
    means: (value) => {
      const bare = value.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '');
      return ['NULL', 'N/A', '-'].includes(bare) ? null : bare;
    },
    edges: ['NULL', ' NULL ', 'null', 'N/A', '-', '-5', '7', ' 7\u3000', '007', '  ', 'NULLS', '\u00a0'],
  },
  tidy: {
    build: () => text(),
    typed: false,
    judge: () => 'taken',
    codes: [],
    options: { zeroWidth: 'remove', trim: true, normalize: 'NFC', null: ['-', 'N/A'] },
    means: tidied,
    edges: [
      'a',
      ' a ',
      '\u200ba\u200b',
      'カ\u3099',
      'e\u0301',
      '-',
      '\u200b-',
      'N/A',
      '\ufeff',
      ' \u200e ',
      '\u2068x\u2069',
      'a"b',
      '\u00a0\u200b\u00a0y',
    ],
  },
  list: {
    build: () => integer().array(),
    typed: true,
    judge: (value, read) => (/^\{[^"]*\}$/.test(value) && read !== null ? 'taken' : 'refused'),
    codes: ['invalid_integer', 'leading_zeros', 'out_of_range', 'invalid_array'],
    options: { array: { separator: ';' } },
    means: (value) =>
      value.split(';').every((each) => whole.test(each)) ? `{${value.replaceAll(';', ',')}}` : misfit,
    edges: ['1;2;3', '5', '1;;2', '1;2;', '-1;+2', '1; 2', '01', '2147483648', 'NULL', '{1,2}', ';', '"1"'],
  },
  checked: {
    ...formed(
      () => boolean(),
      /^[tf]$/,
      ['invalid_boolean'],
      ['✓', 'ja', '', 'nein', 't', 'true', 'JA', ' '],
    ),
    options: { booleans: { true: ['✓', 'ja'], false: ['', 'nein'] } },
    means: (value) => (['✓', 'ja'].includes(value) ? 't' : ['', 'nein'].includes(value) ? 'f' : misfit),
    meansEmpty: true,
  },
  parsed: {
    ...formed(
      () => integer(),
      whole,
      ['parse_failed', 'invalid_integer'],
      ['1h30', '2h', 'h', '?', 'x', '10h00', '-1h'],
    ),
    options: {
      parse: (value) => {
        if (value === '?') return null;
        const parts = value.split('h');
        if (parts.length > 2 || !/^\d{1,3}$/.test(parts[0]!)) throw new Error(`no hours: ${value}`);
        return String(Number(parts[0]) * 60 + Number(parts[1] || 0));
      },
    },
    means: (value) => {
      if (value === '?') return null;
      const [, hours, minutes] = /^(\d{1,3})(?:h([^h]*))?$/.exec(value) ?? [];
      const total = Number(hours) * 60 + Number(minutes || 0);
      return hours === undefined || !whole.test(String(total)) ? misfit : String(total);
    },
  },
} satisfies Record<string, Kind>;
