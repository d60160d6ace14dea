import type { BatchCommit } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import type { Counts } from '../contract/report.ts';
import { type Findings, StepFailure } from './findings.ts';
import {
  enterCheckpoint,
  findGaps,
  type Gap,
  readCheckpoints,
  sumCheckpoints,
} from './ledger/checkpoints.ts';
import type { Checkpoint, RefusedRow } from './ledger/schema.ts';
import { checkOtherValues } from './load/check-values.ts';
import type { Connection } from './load/connection.ts';
import { addCounts, assertCounts } from './load/counts.ts';
import { refusesRows } from './load/database-failure.ts';
import { Lanes } from './load/lanes.ts';
import { type Loaded, loadRows, RowsRefused } from './load/load-rows.ts';
import { boundLockWaits, isDeadlock } from './load/lock-waits.ts';
import { judgeRejects, mostRead } from './load/reject-policy.ts';
import { applySettings } from './load/scope.ts';
import { checkTargetTable } from './load/target-table.ts';
import { inTransaction, type Transaction } from './load/transaction.ts';
import type { Violations } from './load/violations.ts';
import type { OpenedUpload } from './open-upload.ts';
import { openRun, type Run } from './run.ts';
import { type Batch, scanBatches } from './scan-batches.ts';
import { tellUnwritten, writeRejects } from './write-rejects.ts';

/**
 * A batch ends at so many bytes, whatever its rows: each lane holds one batch while it loads it, and one more is
 * being read.
 */
const BATCH_BYTES = 4 * 1024 * 1024;
/** For a run that began in batches, whose import says `commit: 'file'` by now: what is in must not come twice. */
const RESUMED: Required<BatchCommit> = { batchRows: 50_000, lanes: 1, checkFirst: false };

/**
 * Loads an upload in batches, each committed with its checkpoint on a connection of its own, and resumes where an
 * earlier attempt ended. The caller's transaction holds the key's lock all the while, and commits last of all that
 * the run is imported.
 *
 * @param tx the transaction that holds the lock
 * @param connectLane makes the connections of the lanes
 * @throws StepFailure for whatever ends it; `RowsRejected` before anything is loaded, where the file is checked first;
 *   `RowsLeftOut` where all other rows are in
 */
export async function loadBatches(
  run: Run,
  tx: Transaction,
  done: readonly Checkpoint[],
  connectLane: () => Connection,
): Promise<Findings> {
  const { definition, progress } = run;
  const commit = definition.commit === 'file' ? RESUMED : definition.commit;
  const checked = commit.checkFirst && done.length === 0 ? await checkFile(run) : null;
  /** What has been found out by now. */
  let found: Findings = {
    file: checked?.file ?? null,
    rejects: checked?.rejects ?? null,
    counts: sumCheckpoints(done),
    inBatches: true,
  };
  try {
    progress.update({ phase: 'loading' });
    const file = await loadGaps(run, tx, done, commit, connectLane);
    if (file !== null) found = { ...found, file };
    progress.update({ phase: 'merging' });
    const all = await readCheckpoints(tx, run.attempt.runId);
    assertNoGap(all);
    const counts = sumCheckpoints(all);
    found = { ...found, counts };
    if (file !== null) file.commentLines += all.reduce((sum, batch) => sum + batch.commentLines, 0);
    const refused = new Map(all.flatMap((batch) => batch.refused.map((each) => [each.row, each] as const)));
    if (counts.rejected > 0 && (checked === null || refused.size > 0)) {
      const written = await rewriteRejects(run, refused, counts.rejected);
      found = { ...found, ...written };
    }
    const verdict = judgeRejects(definition, counts);
    if (verdict.tooMany) {
      throw new ImportFailure(
        'RowsLeftOut',
        tellUnwritten(`${verdict.text}; all other rows of the file are in.`, found),
      );
    }
    return found;
  } catch (error) {
    throw new StepFailure(error, found);
  }
}

/** @throws StepFailure `RowsRejected` for a file with more rejects than the import allows */
async function checkFile(run: Run): Promise<Pick<Findings, 'file' | 'rejects'>> {
  run.progress.update({ phase: 'checking' });
  const { scanned, file, counts, rejects } = await writeRejects(
    run,
    () => undefined,
    mostRead(run.definition),
  );
  const verdict = judgeRejects(run.definition, scanned);
  if (!verdict.tooMany) return { file, rejects };
  const text = tellUnwritten(`${verdict.text}.`, { counts, rejects });
  throw new StepFailure(new ImportFailure('RowsRejected', text), { file, counts, rejects });
}

/** Loads what is not in yet; how the file is read, or null where nothing was to be read. */
async function loadGaps(
  run: Run,
  tx: Transaction,
  done: readonly Checkpoint[],
  commit: Required<BatchCommit>,
  connectLane: () => Connection,
): Promise<Findings['file']> {
  const lanes = new Lanes(Array.from({ length: commit.lanes }, connectLane));
  const soFar = { counts: sumCheckpoints(done) };
  let file: Findings['file'] = null;
  try {
    for (const gap of findGaps(done)) file = await loadGap(run, tx, lanes, gap, commit, soFar);
    await lanes.finish();
    return file;
  } catch (error) {
    throw new StepFailure(error, { counts: soFar.counts, ...(file === null ? {} : { file }) });
  } finally {
    // No batch may still be under way when the lock is let go.
    await lanes.settle();
  }
}

