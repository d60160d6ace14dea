import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormulas, unguardFormulas } from '../../../contract/formula-guard.ts';

describe('an apostrophe stands before', () => {
  it.each([
    ...['=1+1', '+81 3 1234', '-5', '@SUM(A1)', '＝1', '＋1', '－1', '＠a', '﹦1'].map((cell) => [
      cell,
      `'${cell}`,
    ]),
    // Spreadsheets pass over white space, and over quotes.
    ...[' =1', '\u00a0=1', '\u3000＝1', '\u2003 +1', '\u200b=1', '\ufeff=1', '"=1"', '\'"=1', '\0=1'].map(
      (cell) => [cell, `'${cell}`],
    ),
    ["'=1", "''=1"],
    // A cell that begins with these is taken for another.
    ...['\tx', '\rx', '\nx', '\0x', "'\tx"].map((cell) => [cell, `'${cell}`]),
    // What another list separator splits.
    ['x;=1+1', "x;'=1+1"],
    ['x; "=1', 'x;\' "=1'],
    ['a|-b|c', "a|'-b|c"],
    ['a\t@b', "a\t'@b"],
    ['a\r\n=1', "a\r\n'=1"],
    [';;=1', ";;'=1"],
    ["x;'=1", "x;''=1"],
    ['=a;=b', "'=a;'=b"],
    ['\n=1', "'\n'=1"],
  ] as [string, string][])('%j', (cell, safe) => {
    expect(guardFormulas(cell)).toBe(safe);
    expect(unguardFormulas(safe)).toBe(cell);
  });

  it.each([
    [
      '',
      'x',
      'a=b',
      'a@example.com',
      '2024-01-01',
      '1,-5',
      "O'Neill",
      "'quoted'",
      'x;y',
      'x; y=1',
      ' x',
      '"',
      "'",
    ],
  ])('not %j', (...cells) => {
    for (const cell of cells) expect([guardFormulas(cell), unguardFormulas(cell)]).toEqual([cell, cell]);
  });
});

it('any cell comes back', () => {
  const pieces = [
    '=',
    '-',
    '＝',
    ';',
    '|',
    '\t',
    '\n',
    '\r',
    ' ',
    '\u3000',
    "'",
    '"',
    '\0',
    '\u200b',
    ',',
    'x',
    '1',
  ];
  const cell = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((each) => each.join(''));
  fc.assert(
    fc.property(cell, (each) => {
      expect(unguardFormulas(guardFormulas(each))).toBe(each);
      for (const split of [/;/, /\|/, /[\t]/, /[\r\n]/, /(?!)/]) {
        const cells = guardFormulas(each).split(split);
        expect(cells.filter((seen) => /^[\s"]*[=＝-]/.test(seen))).toEqual([]);
      }
    }),
    { numRuns: 5_000 },
  );
});

it('a long text of white space takes no long time', () => {
  const text = `${'\n '.repeat(100_000)}${' '.repeat(100_000)}x`;
  const begun = performance.now();
  expect(unguardFormulas(guardFormulas(text))).toBe(text);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
