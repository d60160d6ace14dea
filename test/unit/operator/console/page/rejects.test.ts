import { describe, expect, it } from 'vitest';
import type { RejectView } from '../../../../../operator/console/api.ts';
import {
  columnsAtFault,
  errorsOfCell,
  errorsOfRow,
  startNarrow,
} from '../../../../../operator/console/page/rejects/shown-columns.ts';

const header = ['id', 'name', 'email'];
const error = (column: string | null, code = 'too_long') => ({ column, code, reason: 'why', value: '' });
const reject = (changes: Partial<RejectView>): RejectView => ({
  line: 2,
  row: 1,
  errors: [],
  cells: ['1', 'Ada', 'a@example.com'],
  atFault: [],
  ...changes,
});

describe('where a reject’s errors are shown', () => {
  it('at the cell that is at fault', () => {
    const two = reject({ errors: [error('name'), error('email')], atFault: [1, 2] });
    expect(errorsOfCell(two, header, 0)).toEqual([]);
    expect(errorsOfCell(two, header, 1)).toEqual([error('name')]);
    expect(errorsOfRow(two, header)).toEqual([]);
  });

  it('at the row where there is no such cell', () => {
    const whole = reject({ errors: [error(null, 'wrong_field_count')] });
    expect(errorsOfRow(whole, header)).toEqual(whole.errors);
    const unsplit = reject({ errors: [error('name', 'stray_quote')], cells: null });
    expect(errorsOfRow(unsplit, header)).toEqual(unsplit.errors);
    const missing = reject({ errors: [error('gone')], atFault: [1] });
    expect(errorsOfRow(missing, header)).toEqual(missing.errors);
  });
});

describe('the columns that are shown first', () => {
  const wide = Array.from({ length: 40 }, (_, index) => `c${index}`);
  it('of a wide file are those at fault', () => {
    const rejects = [reject({ atFault: [30] }), reject({ atFault: [2, 30] })];
    expect(columnsAtFault(rejects)).toEqual([2, 30]);
    expect(startNarrow(wide, rejects)).toBe(true);
  });

  it('else all', () => {
    expect(startNarrow(header, [reject({ atFault: [1] })])).toBe(false);
    expect(startNarrow(wide, [reject({})])).toBe(false);
  });
});
