import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../../operator/operator-error.ts';
import { describeSeconds, parseSince } from '../../../operator/time-text.ts';

describe('since when', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  it.each([
    ['90s', '2026-11-24T11:58:30.000Z'],
    ['30m', '2026-11-24T11:30:00.000Z'],
    ['12h', '2026-11-24T00:00:00.000Z'],
    ['1d', '2026-11-23T12:00:00.000Z'],
    ['2w', '2026-11-10T12:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T08:00Z', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20T08:00+09:00', '2026-11-19T23:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(parseSince(text, now).toISOString()).toBe(expected);
  });

  it.each([
    '',
    '1',
    'd',
    '1y',
    '-1d',
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '24.11.2026',
    '99999999999d',
    `${'9'.repeat(400)}s`,
    'NaN',
    '1e3d',
    '1.5h',
    '1 d',
    '1D',
    '2026-11-24Tx',
  ])('%j is refused', (text) => {
    expect(() => parseSince(text, now)).toThrow(OperatorError);
    expect(() => parseSince(text, now)).toThrow(`"${text}" is no time`);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0.0 s'],
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [42.4, '42 s'],
    [59.7, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [7810, '2 h 10 min'],
    [3601, '1 h'],
    [90_061, '1 d 1 h'],
  ])('%d s is told as %s', (seconds, text) => {
    expect(describeSeconds(seconds)).toBe(text);
  });
});
