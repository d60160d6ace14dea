import type { TableImport } from '../../contract/definition/define-import.ts';

/** Whether so many refused rows still let the others in, and how the limit reads. */
export function judgeRejects(
  { rejects }: Pick<TableImport, 'rejects'>,
  { read, rejected }: { read: number; rejected: number },
): { tooMany: boolean; text: string } {
  const allowed = mostRejects({ rejects }, read);
  const limit = 'maxRows' in rejects ? `${rejects.maxRows} rows` : `${rejects.maxPercent} % of the rows`;
  return {
    tooMany: rejected > allowed,
    text: `${rejected} of ${read} rows are refused, and the import allows ${allowed === 0 ? 'none' : `at most ${limit}`}`,
  };
}

/** How many of so many rows may be refused; not always a whole number. */
export function mostRejects({ rejects }: Pick<TableImport, 'rejects'>, read: number): number {
  return 'maxRows' in rejects ? rejects.maxRows : (read * rejects.maxPercent) / 100;
}
