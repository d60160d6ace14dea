import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Progress } from '../contract/report.ts';
import { startsImporter, stateNames } from '../contract/workflow-data.ts';
import { type Connection, findResultsBucket } from './connection.ts';
import { followExecution } from './follow-execution.ts';
import { type Execution, readExecution, readRunData } from './read-execution.ts';
import { readProgress } from './results.ts';
import { type StartedAttempt, startedAttempt } from './started-attempt.ts';
import { decisionOf } from './timeline.ts';

/** Told of an execution while it goes on; times in ISO 8601. */
export interface ExecutionWatcher {
  /** @param attempt number of the importer's start; null for any other state */
  state(name: string, at: string, attempt: number | null): void;
  /** What was decided about a failed attempt, in words. */
  decision(text: string, at: string): void;
  redrive(at: string): void;
  /** How far the importer is; told again only when it has changed. */
  progress(progress: Progress): void;
}

/**
 * Follows an execution to its end.
 *
 * @param afterId what has happened up to this event is not told
 * @param pollMs how often to ask for the execution, and for the importer's progress
 * @returns the execution as it ended
 */
export async function watchExecution(
  connection: Connection,
  executionArn: string,
  watcher: ExecutionWatcher,
  { afterId = 0, pollMs = 1000 }: { afterId?: number; pollMs?: number } = {},
): Promise<Execution> {
  const importing: Importing = { attempt: null };
  const over = new AbortController();
  // Only to be looked at: that it cannot be read must not end anything.
  const progress = watchProgress(connection, importing, watcher, pollMs, over.signal).catch(() => {});
  try {
    const events = followExecution(connection.sfn, executionArn, { afterId, pollMs });
    for await (const event of events) {
      notify(event, watcher);
      note(event, importing);
    }
  } finally {
    over.abort();
    await progress;
  }
  return readExecution(connection, executionArn);
}

interface Importing {
  /** The attempt that runs now; null while none does. */
  attempt: StartedAttempt | null;
}

function notify(event: HistoryEvent, watcher: ExecutionWatcher): void {
  const at = event.timestamp!.toISOString();
  const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
  if (entered !== undefined) {
    const isImporter = startsImporter(entered.name);
    watcher.state(entered.name!, at, isImporter ? (readRunData(entered.input)?.attempt ?? null) : null);
  }
  const decision = exited?.name === stateNames.explainFailure ? decisionOf(event) : null;
  if (decision !== null) watcher.decision(decision, at);
  if (event.type === 'ExecutionRedriven') watcher.redrive(at);
}

function note(event: HistoryEvent, importing: Importing): void {
  // Its task, not its state: AWS does not tell that a redriven state is entered once more.
  importing.attempt = startedAttempt(event) ?? importing.attempt;
  if (event.stateExitedEventDetails !== undefined) importing.attempt = null;
}

async function watchProgress(
  connection: Connection,
  importing: Importing,
  watcher: ExecutionWatcher,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  const bucket = await findResultsBucket(connection);
  let told = '';
  while (!signal.aborted) {
    const { attempt } = importing;
    // S3 says "denied" of what is not there (yet) to whoever may not list the bucket.
    const progress =
      attempt === null ? null : await readProgress(connection.s3, bucket, attempt).catch(() => null);
    if (progress !== null && progress.updatedAt !== told) {
      told = progress.updatedAt;
      watcher.progress(progress);
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}