async function loadGap(
  run: Run,
  tx: Transaction,
  lanes: Lanes,
  { from, until }: Gap,
  { batchRows }: Required<BatchCommit>,
  soFar: { counts: Counts },
): Promise<Findings['file']> {
  const { attempt, definition, importer, progress } = run;
  const opened = await openRun(run, from ?? undefined);
  try {
    const { takesCopy } = await checkTargetTable(tx, definition, opened.filled);
    await checkOtherValues(tx, definition, opened.values);
    const range = { rowsBefore: from?.rows ?? 0, until };
    for await (const batch of scanBatches(opened, attempt.upload, range, {
      rows: batchRows,
      bytes: BATCH_BYTES,
    })) {
      importer.signal.throwIfAborted();
      await lanes.start(async (lane) => {
        const committed = await loadBatch(run, lane, opened, batch, takesCopy);
        soFar.counts = addCounts(soFar.counts, committed);
      });
      // Fails where the connection that holds the lock is gone.
      await tx.unsafe('select');
      progress.update({
        rowsRead: batch.end.rows,
        rowsRejected: soFar.counts.rejected,
        emptyRows: soFar.counts.emptyRows,
        bytesRead: opened.bytesRead(),
      });
    }
    return opened.file;
  } catch (error) {
    throw new StepFailure(error, { file: opened.file });
  } finally {
    await opened.body.return(undefined);
  }
}

async function loadBatch(
  run: Run,
  lane: Connection,
  opened: OpenedUpload,
  batch: Batch,
  takesCopy: boolean,
): Promise<Counts> {
  const { attempt, definition } = run;
  const load = (staged: boolean) =>
    inTransaction(lane, async (tx) => {
      await boundLockWaits(tx);
      await applySettings(tx, definition, run.values);
      const loaded = await loadRows(tx, definition, opened, { staged }, async (copy) => {
        for (const bytes of batch.accepted) await copy.write(bytes);
        return { accepted: batch.acceptedRows, ascii: batch.ascii };
      });
      const refused = refusedRows(loaded, batch);
      const { read, rejected, emptyRows } = batch;
      const committed = { ...loaded.counts, read, rejected: rejected + refused.length, emptyRows };
      assertCounts(committed, definition.mode);
      const { start, end, commentLines } = batch;
      await enterCheckpoint(tx, attempt, { start, end, counts: committed, commentLines, refused });
      return committed;
    });
  try {
    const staged = definition.mode !== 'append' || !takesCopy;
    return await load(staged).catch((error: unknown) => {
      if (staged || !(refusesRows(error) || isDeadlock(error))) throw error;
      return load(true);
    });
  } catch (error) {
    if (!(error instanceof RowsRefused)) throw error;
    throw new ImportFailure(
      'ConstraintViolated',
      `The batch of rows ${batch.start.rows + 1} to ${batch.end.rows}, which begins in line ${batch.start.line}, cannot be loaded: ${describeRows(error.violations, batch)}${error.violations.reason}.`,
      { cause: error },
    );
  }
}

const SHOWN_ROWS = 5;

/** Which rows of a batch are at fault, as far as that was found. */
function describeRows({ ordinals, notTheRows }: Violations, batch: Batch): string {
  if (notTheRows) return 'no single row is at fault: ';
  if (ordinals.size === 0) return 'its rows cannot be told apart: ';
  const shown = Array.from(ordinals).slice(0, SHOWN_ROWS).map(batch.rowOf);
  return `rows ${shown.join(', ')}, perhaps others too: `;
}

/** The rows of a batch that the database refused, by their numbers in the file. */
function refusedRows({ refused }: Loaded, batch: Batch): RefusedRow[] {
  return refused.flatMap(({ ordinals, code, columns, reason }) =>
    Array.from(ordinals, (ordinal) => ({ row: batch.rowOf(ordinal), code, columns, reason })),
  );
}

/** Writes the reject files from the file and from what the checkpoints say of it. */
async function rewriteRejects(
  run: Run,
  refused: Map<number, RefusedRow>,
  rejected: number,
): Promise<Pick<Findings, 'file' | 'rejects'>> {
  const { scanned, file, rejects } = await writeRejects(run, (_, row) => refused.get(row));
  if (scanned.rejected === rejected) return { file, rejects };
  throw new StepFailure(
    new ImportFailure(
      'CountsDisagree',
      `The checkpoints say that ${rejected} rows are rejected, but ${scanned.rejected} were found in the file.`,
    ),
    { file, rejects },
  );
}

/** Every byte between the first row and the last is in exactly one batch. */
function assertNoGap(done: readonly Checkpoint[]): void {
  for (const [index, { startOffset, firstRow }] of done.entries()) {
    const before = done[index - 1];
    const expected = before === undefined ? null : before.endOffset;
    const row = before === undefined ? 1 : before.firstRow + before.rowsRead;
    if ((expected !== null && startOffset !== expected) || firstRow !== row) {
      throw new ImportFailure(
        'CountsDisagree',
        `The batches do not join: row ${firstRow} at byte ${startOffset} comes after row ${row - 1}, which ends at byte ${expected ?? 0}.`,
      );
    }
  }
}
