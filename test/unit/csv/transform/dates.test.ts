import { describe } from 'vitest';
import { date, instant, rejects, time, timestamp, turns } from './turns.ts';

describe('month names', () => {
  turns(
    'English',
    date,
    { date: ['MMM D, YYYY', 'DD-MMM-YYYY'] },
    {
      'Dec 24, 2020': '2020-12-24',
      'january 5, 2021': '2021-01-05',
      'SEPT. 5, 2021': '2021-09-05',
      'May 5, 2021': '2021-05-05',
      '29-Feb-2024': '2024-02-29',
      'Mai 5, 2021':
        'invalid_date: must be a date as MMM D, YYYY or DD-MMM-YYYY (MMM is a month’s name (en))',
    },
  );
  turns(
    'German',
    date,
    { date: 'D. MMMM YYYY', months: 'de' },
    {
      '1. März 2024': '2024-03-01',
      '1. Ma\u0308rz 2024': '2024-03-01',
      '1. MÄRZ 2024': '2024-03-01',
      '1. Mrz. 2024': '2024-03-01',
      '1. Dez. 2024': '2024-12-01',
    },
  );
  turns(
    'French',
    date,
    { date: 'D MMM YYYY', months: 'fr' },
    {
      '1 août 2024': '2024-08-01',
      '1 déc. 2024': '2024-12-01',
      '1 juil 2024': '2024-07-01',
      '1 juin 2024': '2024-06-01',
    },
  );
  turns(
    'Spanish',
    date,
    { date: 'D [de] MMM [de] YYYY', months: 'es' },
    {
      '1 de enero de 2024': '2024-01-01',
      '1 de sept. de 2024': '2024-09-01',
    },
  );
  const own = ['tammi', 'helmi', ['maalis', '3月'], 'huhti', 'touko', 'kesä', 'heinä', 'elo', 'syys', 'loka'];
  turns(
    'of your own',
    date,
    { date: 'D MMM YYYY', months: [...own, 'marras', 'joulu'] },
    {
      '1 kesä 2024': '2024-06-01',
      '1 maalis 2024': '2024-03-01',
      '1 June 2024':
        'invalid_date: must be a date as D MMM YYYY (MMM is a month’s name of the import’s list)',
    },
  );
  rejects('English', date, { date: 'D MMM YYYY' }, 'invalid_date', [
    ...[
      '30 Feb 2024',
      '31 April 2024',
      '1 Febr 2024',
      '1 Ja 2024',
      '1 Janu 2024',
      '1 Jan.. 2024',
      '1  Jan 2024',
    ],
  ]);
});

describe('digits in brackets', () => {
  turns(
    'stand for themselves',
    date,
    { date: ['YYYY-MM-DD', 'YYYY-MM-DD [00:00:00]'] },
    {
      '2026-01-05 00:00:00': '2026-01-05',
      '2026-01-05': '2026-01-05',
      '2026-01-05 00:00:01': 'invalid_date: must be a date as YYYY-MM-DD or YYYY-MM-DD [00:00:00]',
    },
  );
});

describe('two digits of a year', () => {
  turns(
    'from 1950',
    date,
    { date: 'M/D/YY', pivot: 1950 },
    {
      '4/15/91': '1991-04-15',
      '4/23/20': '2020-04-23',
      '1/1/49': '2049-01-01',
      '1/1/50': '1950-01-01',
      '1/1/1991': 'invalid_date: must be a date as M/D/YY (YY is a year from 1950 to 2049)',
    },
  );
  turns(
    'from 1999',
    timestamp,
    { timestamp: 'DD.MM.YY HH:mm', pivot: 1999 },
    {
      '15.04.99 10:30': '1999-04-15 10:30:00',
      '15.04.98 10:30': '2098-04-15 10:30:00',
      '29.02.00 00:00': '2000-02-29 00:00:00',
    },
  );
});

