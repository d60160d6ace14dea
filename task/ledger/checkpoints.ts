import { and, asc, desc, eq, exists, ne, notExists } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import type { Attempt } from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { type Counts, noCounts } from '../../contract/report.ts';
import { describeUpload } from '../../contract/upload.ts';
import { addCounts } from '../load/counts.ts';
import type { Transaction } from '../load/transaction.ts';
import {
  type Checkpoint,
  checkpoints,
  type RefusedRow,
  runs,
  sameKeyAs,
  type UploadValues,
} from './schema.ts';
import { sameUploadValues } from './upload-values.ts';

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
  commentLines: number;
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
  { start, end, counts, commentLines, refused }: CommittedBatch,
): Promise<void> {
  const ledger = drizzle(tx);
  const [own] = await ledger
    .select({ runId: runs.runId })
    .from(runs)
    .where(and(eq(runs.runId, attempt.runId), eq(runs.loadingAttempt, attempt.attempt)))
    .for('share');
  if (own === undefined) throw takenOver(attempt);
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
    rowsSkipped: counts.skipped,
    rowsDeleted: counts.deleted,
    rowsDuplicate: counts.duplicates,
    rowsRejected: counts.rejected,
    rowsEmpty: counts.emptyRows,
    commentLines,
    refused,
    attempt: attempt.attempt,
  });
}

/** The failure of an attempt that another one has struck out. */
export function takenOver({ upload }: Attempt): ImportFailure {
  return new ImportFailure(
    'RunLocked',
    `Another attempt has taken over the key of ${describeUpload(upload)}, so this one must not commit any more.`,
  );
}

/**
 * Forgets a run's batches, so that it begins anew: another run of its key has written since, and rows of these batches
 * may be that run's by now.
 */
export async function forgetCheckpoints(ledger: PostgresJsDatabase, runId: string): Promise<void> {
  await ledger.delete(checkpoints).where(eq(checkpoints.runId, runId));
}

/**
 * Takes over the batches of an earlier upload of the same bytes under the same key that did not come to its end, where
 * the run has none of its own: rows that were appended once must not be appended again.
 */
export async function adoptCheckpoints(
  ledger: PostgresJsDatabase,
  { importName, runId, upload }: Attempt,
  values: UploadValues,
): Promise<void> {
  const [own, others] = [alias(checkpoints, 'own'), alias(checkpoints, 'others')];
  const donor = ledger
    .select({ runId: runs.runId })
    .from(runs)
    .where(
      and(
        sameKeyAs(importName, upload),
        eq(runs.etag, upload.etag),
        eq(runs.size, upload.size),
        sameUploadValues(values),
        ne(runs.runId, runId),
        ne(runs.status, 'imported'),
        exists(ledger.select().from(others).where(eq(others.runId, runs.runId))),
      ),
    )
    .orderBy(desc(runs.wrote))
    .limit(1);
  await ledger
    .update(checkpoints)
    .set({ runId })
    .where(
      and(eq(checkpoints.runId, donor), notExists(ledger.select().from(own).where(eq(own.runId, runId)))),
    );
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
    skipped: batch.rowsSkipped,
    duplicates: batch.rowsDuplicate,
    deleted: batch.rowsDeleted,
    rejected: batch.rowsRejected,
    emptyRows: batch.rowsEmpty,
  };
}
