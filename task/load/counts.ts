import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';

/**
 * Every row that was read has become of exactly one kind; asked before each COMMIT.
 *
 * @throws ImportFailure `CountsDisagree`
 */
export function assertCounts(counts: Counts): void {
  const { read, inserted, updated, unchanged, duplicates, rejected } = counts;
  if (read !== inserted + updated + unchanged + duplicates + rejected || unchanged < 0) {
    throw new ImportFailure('CountsDisagree', `The counts do not add up: ${JSON.stringify(counts)}.`);
  }
}

/** The counts of two parts of a file together. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    duplicates: a.duplicates + b.duplicates,
    deleted: a.deleted + b.deleted,
    rejected: a.rejected + b.rejected,
    emptyRows: a.emptyRows + b.emptyRows,
  };
}
