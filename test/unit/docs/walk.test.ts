import { describe, expect, it } from 'vitest';
import { missingLine, stepsOf } from '../../support/walk.ts';

describe('what a doc shows of a command, and what came', () => {
  it.each([
    [['one', 'two'], 'one\ntwo\n', null],
    [['one', 'two'], 'one\n\ntwo\n', 'two'],
    [['one', '…', 'four'], 'one\ntwo\nthree\nfour\n', null],
    [['one', '…', 'five'], 'one\ntwo\nthree\nfour\n', 'five'],
    [['…', 'two', '…'], 'one\ntwo\nthree\n', null],
    [['…', 'two', 'one'], 'one\ntwo\n', 'one'],
    [['one'], 'one\ntwo\n', '(the end, but this came: two)'],
    [[], '', null],
    [['one'], '', 'one'],
    [['at 2026-01-01 00:00:00, 1.5 s'], 'at 2027-02-03 04:05:06, 12 s', null],
    [['d82f5c18-022c-2183-16cf-3d850c15e26e'], '00000000-022c-2183-16cf-3d850c15e26e', null],
    [['12,000 rows'], '11,999 rows', '12,000 rows'],
  ])('%j, %j: %j', (shown, printed, missing) => {
    expect(missingLine(shown, printed)).toBe(missing);
  });

  it('finds the commands in console fences only', () => {
    const text = '```console\n$ a b\n1\n2\n$ c\n```\n\n```sh\nd\n```\n\n```console\n$ e\n3\n```\n';
    expect(stepsOf(text)).toEqual([
      { command: 'a b', shown: ['1', '2'] },
      { command: 'c', shown: [] },
      { command: 'e', shown: ['3'] },
    ]);
  });
});
