import { and, asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import type { Attempt } from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { type Counts, noCounts } from '../../contract/report.ts';
import { describeUpload } from '../../contract/upload.ts';
import { addCounts } from '../load/counts.ts';
import type { Transaction } from '../load/transaction.ts';
import { type Checkpoint, checkpoints, type RefusedRow, runs } from './schema.ts';

/** A place in the file between two rows. */
export interface Place {
  /** In the text (UTF-8, uncompressed). */
  offset: number;
  line: number;
  /** Rows before it. */
  rows: number;
}

/** A part of the file that no batch has committed. */
export interface Gap {
  /** Null: where the rows begin. */
  from: Place | null;
  /** Offset of the first byte behind it; null: to the end of the file. */
  until: number | null;
}

/** A batch that is about to commit. */
export interface CommittedBatch {
  start: Place;
  end: Place;
  counts: Counts;
  refused: RefusedRow[];
}

/** The batches of a run that are in, in the order of the file. */
export async function readCheckpoints(sql: Sql, runId: string): Promise<Checkpoint[]> {
  return drizzle(sql)
    .select()
    .from(checkpoints)
    .where(eq(checkpoints.runId, runId))
    .orderBy(asc(checkpoints.startOffset));
}

/**
 * Enters, in the transaction that wrote a batch's rows, that they are in.
 *
 * The run's row is locked until COMMIT against the attempt that would take over: either this batch is in before that
 * one reads the checkpoints, or it does not commit any more.
 *
 * @throws ImportFailure `RunLocked` where another attempt has taken over
 */
export async function enterCheckpoint(
  tx: Transaction,
  attempt: Attempt,
  { start, end, counts, refused }: CommittedBatch,
): Promise<void> {
  const ledger = drizzle(tx);
  const [own] = await ledger
    .select({ runId: runs.runId })
    .from(runs)
    .where(and(eq(runs.runId, attempt.runId), eq(runs.loadingAttempt, attempt.attempt)))
    .for('share');
  if (own === undefined) {
    throw new ImportFailure(
      'RunLocked',
      `Another attempt has taken over the key of ${describeUpload(attempt.upload)}, so this one must not commit any more.`,
    );
  }
  await ledger.insert(checkpoints).values({
    runId: attempt.runId,
    startOffset: start.offset,
    endOffset: end.offset,
    nextLine: end.line,
    firstRow: start.rows + 1,
    rowsRead: counts.read,
    rowsInserted: counts.inserted,
    rowsUpdated: counts.updated,
    rowsUnchanged: counts.unchanged,
    rowsDuplicate: counts.duplicates,
    rowsRejected: counts.rejected,
    refused,
    attempt: attempt.attempt,
  });
}

/** What is still to be loaded: more than one gap where batches of several lanes had committed out of order. */
export function findGaps(done: readonly Checkpoint[]): Gap[] {
  const gaps: Gap[] = [];
  let from: Place | null = null;
  for (const batch of done) {
    if (from !== null && batch.startOffset > from.offset) gaps.push({ from, until: batch.startOffset });
    if (from === null && batch.firstRow > 1) gaps.push({ from, until: batch.startOffset });
    from = {
      offset: batch.endOffset,
      line: batch.nextLine,
      rows: batch.firstRow - 1 + batch.rowsRead,
    };
  }
  gaps.push({ from, until: null });
  return gaps;
}

/** The counts of all committed batches. */
export function sumCheckpoints(done: readonly Checkpoint[]): Counts {
  return done.map(countsOfBatch).reduce(addCounts, noCounts);
}

function countsOfBatch(batch: Checkpoint): Counts {
  return {
    read: batch.rowsRead,
    inserted: batch.rowsInserted,
    updated: batch.rowsUpdated,
    unchanged: batch.rowsUnchanged,
    duplicates: batch.rowsDuplicate,
    deleted: 0,
    rejected: batch.rowsRejected,
  };
}
