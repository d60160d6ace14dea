import { describe, expect, it } from 'vitest';
import { type KeyPattern, matchKey, readKeyPattern } from '../../../../contract/definition/key-pattern.ts';

const match = (pattern: string, key: string) => {
  const found = matchKey(readKeyPattern(pattern) as KeyPattern, key);
  return found.kind === 'fits' ? Object.fromEntries(found.values) : found.kind;
};

describe('a key pattern', () => {
  it.each([
    ['{tenant}/*.csv', '7/a.csv', { tenant: '7' }],
    ['{tenant}/*.csv', '7/.csv', { tenant: '7' }],
    ['{tenant}/*.csv', '/a.csv', 'differs'],
    ['{tenant}/*.csv', '7/8/a.csv', 'differs'],
    ['{tenant}/*.csv', '7/a.CSV', 'differs'],
    ['{tenant}/**.csv', '7/8/a.csv', { tenant: '7' }],
    ['{tenant}/{year}-{month}/*.csv', 'a-b/2026-11/x.csv', { tenant: 'a-b', year: '2026', month: '11' }],
    ['{year}-{month}.csv', '2026-11-28.csv', 'ambiguous'],
    ['*-{part}-*.csv', 'k-x-y-x-k.csv', 'ambiguous'],
    ['*-*-{part}.csv', 'a-b-c-d.csv', 'ambiguous'],
    ['{part}/*-*.csv', '7/a-b-c.csv', { part: '7' }],
    ['{file}', 'a.csv', { file: 'a.csv' }],
    ['a(b)+{x}.c', 'a(b)+1.c', { x: '1' }],
    ['日本/{x}.csv', '日本/é.csv', { x: 'é' }],
  ])('%s reads %s', (pattern, key, expected) => {
    expect(match(pattern, key)).toEqual(expected);
  });

  it('reads the longest key of S3 at once, whatever the pattern', () => {
    const started = performance.now();
    expect(match('*-*-*-*-*-*-*-*-*-*-{x}', '-'.repeat(1024))).toBe('ambiguous');
    expect(match('*-*-*-*-*-*-*-*-*-*-{x}.csv', `${'a-'.repeat(500)}x.tsv`)).toBe('differs');
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it.each([
    ['/a.csv', 'slash at the start'],
    ['{a}{b}.csv', 'nothing between'],
    ['*{a}.csv', 'nothing between'],
    ['{a}/{a}.csv', 'twice'],
    ['{a b}/*.csv', 'no name'],
    ['{a/*.csv', 'not understood'],
    ['', 'empty'],
  ])('%s is wrong', (pattern, problem) => {
    expect(readKeyPattern(pattern)).toContain(problem);
  });
});
