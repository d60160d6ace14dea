import { z } from 'zod';
import type { Progress } from '../../../contract/report.ts';
import { type Connection, findResultsBucket } from '../../connection.ts';
import { listedStatuses, matches, searchExecutions } from '../../list-executions.ts';
import type { Execution } from '../../read-execution.ts';
import { readProgress } from '../../results.ts';
import { parseSince } from '../../time-text.ts';
import type { ExecutionHead, ExecutionPage } from '../api.ts';
import type { ConsoleSource } from './source.ts';

const querySchema = z.object({
  import: z.string().optional(),
  status: z.enum(listedStatuses).optional(),
  blame: z.enum(['file', 'system']).optional(),
  since: z.string().optional(),
  after: z.string().optional(),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'it must be a whole number from 1 to 100')
    .transform(Number)
    .default(20),
});

/** People lose patience after this long: the page shows what was found by then, and can continue the search. */
export const SEARCH_MS = 5000;

/**
 * Executions, newest first.
 *
 * @param query as in a request's address: the values of `ops list`
 * @throws ZodError, OperatorError for values that mean nothing
 */
export async function readExecutionPage(
  source: ConsoleSource,
  query: Record<string, string>,
): Promise<ExecutionPage> {
  // What a form leaves empty is not asked for.
  const { limit, ...asked } = querySchema.parse(
    Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')),
  );
  const filter = {
    ...asked,
    status: asked.status?.toUpperCase() as Uppercase<(typeof listedStatuses)[number]> | undefined,
    since: asked.since === undefined ? undefined : parseSince(asked.since),
  };
  const connection = await source.connect();
  const found: Execution[] = [];
  let next: string | null = null;
  const giveUpAt = Date.now() + SEARCH_MS;
  for await (const execution of searchExecutions(connection, filter, source.executions)) {
    if (matches(execution, filter)) {
      if (found.length === limit) {
        next = found.at(-1)!.name;
        break;
      }
      found.push(execution);
    }
    if (Date.now() > giveUpAt) {
      next = execution.name;
      break;
    }
  }
  const executions = await Promise.all(
    found.map(async (execution) => ({
      ...toExecutionHead(execution),
      progress: await progressOf(connection, execution),
    })),
  );
  return { executions, next };
}

/** An execution as the page gets it. */
export function toExecutionHead({ report: _, ...execution }: Execution): ExecutionHead {
  return execution;
}

/** How far an execution's importer is; null where none runs, or has said anything, or where it may not be read. */
export async function progressOf(
  connection: Connection,
  { status, runId, attempt, name, redrives }: Execution,
): Promise<Progress | null> {
  if (status !== 'RUNNING' || runId === null || attempt === null) return null;
  // Of before a redrive, whose own first one has not begun.
  if (!attempt.startsWith(`${name}.${redrives}.`)) return null;
  const bucket = await findResultsBucket(connection);
  // S3 says "denied" of what is not there (yet) to whoever may not list the bucket.
  return readProgress(connection.s3, bucket, { runId, attempt }).catch(() => null);
}
