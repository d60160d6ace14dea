import type { TableImport } from '../contract/define-import.ts';

/** Whether so many refused rows still let the others in, and how the limit reads. */
export function judgeRejects(
  { rejects }: Pick<TableImport, 'rejects'>,
  { read, rejected }: { read: number; rejected: number },
): { tooMany: boolean; text: string } {
  const allowed = 'maxRows' in rejects ? rejects.maxRows : (read * rejects.maxPercent) / 100;
  const limit = 'maxRows' in rejects ? `${rejects.maxRows} rows` : `${rejects.maxPercent} % of the rows`;
  return {
    tooMany: rejected > allowed,
    text: `${rejected} of ${read} rows are refused, and the import allows ${allowed === 0 ? 'none' : `at most ${limit}`}`,
  };
}
