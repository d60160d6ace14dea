import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '@aws-sdk/client-sfn';

// Histories of real executions, as far as they are the same each time: types, states and errors.

/** Names of the recorded histories: `history-<name>.jsonl` beside this file. */
export const histories = [
  'success',
  'file-problem',
  'retry',
  'retried',
  'system-problem',
  'redriven',
  'waiting',
  'small',
] as const;
export type HistoryName = (typeof histories)[number];

/**
 * A history as it is recorded: an event a line.
 *
 * @param until the state whose first entry is the last event; default: all of it
 */
export function recordHistory(events: readonly HistoryEvent[], until?: string): string {
  const end = events.findIndex(({ stateEnteredEventDetails: entered }) => entered && entered.name === until);
  const lines = events
    .slice(0, end < 0 ? undefined : end + 1)
    .map((event) => JSON.stringify(normalise(event)));
  return `${lines.join('\n')}\n`;
}

function normalise(event: HistoryEvent): Partial<HistoryEvent> {
  const { type, stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
  const { error } = event.taskFailedEventDetails ?? event.executionFailedEventDetails ?? {};
  return {
    type: type!,
    ...(entered === undefined ? {} : { stateEnteredEventDetails: { name: entered.name } }),
    ...(exited === undefined ? {} : { stateExitedEventDetails: { name: exited.name } }),
    ...(type === 'TaskFailed'
      ? { taskFailedEventDetails: { resourceType: undefined, resource: undefined, error } }
      : {}),
    ...(type === 'ExecutionFailed' ? { executionFailedEventDetails: { error } } : {}),
  };
}

export function readHistory(name: HistoryName): HistoryEvent[] {
  const lines = readFileSync(join(import.meta.dirname, `history-${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as HistoryEvent);
}
