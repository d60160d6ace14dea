import { OperatorError } from '../../operator-error.ts';
import type { Execution } from '../../read-execution.ts';
import { selectExecutions, shownStatus } from '../../select-executions.ts';
import { parseSince } from '../../time-text.ts';
import type { Overview } from '../api.ts';
import { PATIENCE_MS, toExecutionHead, toSearchState } from './execution-page.ts';
import type { ConsoleSource } from './source.ts';

const HOUR_MS = 3_600_000;
/** A chart of more hours than this is nothing that anybody could read. */
const LONGEST_DAYS = 31;
/** How many of the slowest imports are told. */
const SLOWEST = 5;

/**
 * What has happened since a moment.
 *
 * @param since as `ops list` takes it
 * @throws OperatorError
 */
export async function readOverview(source: ConsoleSource, since: string): Promise<Overview> {
  const from = parseSince(since);
  if (Date.now() - from.getTime() > LONGEST_DAYS * 24 * HOUR_MS) {
    throw new OperatorError(`The overview goes back ${LONGEST_DAYS} days at most: "${since}" is longer ago.`);
  }
  const connection = await source.connect();
  const snapshot = await source.index.read(connection, PATIENCE_MS);
  const executions = selectExecutions(snapshot.executions, { since: from });
  const summary = summarise(executions, from, new Date());
  // Without the ledger, or with one of an earlier release, the rest is there all the same.
  const slots = (await connection.ledger?.countSlots().catch(() => null)) ?? null;
  return { ...summary, slots, search: toSearchState(snapshot) };
}

/** The figures of executions that started since `from`. */
export function summarise(
  executions: readonly Execution[],
  from: Date,
  to: Date,
): Omit<Overview, 'search' | 'slots'> {
  const first = Math.floor(from.getTime() / HOUR_MS);
  const last = Math.max(first, Math.floor(to.getTime() / HOUR_MS));
  const hours = Array.from({ length: last - first + 1 }, (_, index) => ({
    at: new Date((first + index) * HOUR_MS).toISOString(),
    rows: 0,
    succeeded: 0,
    failed: 0,
    stopped: 0,
    medianSeconds: null as number | null,
    failures: {} as Record<string, number>,
  }));
  const seconds = hours.map((): number[] => []);
  const imported: Execution[] = [];
  const totals = { executions: 0, running: 0, succeeded: 0, failed: 0, stopped: 0, rows: 0, rejected: 0 };
  const failures = new Map<string, Overview['failures'][number]>();
  for (const execution of executions) {
    const { endedAt, outcome, counts, failure, dryRun } = execution;
    const status = shownStatus(execution);
    totals.executions += 1;
    if (status === 'running' || endedAt === null) {
      totals.running += 1;
      continue;
    }
    // The clock of Step Functions may be ahead of ours.
    const index = Math.min(Math.floor(Date.parse(endedAt) / HOUR_MS), last) - first;
    const hour = hours[index]!;
    const end = status === 'succeeded' ? 'succeeded' : status === 'aborted' ? 'stopped' : 'failed';
    totals[end] += 1;
    hour[end] += 1;
    if (counts !== null && !dryRun && (outcome === 'imported' || outcome === null)) {
      totals.rejected += counts.rejected;
    }
    // Neither what a dry run has read, nor once more what was in already.
    if (outcome === 'imported' && counts !== null) {
      totals.rows += counts.read;
      hour.rows += counts.read;
      seconds[index]!.push(execution.seconds);
      imported.push(execution);
    }
    if (failure === null) continue;
    const { name, blame } = failure;
    hour.failures[name] = (hour.failures[name] ?? 0) + 1;
    const known = failures.get(name);
    if (known === undefined) failures.set(name, { name, blame, count: 1 });
    else known.count += 1;
  }
  for (const [index, hour] of hours.entries()) hour.medianSeconds = percentile(seconds[index]!, 0.5);
  const all = seconds.flat();
  imported.sort((a, b) => b.seconds - a.seconds);
  return {
    since: from.toISOString(),
    hours,
    durations: { median: percentile(all, 0.5), p95: percentile(all, 0.95), longest: percentile(all, 1) },
    slowest: imported.slice(0, SLOWEST).map(toExecutionHead),
    failures: [...failures.values()].toSorted((a, b) => b.count - a.count),
    totals,
  };
}

/** The smallest value that at least this share of all does not exceed; null where there is none. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
