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

/** Fields that `includeExecutionData: false` leaves out. */
const DATA_FIELDS = ['input', 'output', 'parameters'];

/** The event without the data that went in and out. */
export function withoutData(event: StoredEvent): StoredEvent {
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value !== 'object' || value === null
      ? value
      : Object.fromEntries(Object.entries(value).filter(([field]) => !DATA_FIELDS.includes(field))),
  ]);
  return Object.fromEntries(entries) as StoredEvent;
}
