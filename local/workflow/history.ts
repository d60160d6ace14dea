import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** A history event as it is stored: AWS's field names, the time in milliseconds. */
export type StoredEvent = Omit<HistoryEvent, 'timestamp' | 'id' | 'type'> & {
  id: number;
  type: NonNullable<HistoryEvent['type']>;
  timestamp: number;
  /** Of the first event: with which definition the execution began; kept, but not told. */
  revisionId?: string;
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

/** The event with AWS's word on the completeness of each input and output: here none is ever cut. */
export function withDataDetails(event: StoredEvent): StoredEvent {
  const details = { truncated: false };
  return mapDetails(event, (fields) => ({
    ...fields,
    ...('input' in fields ? { inputDetails: details } : {}),
    ...('output' in fields ? { outputDetails: details } : {}),
  }));
}

/** Fields that `includeExecutionData: false` leaves out. */
const DATA_FIELDS = ['input', 'output', 'parameters'];

/** The event without the data that went in and out. */
export function withoutData(event: StoredEvent): StoredEvent {
  return mapDetails(event, (fields) =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !DATA_FIELDS.includes(field))),
  );
}

function mapDetails(event: StoredEvent, change: (fields: object) => object): StoredEvent {
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? change(value) : value,
  ]);
  return Object.fromEntries(entries) as StoredEvent;
}
