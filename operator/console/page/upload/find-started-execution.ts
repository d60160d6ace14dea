import type { ExecutionSummary, UploadView } from '../../api.ts';

/**
 * The name of the execution of an upload, among some; null where it is not there (yet).
 *
 * @param since in milliseconds; an older upload of the same key is another one
 */
export function findStartedExecution(
  executions: readonly ExecutionSummary[],
  { bucket, key }: UploadView,
  dryRun: boolean,
  since: number,
): string | null {
  const found = executions.find(
    (execution) =>
      execution.upload?.bucket === bucket &&
      execution.upload.key === key &&
      execution.dryRun === dryRun &&
      Date.parse(execution.startedAt) >= since,
  );
  return found?.name ?? null;
}