describe('day numbers of spreadsheets', () => {
  const misfit =
    'invalid_date: must be a date as a day number of a spreadsheet (46320; 60 is a day that never was) or YYYY-MM-DD';
  turns(
    'from 1900',
    date,
    { date: ['excel', 'YYYY-MM-DD'] },
    {
      '1': '1900-01-01',
      '59': '1900-02-28',
      '60': misfit,
      '61': '1900-03-01',
      '46320': '2026-10-25',
      '46320.0': '2026-10-25',
      '46320.5': misfit,
      '2958465': '9999-12-31',
      '2958466': misfit,
      '0': misfit,
      '-1': misfit,
      '2026-10-25': '2026-10-25',
    },
  );
  turns(
    'with times',
    timestamp,
    { timestamp: 'excel' },
    {
      '46324.75': '2026-10-29 18:00:00',
      '46324.7534722222': '2026-10-29 18:05:00',
      '46324.123456': '2026-10-29 02:57:46.598',
      '46324.999999999999': '2026-10-30 00:00:00',
    },
  );
  rejects('with times', timestamp, { timestamp: 'excel' }, 'invalid_timestamp', [
    '60.5',
    '0.5',
    '4e4',
    '46,5',
  ]);
  turns(
    'from 1904',
    timestamp,
    { timestamp: 'excel-1904' },
    {
      '0': '1904-01-01 00:00:00',
      '44862.75': '2026-10-29 18:00:00',
    },
  );
  turns(
    'of a zone',
    instant,
    { timestamp: 'excel', zone: 'Asia/Tokyo' },
    {
      '46324.75': '2026-10-29 18:00:00+09:00',
    },
  );
  turns(
    'of a day',
    time,
    { time: 'excel' },
    {
      '0': '00:00:00',
      '0.75': '18:00:00',
      '1': 'invalid_time: must be a time as a fraction of a day (0.75)',
      '0.9999999999': 'invalid_time: must be a time as a fraction of a day (0.75)',
    },
  );
});

describe('Japanese eras', () => {
  const formats = ['Gy.M.D', 'Gy年M月D日', 'GyyMMDD'];
  turns(
    'in the value',
    date,
    { date: formats },
    {
      'R6.4.1': '2024-04-01',
      'r6.4.1': '2024-04-01',
      令和元年5月1日: '2019-05-01',
      令和1年5月1日: '2019-05-01',
      平成31年4月30日: '2019-04-30',
      '昭64.1.7': '1989-01-07',
      'S1.12.25': '1926-12-25',
      'T15.12.25': '1926-12-25',
      'T1.7.30': '1912-07-30',
      'M45.7.30': '1912-07-30',
      '㋿6.4.1': '2024-04-01',
      R060401: '2024-04-01',
      '5060401': '2024-04-01',
      '3310501': '1956-05-01',
    },
  );
  rejects('in the value', date, { date: formats }, 'invalid_date', [
    ...[
      'H31.5.1',
      'R1.4.30',
      'S64.1.8',
      'H1.1.7',
      'T15.12.26',
      'M5.12.2',
      'R0.1.1',
      'X6.4.1',
      '6060401',
      '56.4.1',
      '令6',
    ],
  ]);
  turns(
    'declared',
    date,
    { date: 'yyMMDD', era: 'H' },
    {
      '010108': '1989-01-08',
      '310430': '2019-04-30',
      '310501': '2019-05-01',
      '010107': 'invalid_date: must be a date as yyMMDD (y is a year of era H)',
    },
  );
  turns('declared', date, { date: 'yyMMDD', era: 'S' }, { '310501': '1956-05-01' });
});

describe('times', () => {
  turns(
    'several formats',
    time,
    { time: ['H:mm', 'h:mm A', 'Ah時m分', 'HHmmss'] },
    {
      '9:05': '09:05:00',
      '9:05 PM': '21:05:00',
      '12:00 a.m.': '00:00:00',
      午前0時0分: '00:00:00',
      午前12時0分: '00:00:00',
      午後0時5分: '12:05:00',
      午後12時5分: '12:05:00',
      午後3時5分: '15:05:00',
      '235959': '23:59:59',
      '24:00': 'invalid_time: must be a time as H:mm or h:mm A or Ah時m分 or HHmmss',
    },
  );
  rejects('twelve hours', time, { time: ['h:mm A', 'A h:mm'] }, 'invalid_time', [
    ...['0:05 AM', '13:05 PM', '9:05', '午前13:00', 'PM 0:30', '9:05 XM'],
  ]);
  turns('with a zone', { ...time, withTimeZone: true }, { time: 'H:mm Z' }, { '9:05 UTC': '09:05:00Z' });
});

