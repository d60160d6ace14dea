import { parse } from 'csv-parse/sync';
import type { HistoryHarness } from './history-harness.ts';
import type { EndedAttempt } from './running.ts';

/**
 * The reject files of each report hold exactly the rejects that the report counts, for good.
 *
 * @throws Error
 */
export async function checkResults(
  harness: HistoryHarness,
  attempts: readonly EndedAttempt[],
): Promise<void> {
  for (const { report } of attempts) {
    if (report?.rejects == null) continue;
    const { errorsKey, rowsKey, byCode } = report.rejects;
    const counted = Object.values(byCode).reduce((sum, count) => sum + count, 0);
    for (const key of [errorsKey, rowsKey]) {
      // Each of this suite's rejected rows has one error.
      const rows = parse(await harness.harness.read(key), { bom: true }).length - 1;
      if (rows !== counted) {
        throw new Error(`The report counts ${counted} rejects, but ${key} holds ${rows}`);
      }
    }
  }
}
