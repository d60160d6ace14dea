import { z } from 'zod';
import type { Progress } from '../../../contract/report.ts';
import { type Connection, findResultsBucket } from '../../connection.ts';
import type { IndexSnapshot } from '../../execution-index.ts';
import type { Execution } from '../../read-execution.ts';
import { readProgress } from '../../results.ts';
import { selectExecutions, shownStatuses, sortFields } from '../../select-executions.ts';
import { parseSince } from '../../time-text.ts';
import type { ExecutionHead, ExecutionPage, SearchState } from '../api.ts';
import type { ConsoleSource } from './source.ts';

const wholeNumber = (pattern: RegExp, most: number) =>
  z.string().regex(pattern, `it must be a whole number from 1 to ${most}`).transform(Number);

const querySchema = z.object({
  import: z.string().optional(),
  status: z.enum(shownStatuses).optional(),
  blame: z.enum(['file', 'system']).optional(),
  search: z.string().optional(),
  since: z
    .string()
    .transform((text) => parseSince(text))
    .optional(),
  until: z
    .string()
    .transform((text) => parseSince(text))
    .optional(),
  sort: z.enum(sortFields).optional(),
  order: z.enum(['ascending', 'descending']).optional(),
  limit: wholeNumber(/^([1-9]\d?|100)$/, 100).default(20),
  page: wholeNumber(/^[1-9]\d{0,5}$/, 999_999).default(1),
});

/** How long an answer waits for what is not known yet: then the page shows what there is, and asks again. */
export const PATIENCE_MS = 700;

/**
 * A page of the executions that meet conditions.
 *
 * @param query as in a request's address: api.ts has the names
 * @throws ZodError, OperatorError for values that mean nothing
 */
export async function readExecutionPage(
  source: ConsoleSource,
  query: Record<string, string>,
): Promise<ExecutionPage> {
  // What a form leaves empty is not asked for.
  const { limit, page, order, ...selection } = querySchema.parse(
    Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')),
  );
  const connection = await source.connect();
  const snapshot = await source.index.read(connection, PATIENCE_MS);
  const found = selectExecutions(snapshot.executions, { ...selection, ascending: order === 'ascending' });
  const pages = Math.max(1, Math.ceil(found.length / limit));
  // Of a page that is no more, the last there is.
  const shown = Math.min(page, pages);
  const executions = await Promise.all(
    found.slice((shown - 1) * limit, shown * limit).map(async (execution) => ({
      ...toExecutionHead(execution),
      progress: await progressOf(connection, execution),
    })),
  );
  return { executions, total: found.length, page: shown, pages, search: toSearchState(snapshot) };
}

/** How far the search has come, for the page. */
export function toSearchState({ executions, ...state }: IndexSnapshot): SearchState {
  return { known: executions.length, ...state };
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