describe('zones', () => {
  const misfit = 'invalid_timestamp: must be a timestamp as YYYY-MM-DD HH:mm:ss Z or YYYY-MM-DD HH:mm:ss.S Z';
  turns(
    'in words',
    instant,
    { timestamp: ['YYYY-MM-DD HH:mm:ss Z', 'YYYY-MM-DD HH:mm:ss.S Z'] },
    {
      '2026-01-05 10:22:11 UTC': '2026-01-05 10:22:11Z',
      '2026-01-05 10:22:11.5 GMT': '2026-01-05 10:22:11.5Z',
      '2026-01-05 10:22:11 Z': '2026-01-05 10:22:11Z',
      '2026-01-05 10:22:11 -0500': '2026-01-05 10:22:11-0500',
      '2026-01-05 10:22:11 UTC+09:00': '2026-01-05 10:22:11+09:00',
      '2026-01-05 10:22:11 JST': misfit,
      '2026-01-05 10:22:11 UTCX': misfit,
      '2026-01-05 10:22:11': misfit,
    },
  );
});

describe('Unix time', () => {
  turns(
    'in seconds',
    instant,
    { timestamp: 'unix' },
    {
      '0': '1970-01-01 00:00:00Z',
      '1700000000': '2023-11-14 22:13:20Z',
      '1700000000.123': '2023-11-14 22:13:20.123Z',
      '-1': '1969-12-31 23:59:59Z',
      '-1.5': '1969-12-31 23:59:58.5Z',
      '253402300799': '9999-12-31 23:59:59Z',
      '253402300800': 'invalid_timestamp: must be a timestamp as seconds since 1970',
      '1700000000.1234567': 'too_precise: must have at most 6 decimal places of a second',
    },
  );
  turns(
    'in milliseconds',
    instant,
    { timestamp: 'unix-ms' },
    {
      '1700000000123': '2023-11-14 22:13:20.123Z',
      '-1': '1969-12-31 23:59:59.999Z',
      '1700000000123.456': '2023-11-14 22:13:20.123456Z',
    },
  );
  turns(
    'in microseconds',
    instant,
    { timestamp: 'unix-us' },
    {
      '1700000000123456': '2023-11-14 22:13:20.123456Z',
      '-1': '1969-12-31 23:59:59.999999Z',
    },
  );
  rejects('in seconds', instant, { timestamp: 'unix' }, 'invalid_timestamp', [
    '1e9',
    '',
    '+1',
    '1,5',
    '0x1',
    '1.',
  ]);
  turns(
    'of a zone',
    timestamp,
    { timestamp: 'unix', zone: 'America/New_York' },
    {
      '1700000000': '2023-11-14 17:13:20',
      '1730610000': '2024-11-03 01:00:00',
    },
  );
});

describe('fraction', () => {
  turns(
    'as written',
    timestamp,
    { fraction: 'truncate' },
    {
      '2026-01-05 10:22:11.123456789': '2026-01-05 10:22:11.123456',
      '2026-01-05 10:22:11.1': '2026-01-05 10:22:11.1',
      '2026-01-05 10:22': '2026-01-05 10:22',
      '2026-01-05 10:22:11.': 'invalid_timestamp: must be a timestamp (YYYY-MM-DD HH:MM:SS, T allowed)',
    },
  );
  turns(
    'with a zone',
    { ...instant, precision: 3 },
    { fraction: 'truncate' },
    {
      '2026-01-05T10:22:11.1239+09:00': '2026-01-05T10:22:11.123+09:00',
    },
  );
  turns(
    'before a zone is added',
    { ...instant, precision: 0 },
    { fraction: 'truncate', zone: 'Asia/Tokyo' },
    {
      '2026-01-05 10:22:11.999': '2026-01-05 10:22:11+09:00',
    },
  );
  turns(
    'of times',
    { ...time, precision: 0 },
    { fraction: 'truncate', time: 'H:mm:ss.S' },
    {
      '9:05:06.999999999': '09:05:06',
    },
  );
  turns(
    'of Unix time',
    { ...instant, precision: 0 },
    { fraction: 'truncate', timestamp: 'unix-us' },
    {
      '-1': '1969-12-31 23:59:59Z',
    },
  );
});
