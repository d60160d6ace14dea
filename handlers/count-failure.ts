import { metricLine } from '../contract/metrics.ts';
import type { DecidedFailure } from './decide-failure.ts';

/** Publishes a failure as a metric: by its name and blame where the execution fails of it, apart where it is retried. */
export function countFailure(
  { name: failure, blame }: Pick<DecidedFailure, 'name' | 'blame'>,
  { stack, import: importName, retry }: { stack: string; import: string; retry: boolean },
  about: Record<string, string>,
): void {
  process.stdout.write(
    retry
      ? metricLine('retry', { stack, failure }, { Retries: 1 }, about)
      : metricLine('failure', { stack, import: importName, blame, failure }, { Failures: 1 }, about),
  );
}
