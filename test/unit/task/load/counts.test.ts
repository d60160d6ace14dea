import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../../contract/report.ts';
import { addCounts, assertCounts } from '../../../../task/load/counts.ts';

const parts = { inserted: 1, updated: 2, unchanged: 3, skipped: 6, duplicates: 4, rejected: 5 };
const counts = { ...noCounts, ...parts, read: 21, emptyRows: 6 };
const disagree = expect.objectContaining({ name: 'CountsDisagree' });

describe('counts add up', () => {
  it('where each row that was read became of one kind; deleted ones were not read', () => {
    for (const each of [counts, noCounts, { ...counts, deleted: 7 }]) {
      expect(() => assertCounts(each)).not.toThrow();
    }
  });

  it.each(Object.keys(parts) as (keyof typeof parts)[])(
    'not with a row of %s too many or too few',
    (kind) => {
      for (const by of [1, -1]) {
        expect(() => assertCounts({ ...counts, [kind]: counts[kind] + by })).toThrow(disagree);
      }
    },
  );

  it('in mode delete, deleted rows are among those that were read', () => {
    const deleting = { ...noCounts, read: 5, deleted: 3, skipped: 2 };
    expect(() => assertCounts(deleting, 'delete')).not.toThrow();
    expect(() => assertCounts(deleting)).toThrow(disagree);
  });

  it('not where more rows were written than read, which makes less than none unchanged', () => {
    expect(() => assertCounts({ ...noCounts, read: 2, inserted: 3, unchanged: -1 })).toThrow(disagree);
  });

  it('of two parts of a file, kind by kind', () => {
    const other = {
      ...counts,
      read: 210,
      inserted: 10,
      updated: 20,
      unchanged: 30,
      skipped: 60,
      duplicates: 40,
      rejected: 50,
      emptyRows: 60,
    };
    expect(addCounts({ ...counts, deleted: 6 }, { ...other, deleted: 60 })).toEqual({
      read: 231,
      inserted: 11,
      updated: 22,
      unchanged: 33,
      skipped: 66,
      duplicates: 44,
      deleted: 66,
      rejected: 55,
      emptyRows: 66,
    });
  });
});
