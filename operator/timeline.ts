import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { startsImporter, stateNames } from '../contract/workflow-data.ts';
import type { Connection } from './connection.ts';
import { dataOf, readRunData } from './read-execution.ts';
import { readHistory } from './read-history.ts';

/** One visit of a state, or a redrive; times in ISO 8601. */
export interface TimelineEntry {
  at: string;
  /** Null for a redrive. */
  state: string | null;
  /** How long it stood there; null for a redrive, and while it still does. */
  seconds: number | null;
  /** Which redrive, from 1; null for a state. */
  redrive: number | null;
  /** Number of the importer's start in its round of the execution; of the states that start it only. */
  attempt: number | null;
  /** How often the state's task was started: more than once where the state machine itself tried again. */
  starts: number;
  /** What the task failed with, as the state machine saw it; null where it did not. */
  error: string | null;
  /** What became of a failure, in words: of ExplainFailure only. */
  decision: string | null;
  /** The same as data. */
  explained: ExplainedEntry | null;
  /** Whether somebody stopped the execution, or the importer, there. */
  stopped: boolean;
}

/** A failure, and when the importer starts again after it; null: it was given up. */
export interface ExplainedEntry {
  failure: string;
  retrySeconds: number | null;
  /** Whether it was a deliberate stop. */
  deliberate: boolean;
}

/** The states of an execution in their order, with its redrives. */
export async function readTimeline(connection: Connection, executionArn: string): Promise<TimelineEntry[]> {
  return makeTimeline(await readHistory(connection, executionArn));
}

/** A history as a timeline. */
export function makeTimeline(events: readonly HistoryEvent[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let redrives = 0;
  for (const event of events) {
    const at = event.timestamp!.toISOString();
    const last = entries.at(-1);
    const entered = event.stateEnteredEventDetails;
    if (entered !== undefined) {
      const attempt = startsImporter(entered.name) ? readRunData(entered.input)?.attempt : undefined;
      entries.push({ ...blank, at, state: entered.name!, attempt: attempt ?? null });
    } else if (event.type === 'ExecutionRedriven') {
      redrives += 1;
      entries.push({ ...blank, at, redrive: redrives });
    } else if (event.type === 'TaskScheduled') {
      // AWS does not tell that a redriven state is entered once more.
      const again = entries.findLast(({ state }) => state !== null);
      if (last?.state === null && again !== undefined) {
        entries.push({ ...blank, at, state: again.state, attempt: again.attempt, starts: 1 });
      } else if (last !== undefined) last.starts += 1;
    } else if (last !== undefined && last.state !== null) {
      last.error = taskFailureOf(event)?.error ?? last.error;
      if (event.stateExitedEventDetails === undefined && !ENDS.test(event.type ?? '')) continue;
      last.seconds ??= (event.timestamp!.getTime() - Date.parse(last.at)) / 1000;
      const explained = entries.findLast((entry) => entry.explained !== null)?.explained;
      last.stopped ||=
        event.type === 'ExecutionAborted' ||
        (event.type === 'ExecutionFailed' && explained?.deliberate === true);
      if (last.state !== stateNames.explainFailure) continue;
      last.explained = explainedOf(event);
      last.decision = decisionOf(event);
      if (last.explained?.deliberate) {
        const importer = entries.findLast(({ state }) => state === stateNames.runImporter);
        if (importer !== undefined) importer.stopped = true;
      }
    }
  }
  return entries;
}

const blank: TimelineEntry = {
  at: '',
  state: null,
  seconds: null,
  redrive: null,
  attempt: null,
  starts: 0,
  error: null,
  decision: null,
  explained: null,
  stopped: false,
};

const ENDS = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

/** What a task failed with, as the state machine saw it; undefined for any other event. */
export function taskFailureOf(event: HistoryEvent): { error?: string; cause?: string } | undefined {
  return (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails
  );
}

/** What ExplainFailure decided, in words; null for any other event. */
export function decisionOf(event: HistoryEvent): string | null {
  const explained = explainedOf(event);
  if (explained === null) return null;
  const { failure, retrySeconds } = explained;
  return retrySeconds === null ? `${failure}: given up` : `${failure}: once more after ${retrySeconds} s`;
}

/** A failure, as ExplainFailure hands it on; null for any other event. */
export function explainedOf(event: HistoryEvent): ExplainedEntry | null {
  const failure = readRunData(dataOf(event))?.failure;
  if (failure === undefined) return null;
  return {
    failure: failure.name,
    retrySeconds: failure.retry ? failure.backOffSeconds : null,
    deliberate: failure.blame === 'none',
  };
}
