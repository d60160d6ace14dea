import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { failureOf } from '../timeline.ts';
import type { StateStatus } from './api.ts';

/** How the states of an execution stand, by its history: of several visits, the last. */
export function readStateStatuses(events: readonly HistoryEvent[]): Record<string, StateStatus> {
  const statuses: Record<string, StateStatus> = {};
  const standing = new Map<string, 'running' | 'waiting'>();
  let current: string | null = null;
  let failed = false;
  const set = (status: StateStatus) => {
    if (current !== null) statuses[current] = status;
  };
  for (const event of events) {
    const { type, stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
    if (entered !== undefined) {
      current = entered.name!;
      failed = false;
      standing.set(current, type === 'WaitStateEntered' ? 'waiting' : 'running');
      set(standing.get(current)!);
    } else if (exited !== undefined) {
      current = exited.name!;
      set(failed ? 'caught' : 'done');
    } else if (type === 'ExecutionRedriven') {
      // AWS does not tell that a redriven state is entered once more.
      failed = false;
      if (current !== null) set(standing.get(current)!);
    } else if (type === 'TaskScheduled' || type === 'TaskSucceeded') failed = false;
    else if (failureOf(event) !== undefined) failed = true;
    else if (type === 'ExecutionFailed' || type === 'ExecutionTimedOut') set('failed');
    else if (type === 'ExecutionAborted') set('aborted');
  }
  return statuses;
}
