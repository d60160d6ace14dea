import type { TableImport } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { type Counts, noCounts } from '../contract/report.ts';
import { qualified } from './load/identifier.ts';
import { loadRows, RowsRefused } from './load/load-rows.ts';
import type { Slot } from './load/lock-waits.ts';
import { judgeRejects } from './load/reject-policy.ts';
import { tryMergeAlone } from './load/table-locks.ts';
import { checkTargetTable, isTableEmpty } from './load/target-table.ts';
import type { Transaction } from './load/transaction.ts';
import type { Violations } from './load/violations.ts';
import { RejectFiles } from './results/reject-files.ts';
import { openRun, type Run } from './run.ts';
import { type ScanResult, scanUpload } from './scan-upload.ts';
import { type FoundLines, writeRejects } from './write-rejects.ts';

/**
 * Loads a whole upload inside the caller's transaction.
 *
 * Where every row can only be new (`append`, or a table that is empty), rows are copied straight into the table. If
 * the database refuses one of them, that is thrown as it comes, and the caller tries again with `staged`: through a
 * staging table, in which the rows at fault can be found.
 *
 * @param slot given back while a lock of another session is in the way of the merge
 * @throws ImportFailure `RowsRejected` or `ConstraintViolated` when more rows are refused than the import allows
 */
export async function loadFile(run: Run, tx: Transaction, staged: boolean, slot: Slot): Promise<Counts> {
  const { definition, attempt, importer, progress, locks, known } = run;
  const opened = await openRun(run);
  const rejects = new RejectFiles(run.results, attempt, opened.header);
  let scanned: ScanResult = { read: 0, accepted: 0, rejected: 0 };
  try {
    const target = await checkTargetTable(tx, definition, opened.filled);
    const onlyNew = definition.mode === 'append' || (await fillsEmptyTable(tx, definition));
    progress.update({ phase: 'loading' });
    const { counts, refused } = await loadRows(
      tx,
      definition,
      opened,
      {
        staged: staged || !onlyNew || !target.takesCopy,
        dryRun: attempt.dryRun,
        retryMerge: (merge) => locks.retrying(slot, merge),
      },
      async (copy) => {
        scanned = await scanUpload(opened, attempt.upload, rejects, {
          accept: (bytes) => copy.write(bytes),
          progress: (counters) => {
            importer.signal.throwIfAborted();
            progress.update(counters);
          },
        });
        known.counts = { ...noCounts, read: scanned.read, rejected: scanned.rejected };
        known.rejects = await rejects.close();
        const verdict = judgeRejects(definition, scanned);
        if (verdict.tooMany) throw new ImportFailure('RowsRejected', `${verdict.text}.`);
        progress.update({ phase: 'merging' });
        return scanned.accepted;
      },
    );
    const setAside = refused.reduce((sum, { ordinals }) => sum + ordinals.size, 0);
    const rejected = scanned.rejected + setAside;
    if (refused.length > 0) await tellRefused(run, refused, rejected);
    return { read: scanned.read, ...counts, rejected };
  } catch (error) {
    if (!(error instanceof RowsRefused)) throw error;
    throw await explainRefusal(run, error);
  } finally {
    rejects.discard();
    await opened.body.return(undefined);
  }
}

/**
 * Whether the table is empty and, for a `replace`, will be until rows are copied, as far as other imports go: of two that
 * find it empty, one would leave the other's rows.
 */
async function fillsEmptyTable(tx: Transaction, definition: TableImport): Promise<boolean> {
  if (!(await isTableEmpty(tx, definition))) return false;
  if (definition.mode !== 'replace') return true;
  const target = qualified(definition.schema, definition.tableName);
  return (await tryMergeAlone(tx, target)) && isTableEmpty(tx, definition);
}

/**
 * Writes the reject files again, with the rows that only the database could tell to be wrong.
 *
 * @throws ImportFailure when the import does not allow so many
 */
async function tellRefused(run: Run, refused: readonly Violations[], rejected: number): Promise<void> {
  const { lines, scanned } = await writeRejects(run, byOrdinal(refused));
  if (scanned.rejected !== rejected) {
    throw new ImportFailure(
      'CountsDisagree',
      `${rejected} rows were refused, but ${scanned.rejected} were found in the file again.`,
    );
  }
  const verdict = judgeRejects(run.definition, scanned);
  if (!verdict.tooMany) return;
  const what = refused.map((violations) => describeLines(violations, lines.get(violations)));
  if (refused.every(({ code }) => code === 'duplicate_key')) {
    throw new ImportFailure('RowsRejected', `${verdict.text}. ${what.join(' ')}`);
  }
  throw new ImportFailure('ConstraintViolated', what.join(' '));
}

/** A failure for rows that cannot be told apart, or are too many to be set aside; those that are known are told. */
async function explainRefusal(run: Run, error: RowsRefused): Promise<ImportFailure> {
  const { violations } = error;
  const known = violations.ordinals.size > 0;
  const lines = known ? (await writeRejects(run, byOrdinal([violations]))).lines : null;
  return new ImportFailure('ConstraintViolated', describeLines(violations, lines?.get(violations)), {
    cause: error,
  });
}

function byOrdinal(refused: readonly Violations[]): (ordinal: number) => Violations | undefined {
  return (ordinal) => refused.find(({ ordinals }) => ordinals.has(ordinal));
}

function describeLines(
  { reason, more: perhaps, notTheRows }: Violations,
  lines: FoundLines | undefined,
): string {
  if (notTheRows) return `No single row is at fault: ${reason}.`;
  if (lines === undefined) return `The rows could not be told apart: ${reason}.`;
  const { first, count } = lines;
  const others = count > first.length ? ` and ${count - first.length} more` : '';
  return `${count === 1 ? 'Line' : 'Lines'} ${first.join(', ')}${others}${perhaps ? ', perhaps others too' : ''}: ${reason}.`;
}
