import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** A history event as it is stored: AWS's field names, the time in milliseconds. */
export type StoredEvent = Omit<HistoryEvent, 'timestamp' | 'id' | 'type'> & {
  id: number;
  type: NonNullable<HistoryEvent['type']>;
  timestamp: number;
};
export type NewEvent = Omit<StoredEvent, 'id' | 'timestamp' | 'previousEventId'>;

/** The state that an execution is in, and what was given to it: where a redrive begins. */
export function lastEnteredState(events: readonly StoredEvent[]): { name: string; input: unknown } | null {
  const entered = events.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  const details = entered?.stateEnteredEventDetails;
  if (details === undefined) return null;
  return { name: details.name!, input: JSON.parse(details.input ?? '{}') };
}

/** `TaskStateEntered`, `WaitStateExited` …: AWS names these events after the state's type. */
export function stateEventType(stateType: string, change: 'Entered' | 'Exited'): StoredEvent['type'] {
  return `${stateType}State${change}` as StoredEvent['type'];
}
