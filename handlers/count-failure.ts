import type { ReportedFailure } from '../contract/failures.ts';
import { metricLine } from '../contract/metrics.ts';

/** Publishes a failure as a metric: by its name and blame where the execution fails of it, apart where it is retried. */
export function countFailure(
  { name: failure, blame }: Pick<ReportedFailure, 'name' | 'blame'>,
  { stack, import: importName, retry }: { stack: string; import: string; retry: boolean },
  about: Record<string, string>,
): void {
  process.stdout.write(
    retry
      ? metricLine('retry', { stack, failure }, { Retries: 1 }, about)
      : metricLine('failure', { stack, import: importName, blame, failure }, { Failures: 1 }, about),
  );
}
