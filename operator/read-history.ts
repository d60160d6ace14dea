import { type HistoryEvent, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';

/**
 * The events of an execution, oldest first.
 *
 * @param known its first events, where they were read before: they are not asked for again
 */
export async function readHistory(
  { sfn }: Connection,
  executionArn: string,
  known: readonly HistoryEvent[] = [],
): Promise<HistoryEvent[]> {
  const lastKnown = known.at(-1)?.id ?? 0;
  const newer: HistoryEvent[] = [];
  // From the end, so that a long history of which most is known costs one request.
  const request = { executionArn, reverseOrder: true, maxResults: lastKnown === 0 ? 1000 : 100 };
  for await (const { events = [] } of paginateGetExecutionHistory({ client: sfn }, request)) {
    const unknown = events.filter(({ id }) => id! > lastKnown);
    newer.push(...unknown);
    if (unknown.length < events.length) break;
  }
  return [...known, ...newer.reverse()];
}
