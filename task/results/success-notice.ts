import type { Attempt } from '../../contract/environment.ts';
import type { Notice } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { describeUpload } from '../../contract/upload.ts';
import type { Ending } from './compose-report.ts';

/** What people are told of a run that ended well; null where it failed, or waits for its turn. */
export function successNotice(
  attempt: Attempt,
  table: string,
  { outcome, counts, rejects }: Ending,
  seconds: number,
): Notice | null {
  if (outcome === 'failed' || outcome === 'queued') return null;
  const { importName, runId, upload, resultsBucket, executionArn } = attempt;
  const stored = (key: string) => `s3://${resultsBucket}/${key}`;
  return {
    subject: `[${importName}] ${outcome}`,
    text: [
      `${describeUpload(upload)}: ${outcome}, by import ${importName} into table ${table}.`,
      `Rows: ${counts.read} read, ${counts.inserted} inserted, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.duplicates} duplicates, ${counts.deleted} deleted, ${counts.rejected} rejected; ${seconds} seconds.`,
      `Report: ${stored(storageKeys.report(runId, attempt.attempt))}`,
      ...(rejects === null
        ? []
        : [`Rejected rows: ${stored(rejects.rowsKey)}`, `Errors: ${stored(rejects.errorsKey)}`]),
      `Execution: ${executionArn}`,
    ].join('\n'),
  };
}
