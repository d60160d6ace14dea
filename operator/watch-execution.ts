import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Progress } from '../contract/report.ts';
import { stateNames } from '../contract/workflow-data.ts';
import { type Connection, findResultsBucket } from './connection.ts';
import { followExecution } from './follow-execution.ts';
import { dataOf, type Execution, readExecution, readRunData } from './read-execution.ts';
import { readProgress } from './results.ts';
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
  // A redrive goes on in the middle: which run it is was told before.
  const runId = afterId === 0 ? null : (await readExecution(connection, executionArn)).runId;
  const importing: Importing = { runId, since: null };
  const over = new AbortController();
  // Only to be looked at: that it cannot be read must not end anything.
  const progress = watchProgress(connection, importing, watcher, pollMs, over.signal).catch(() => {});
  try {
    const events = followExecution(connection.sfn, executionArn, { afterId, pollMs });
    for await (const event of events) {
      tell(event, watcher);
      note(event, importing);
    }
  } finally {
    over.abort();
    await progress;
  }
  return readExecution(connection, executionArn);
}

/** The attempt that runs now. */
interface Importing {
  runId: string | null;
  /** When its task was scheduled, ISO 8601; null while none runs. */
  since: string | null;
}

function tell(event: HistoryEvent, watcher: ExecutionWatcher): void {
  const at = event.timestamp!.toISOString();
  const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
  if (entered !== undefined) {
    const isImporter = entered.name === stateNames.runImporter;
    watcher.state(entered.name!, at, isImporter ? (readRunData(entered.input)?.attempt ?? null) : null);
  }
  const decision = exited?.name === stateNames.explainFailure ? decisionOf(event) : null;
  if (decision !== null) watcher.decision(decision, at);
  if (event.type === 'ExecutionRedriven') watcher.redrive(at);
}

function note(event: HistoryEvent, importing: Importing): void {
  importing.runId = readRunData(dataOf(event))?.runId ?? importing.runId;
  // Its task, not its state: AWS does not tell that a redriven state is entered once more.
  if (event.taskScheduledEventDetails?.resourceType === 'ecs')
    importing.since = event.timestamp!.toISOString();
  if (event.stateExitedEventDetails !== undefined) importing.since = null;
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
    const { runId, since } = importing;
    // S3 says "denied" of what is not there (yet) to whoever may not list the bucket.
    const progress =
      runId === null || since === null
        ? null
        : await readProgress(connection.s3, bucket, runId).catch(() => null);
    // What an earlier attempt has left is not how far this one is.
    if (progress !== null && progress.startedAt >= since! && progress.updatedAt !== told) {
      told = progress.updatedAt;
      watcher.progress(progress);
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}
