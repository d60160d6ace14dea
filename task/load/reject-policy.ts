import type { TableImport } from '../../contract/definition/define-import.ts';
import type { ReadTo } from '../../contract/report.ts';

/** Whether so many rejected rows still let the others in, and how the limit reads. */
export function judgeRejects(
  { rejects }: Pick<TableImport, 'rejects'>,
  { read, rejected, readTo = null }: { read: number; rejected: number; readTo?: ReadTo | null },
): { tooMany: boolean; text: string } {
  const allowed = mostRejects({ rejects }, read);
  const limit = 'maxRows' in rejects ? `${rejects.maxRows} rows` : `${rejects.maxPercent} % of the rows`;
  return {
    tooMany: rejected > allowed,
    text: `${rejected} of ${readTo === null ? '' : 'the first '}${read} rows are rejected, and the import allows ${allowed === 0 ? 'none' : `at most ${limit}`}`,
  };
}

/**
 * With how many rejected rows reading on is in vain: they are more than allowed, and no more are written down. What
 * percentage they are is known only at the end.
 */
export function mostRead({ rejects }: Pick<TableImport, 'rejects'>): number {
  const allowed = mostRejects({ rejects }, Number.POSITIVE_INFINITY);
  return Math.max(Number.isNaN(allowed) ? 0 : allowed, rejects.maxWritten);
}

/** How many of so many rows may be refused; not always a whole number. */
export function mostRejects({ rejects }: Pick<TableImport, 'rejects'>, read: number): number {
  return 'maxRows' in rejects ? rejects.maxRows : (read * rejects.maxPercent) / 100;
}
