import { ImportFailure } from '../contract/failures.ts';
import { type Counts, noCounts } from '../contract/report.ts';
import { loadRows, RowsRefused } from './load/load-rows.ts';
import { checkTargetTable, isTableEmpty } from './load/target-table.ts';
import type { Transaction } from './load/transaction.ts';
import type { Violations } from './load/violations.ts';
import { judgeRejects } from './reject-policy.ts';
import { RejectFiles } from './results/reject-files.ts';
import { openRun, type Run } from './run.ts';
import { type ScanResult, scanUpload } from './scan-upload.ts';
import { writeRejects } from './write-rejects.ts';

/**
 * Loads a whole upload inside the caller's transaction.
 *
 * Where every row can only be new (`append`, or a table that is empty), rows are copied straight into the table. If
 * the database refuses one of them, that is thrown as it comes, and the caller tries again with `staged`: through a
 * staging table, in which the rows at fault can be found.
 *
 * @throws ImportFailure `RowsRejected` or `ConstraintViolated` when more rows are refused than the import allows
 */
export async function loadFile(run: Run, tx: Transaction, staged: boolean): Promise<Counts> {
  const { definition, attempt, importer, progress, known } = run;
  const opened = await openRun(run);
  const rejects = new RejectFiles(run.results, attempt, opened.header);
  let scanned: ScanResult = { read: 0, accepted: 0, rejected: 0 };
  try {
    await checkTargetTable(tx, definition, opened.filled);
    const onlyNew = definition.mode === 'append' || (await isTableEmpty(tx, definition));
    progress.update({ phase: 'loading' });
    const { counts, refused } = await loadRows(
      tx,
      definition,
      opened,
      { staged: staged || !onlyNew, dryRun: attempt.dryRun },
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
    const setAside = refused.reduce((sum, { ordinals }) => sum + ordinals.length, 0);
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
  const what = refused.map((violations) => describeLines(violations, lines.get(violations) ?? []));
  if (refused.every(({ code }) => code === 'duplicate_key')) {
    throw new ImportFailure('RowsRejected', `${verdict.text}. ${what.join(' ')}`);
  }
  throw new ImportFailure('ConstraintViolated', what.join(' '));
}

/** A failure for rows that cannot be told apart, or are too many to be set aside; those that are known are told. */
async function explainRefusal(run: Run, error: RowsRefused): Promise<ImportFailure> {
  const { violations } = error;
  const known = violations.ordinals.length > 0;
  const lines = known ? (await writeRejects(run, byOrdinal([violations]))).lines : null;
  return new ImportFailure('ConstraintViolated', describeLines(violations, lines?.get(violations) ?? []), {
    cause: error,
  });
}

function byOrdinal(refused: readonly Violations[]): (ordinal: number) => Violations | undefined {
  const found = new Map<number, Violations>();
  for (const violations of refused) {
    for (const ordinal of violations.ordinals) found.set(ordinal, violations);
  }
  return (ordinal) => found.get(ordinal);
}

const SHOWN_LINES = 5;

function describeLines({ reason }: Violations, lines: readonly number[]): string {
  const shown = lines.slice(0, SHOWN_LINES).join(', ');
  const more = lines.length > SHOWN_LINES ? ` and ${lines.length - SHOWN_LINES} more` : '';
  const where =
    lines.length === 0
      ? 'The rows could not be told apart'
      : `${lines.length === 1 ? 'Line' : 'Lines'} ${shown}${more}`;
  return `${where}: ${reason}.`;
}
