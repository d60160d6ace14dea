import { describe, expect, it } from 'vitest';
import { findGaps, sumCheckpoints } from '../../../../task/ledger/checkpoints.ts';
import type { Checkpoint } from '../../../../task/ledger/schema.ts';

/** A file whose header has 3 bytes, and each of whose rows has 10 bytes and 2 lines; a batch of some of these. */
const batch = (firstRow: number, rowsRead: number): Checkpoint => ({
  runId: 'r',
  attempt: 'a',
  committedAt: new Date(0),
  startOffset: 3 + 10 * (firstRow - 1),
  endOffset: 3 + 10 * (firstRow - 1 + rowsRead),
  nextLine: 2 + 2 * (firstRow - 1 + rowsRead),
  firstRow,
  rowsRead,
  rowsInserted: rowsRead - 4,
  rowsUpdated: 1,
  rowsUnchanged: 1,
  rowsDuplicate: 1,
  rowsRejected: 1,
  rowsEmpty: 3,
  commentLines: 1,
  rowsSkipped: 0,
  rowsDeleted: 0,
  refused: [],
});
const behind = (rows: number) => ({ offset: 3 + 10 * rows, line: 2 + 2 * rows, rows });
const offsetOf = (row: number) => 3 + 10 * (row - 1);

describe('what is still to be loaded', () => {
  it.each<[string, Checkpoint[], ReturnType<typeof findGaps>]>([
    ['everything', [], [{ from: null, until: null }]],
    ['the rest', [batch(1, 10)], [{ from: behind(10), until: null }]],
    [
      'the rest, once, of batches that join',
      [batch(1, 10), batch(11, 5)],
      [{ from: behind(15), until: null }],
    ],
    [
      'the beginning',
      [batch(11, 10)],
      [
        { from: null, until: offsetOf(11) },
        { from: behind(20), until: null },
      ],
    ],
    [
      'the beginning, where only one row is missing',
      [batch(2, 10)],
      [
        { from: null, until: offsetOf(2) },
        { from: behind(11), until: null },
      ],
    ],
    [
      'each gap, in the order of the file',
      [batch(11, 10), batch(31, 5), batch(36, 5), batch(51, 10)],
      [
        { from: null, until: offsetOf(11) },
        { from: behind(20), until: offsetOf(31) },
        { from: behind(40), until: offsetOf(51) },
        { from: behind(60), until: null },
      ],
    ],
  ])('%s', (_, done, gaps) => {
    expect(findGaps(done)).toEqual(gaps);
  });
});

it('the counts of batches are added up, kind by kind', () => {
  expect(sumCheckpoints([batch(1, 10), batch(11, 20)])).toEqual({
    read: 30,
    inserted: 22,
    updated: 2,
    unchanged: 2,
    duplicates: 2,
    deleted: 0,
    rejected: 2,
    skipped: 0,
    emptyRows: 6,
  });
});
