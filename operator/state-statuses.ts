import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { stateNames } from '../contract/workflow-data.ts';
import type { StateStatus } from './graph/state-status.ts';
import { explainedOf } from './timeline.ts';

/** What an event says of the state that the execution is in; every other event says nothing of it. */
const STATUS_BY_EVENT: Partial<Record<NonNullable<HistoryEvent['type']>, StateStatus>> = {
  TaskScheduled: 'running',
  TaskStarted: 'running',
  // Until the state is left, or the execution is over: the state machine waits, and tries the task again.
  TaskFailed: 'waiting',
  TaskTimedOut: 'waiting',
  TaskStartFailed: 'waiting',
  TaskSubmitFailed: 'waiting',
  TaskSucceeded: 'running',
  ExecutionSucceeded: 'done',
  ExecutionFailed: 'failed',
  ExecutionAborted: 'aborted',
  ExecutionTimedOut: 'aborted',
};

/**
 * The states that an execution has been in, as they stand at the end of its history (oldest event first): of several
 * visits, the last counts. A state in which it never was has no entry.
 */
export function stateStatuses(events: readonly HistoryEvent[]): Record<string, StateStatus> {
  const statuses: Record<string, StateStatus> = {};
  let current: string | undefined;
  /** What the current state was when it was entered; a redrive begins it again. */
  let asEntered: StateStatus = 'running';
  /** Whether the failure that was explained last is a deliberate stop of the importer. */
  let deliberate = false;
  for (const event of events) {
    const { type, stateEnteredEventDetails, stateExitedEventDetails } = event;
    if (stateEnteredEventDetails !== undefined) {
      current = stateEnteredEventDetails.name!;
      asEntered = type === 'WaitStateEntered' ? 'waiting' : 'running';
      statuses[current] = asEntered;
    } else if (stateExitedEventDetails !== undefined) {
      const name = stateExitedEventDetails.name!;
      // A task that failed last, and was left all the same.
      const caught = statuses[name] === 'waiting' && type !== 'WaitStateExited';
      statuses[name] = caught ? 'caught' : 'done';
      if (name !== stateNames.explainFailure) continue;
      deliberate = explainedOf(event)?.deliberate ?? false;
      if (deliberate && stateNames.runImporter in statuses) statuses[stateNames.runImporter] = 'aborted';
    } else if (current !== undefined && type === 'ExecutionRedriven') {
      statuses[current] = asEntered;
    } else if (current !== undefined && type === 'ExecutionFailed' && deliberate) {
      statuses[current] = 'aborted';
    } else if (current !== undefined) statuses[current] = STATUS_BY_EVENT[type!] ?? statuses[current]!;
  }
  return statuses;
}
