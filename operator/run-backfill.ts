import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { arnOf } from './find-execution.ts';
import { OperatorError } from './operator-error.ts';
import type { BackfillFile } from './plan-backfill.ts';
import { type Execution, readExecution } from './read-execution.ts';
import { backfillName, startExecution } from './start.ts';

export interface BackfillOptions {
  /** Executions of the same backfill and object have the same name, so none is started twice. */
  name: string;
  /** Executions that are open at once. */
  atOnce: number;
  /** After so many failures, those of earlier times not counted, nothing more is started. */
  maxFailures: number;
  /** Nothing more is started once it is aborted; what runs goes on without being waited for. */
  signal: AbortSignal;
  onProgress: (progress: BackfillProgress) => void;
  pollMs?: number;
}

/** How far a backfill is; all are counts of files. */
export interface BackfillProgress {
  total: number;
  succeeded: number;
  /** Those of them that this backfill had started before. */
  before: number;
  failed: number;
  running: number;
}

/** A file that was not imported; without an execution where none could be started. */
export interface BackfillFailure {
  key: string;
  execution: string | null;
  failure: string;
}

export interface BackfillResult extends BackfillProgress {
  failures: BackfillFailure[];
  /** Files for which nothing was started, since it was broken off. */
  left: number;
}

const POLL_MS = 2_000;

/** Imports files by one execution each, so many at once, and follows each to its end. */
export async function runBackfill(
  connection: Connection,
  files: readonly BackfillFile[],
  { name, atOnce, maxFailures, signal, onProgress, pollMs = POLL_MS }: BackfillOptions,
): Promise<BackfillResult> {
  const progress = { total: files.length, succeeded: 0, before: 0, failed: 0, running: 0 };
  const failures: BackfillFailure[] = [];
  let newFailures = 0;
  const broken = new AbortController();
  const stopped = AbortSignal.any([signal, broken.signal]);
  const waiting = [...files];
  const follow = async (file: BackfillFile) => {
    const { arn, isNew } = await startOnce(connection, file, name);
    const ended = await untilEnded(connection, arn, pollMs, stopped);
    if (ended === null) return;
    if (ended.status === 'SUCCEEDED') {
      progress.succeeded++;
      if (!isNew) progress.before++;
      return;
    }
    progress.failed++;
    if (isNew) newFailures++;
    failures.push({ key: file.key, execution: ended.name, failure: ended.failure?.name ?? ended.status });
  };
  const work = async () => {
    while (!stopped.aborted && newFailures < maxFailures) {
      const file = waiting.shift();
      if (file === undefined) return;
      progress.running++;
      onProgress({ ...progress });
      await follow(file)
        .catch((error: Error) => {
          // Gone in the meantime, say. Whatever else it is would happen to the next one, too.
          if (!(error instanceof OperatorError)) {
            broken.abort();
            throw error;
          }
          progress.failed++;
          newFailures++;
          failures.push({ key: file.key, execution: null, failure: error.message });
        })
        .finally(() => {
          progress.running--;
        });
      onProgress({ ...progress });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, work));
  return { ...progress, failures, left: waiting.length };
}

async function startOnce(connection: Connection, file: BackfillFile, name: string) {
  let named = '';
  try {
    const arn = await startExecution(connection, file, {
      name: (event) => {
        named = backfillName(name, event);
        return named;
      },
    });
    return { arn, isNew: true };
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    return { arn: arnOf(connection, named), isNew: false };
  }
}

/** The execution once it has ended; null where nobody waits any more. */
async function untilEnded(
  connection: Connection,
  executionArn: string,
  pollMs: number,
  signal: AbortSignal,
): Promise<Execution | null> {
  while (!signal.aborted) {
    const { status } = await connection.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return readExecution(connection, executionArn);
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return null;
}
