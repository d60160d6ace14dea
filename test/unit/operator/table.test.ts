import { describe, expect, it } from 'vitest';
import { formatTable } from '../../../operator/table.ts';

describe('a table', () => {
  it('pads columns to their widest cell, numbers to the left, and leaves no space at the end', () => {
    const text = formatTable(
      ['name', 'rows', ''],
      [
        ['a', '12,000', 'x'],
        ['longer', '1', ''],
      ],
      { right: ['rows'] },
    );
    expect(text.split('\n')).toEqual(['name      rows', 'a       12,000  x', 'longer       1']);
  });

  it('counts no colours, and full-width characters twice', () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
    const text = formatTable(
      ['key', 'status'],
      [
        ['顧客.csv', 'a'],
        [red('abcd'), 'b'],
      ],
    );
    expect(text.split('\n')).toEqual(['key       status', '顧客.csv  a', `${red('abcd')}      b`]);
  });

  it.each([
    ['𠮷野家', 6],
    ['か\u3099', 2],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['🇯🇵', 2],
    ['葛󠄀', 2],
    ['ｶﾞ', 2],
    ['〇①', 3],
  ])('pads behind %s, which is %i cells wide', (text, width) => {
    const lines = formatTable(
      ['', 'b'],
      [
        [text, 'b'],
        ['1234567', 'b'],
      ],
    ).split('\n');
    expect(lines[1]).toBe(`${text}${' '.repeat(7 - width)}  b`);
  });
});
