import { describe, expect, it } from 'vitest';
import type { RejectView } from '../../../../../operator/console/api.ts';
import {
  cellOf,
  errorsOfRow,
  hidesValidColumns,
  invalidColumns,
} from '../../../../../operator/console/page/rejects/shown-columns.ts';

const header = ['id', 'name', 'email'];
const error = (column: string | null, code = 'too_long') => ({ column, code, reason: 'why', value: '' });
const reject = (changes: Partial<RejectView>): RejectView => ({
  line: 2,
  row: 1,
  errors: [],
  cells: ['1', 'Ada', 'a@example.com'],
  invalid: [],
  ...changes,
});

describe('where a reject’s errors are shown', () => {
  it('at the invalid cell', () => {
    const two = reject({ errors: [error('name'), error('email')], invalid: [1, 2] });
    expect(cellOf(two, header, 0)).toEqual({ value: '1', errors: [] });
    expect(cellOf(two, header, 1)).toEqual({ value: 'Ada', errors: [error('name')] });
    expect(errorsOfRow(two, header)).toEqual([]);
  });

  it('at the row where there is no such cell', () => {
    const whole = reject({ errors: [error(null, 'wrong_field_count')], cells: ['1', 'Ada'] });
    expect(errorsOfRow(whole, header)).toEqual(whole.errors);
    expect(cellOf(whole, header, 2)).toEqual({ value: '', errors: [] });
    const missing = reject({ errors: [error('gone')] });
    expect(errorsOfRow(missing, header)).toEqual(missing.errors);
  });

  it('at the column of a row that cannot be split', () => {
    const unsplit = reject({ errors: [error('name', 'stray_quote')], cells: null });
    expect(cellOf(unsplit, header, 0)).toBeNull();
    expect(cellOf(unsplit, header, 1)).toEqual({ value: '', errors: unsplit.errors });
    expect(errorsOfRow(unsplit, header)).toEqual([]);
  });
});

describe('the columns that are shown first', () => {
  const wide = Array.from({ length: 40 }, (_, index) => `c${index}`);
  it('of a wide file are the invalid ones', () => {
    const rejects = [reject({ errors: [error('c30')] }), reject({ errors: [error('c2'), error('c30')] })];
    expect(invalidColumns(rejects, wide)).toEqual([2, 30]);
    expect(hidesValidColumns(wide, rejects)).toBe(true);
  });

  it('else all', () => {
    expect(hidesValidColumns(header, [reject({ errors: [error('name')] })])).toBe(false);
    expect(hidesValidColumns(wide, [reject({})])).toBe(false);
  });
});
