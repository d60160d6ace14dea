import type { ImportMode } from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';

/**
 * Every row that was read has become of exactly one kind; asked before each COMMIT.
 *
 * @throws ImportFailure `CountsDisagree`
 */
export function assertCounts(counts: Counts, mode: ImportMode = 'append'): void {
  const { read, inserted, updated, unchanged, skipped, duplicates, rejected } = counts;
  const deleted = mode === 'delete' ? counts.deleted : 0;
  const sum = inserted + updated + unchanged + skipped + deleted + duplicates + rejected;
  if (read !== sum || unchanged < 0 || skipped < 0) {
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
    skipped: a.skipped + b.skipped,
    duplicates: a.duplicates + b.duplicates,
    deleted: a.deleted + b.deleted,
    rejected: a.rejected + b.rejected,
    emptyRows: a.emptyRows + b.emptyRows,
  };
}
