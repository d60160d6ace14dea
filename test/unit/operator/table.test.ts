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
});
