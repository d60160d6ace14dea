import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { readStoppedTask, type StoppedTask } from '../contract/stopped-task.ts';
import { startedAttempt } from './started-attempt.ts';
import { taskFailureOf } from './timeline.ts';

/** One visit of a state; times in ISO 8601. */
export interface StateVisit {
  at: string;
  /** Null while the execution is in it. */
  endedAt: string | null;
  /** JSON texts; null where there is none, such as of the visit that a redrive continues. */
  input: string | null;
  output: string | null;
  /** What its task failed with last; null where it did not. */
  error: { name: string; cause: string } | null;
  /** The importer's starts; of RunImporter only. */
  attempts: TaskAttempt[];
  events: VisitEvent[];
}

/** An event of a state: what happened when, without its data. */
export interface VisitEvent {
  id: number;
  at: string;
  type: string;
}

/** A start of the importer, and how its task ended. */
export interface TaskAttempt {
  /** Its `ATTEMPT`. */
  attempt: string;
  at: string;
  /** Null while it runs, and where ECS did not start it. */
  task: StoppedTask | null;
}

/** All visits of a state, by a history with the oldest event first. */
export function stateVisits(events: readonly HistoryEvent[], state: string): StateVisit[] {
  const visits: StateVisit[] = [];
  let current: string | null = null;
  let redriven = false;
  for (const event of events) {
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited, type } = event;
    if (type === 'ExecutionRedriven') redriven = true;
    // AWS does not tell that a redriven state is entered once more.
    const again = redriven && entered === undefined && type !== 'ExecutionRedriven' && current === state;
    if (entered !== undefined) current = entered.name!;
    if (entered?.name === state || again) visits.push(beginVisit(event, entered?.input ?? null));
    if (type !== 'ExecutionRedriven') redriven = false;
    const visit = visits.at(-1);
    if (visit === undefined || current !== state || type === 'ExecutionRedriven') continue;
    addEvent(visit, event);
    if (exited !== undefined) current = null;
  }
  return visits;
}

function beginVisit(event: HistoryEvent, input: string | null): StateVisit {
  const at = event.timestamp!.toISOString();
  return { at, endedAt: null, input, output: null, error: null, attempts: [], events: [] };
}

const ENDS = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

function addEvent(visit: StateVisit, event: HistoryEvent): void {
  const at = event.timestamp!.toISOString();
  const { type, stateExitedEventDetails: exited, taskSucceededEventDetails: succeeded } = event;
  visit.events.push({ id: event.id!, at, type: type! });
  const started = startedAttempt(event);
  if (started !== null) visit.attempts.push({ attempt: started.attempt, at, task: null });
  const failed = failureOf(event);
  if (failed !== null) visit.error = failed;
  if (succeeded !== undefined) visit.error = null;
  const attempt = visit.attempts.at(-1);
  const description = succeeded?.output ?? failed?.cause;
  if (attempt !== undefined && description !== undefined) {
    attempt.task = readStoppedTask(description, 'importer') ?? attempt.task;
  }
  if (exited !== undefined) visit.output = exited.output ?? null;
  if (exited !== undefined || ENDS.test(type ?? '')) visit.endedAt = at;
}

/** What a task failed with, or the execution was stopped with; null for any other event. */
function failureOf(event: HistoryEvent): StateVisit['error'] {
  const details = taskFailureOf(event) ?? event.executionAbortedEventDetails;
  return details === undefined ? null : { name: details.error ?? event.type!, cause: details.cause ?? '' };
}
