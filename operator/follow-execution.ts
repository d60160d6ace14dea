import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/**
 * The events of an execution as they happen, from the one after `afterId` (0: from the first) to the end of the
 * execution. Ends when the execution is not RUNNING and everything has been told.
 *
 * @param pollMs how often to ask; AWS throttles these requests per account and region, so more than one watcher must have room
 */
export async function* followExecution(
  sfn: SFNClient,
  executionArn: string,
  { afterId = 0, pollMs = 1000 }: { afterId?: number; pollMs?: number } = {},
): AsyncGenerator<HistoryEvent, DescribeExecutionCommandOutput> {
  let lastId = afterId;
  for (;;) {
    // The status is read before the history, so that nothing can be missed between the two.
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new GetExecutionHistoryCommand({
          executionArn,
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      for (const event of page.events ?? []) {
        if (event.id! <= lastId) continue;
        lastId = event.id!;
        yield event;
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    if (execution.status !== 'RUNNING') return execution;
    await sleep(pollMs);
  }
}

/** The id of the last event so far. */
export async function lastEventId(sfn: SFNClient, executionArn: string): Promise<number> {
  const { events } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1, reverseOrder: true }),
  );
  return events?.[0]?.id ?? 0;
}

/** The state that an event enters, if it enters one. */
export function enteredState(event: HistoryEvent): string | undefined {
  return event.stateEnteredEventDetails?.name;
}
