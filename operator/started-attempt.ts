import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { parseJson } from '../contract/parse-json.ts';

/** What RunImporter gives to ECS, and RunSmallImport to its function, as far as it says which attempt was started. */
const taskSchema = z.object({
  Overrides: z.object({
    ContainerOverrides: z.array(
      z.object({ Environment: z.array(z.object({ Name: z.string(), Value: z.string() })) }),
    ),
  }),
});
const functionSchema = z.object({ Payload: z.object({ RUN_ID: z.string(), ATTEMPT: z.string() }) });

/** A start of the importer: its `RUN_ID` and `ATTEMPT`, by which its results are keyed. */
export interface StartedAttempt {
  runId: string;
  attempt: string;
}

/** The attempt that an event of a history starts; null where it starts none. */
export function startedAttempt({ taskScheduledEventDetails: task }: HistoryEvent): StartedAttempt | null {
  const given = parseJson(task?.parameters);
  const invoked = functionSchema.safeParse(given).data?.Payload;
  if (invoked !== undefined) return { runId: invoked.RUN_ID, attempt: invoked.ATTEMPT };
  const started = taskSchema.safeParse(given).data;
  const environment = started?.Overrides.ContainerOverrides.flatMap((each) => each.Environment) ?? [];
  const read = (name: string) => environment.find(({ Name }) => Name === name)?.Value;
  const [runId, attempt] = [read('RUN_ID'), read('ATTEMPT')];
  return runId === undefined || attempt === undefined ? null : { runId, attempt };
}
