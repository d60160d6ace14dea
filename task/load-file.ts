import { insertsRows, type TableImport } from '../contract/definition/define-import.ts';
import { type FailureName, ImportFailure } from '../contract/failures.ts';
import { rowProblems } from '../contract/reject-codes.ts';
import { noCounts } from '../contract/report.ts';
import { type Findings, StepFailure } from './findings.ts';
import { checkOtherValues } from './load/check-values.ts';
import type { CopyIn } from './load/copy.ts';
import { qualified } from './load/identifier.ts';
import { type Fed, type Loaded, loadRows, RowsRefused } from './load/load-rows.ts';
import type { Slot } from './load/lock-waits.ts';
import { judgeRejects, mostRead } from './load/reject-policy.ts';
import { tryMergeAlone } from './load/table-locks.ts';
import { checkTargetTable, isTableEmpty } from './load/target-table.ts';
import type { Transaction } from './load/transaction.ts';
import type { Violations } from './load/violations.ts';
import type { OpenedUpload } from './open-upload.ts';
import { RejectFiles } from './results/reject-files.ts';
import { openRun, type Run } from './run.ts';
import { type RowSink, type ScanResult, scanUpload } from './scan-upload.ts';
import { type FoundLines, tellUnwritten, type WrittenRejects, writeRejects } from './write-rejects.ts';

/**
 * Loads a whole upload inside the caller's transaction.
 *
 * Where every row can only be new (`append`, or a table that is empty), rows are copied straight into the table. If
 * the database refuses one of them, that is thrown as it comes, and the caller tries again with `staged`: through a
 * staging table, in which the rows at fault can be found.
 *
 * @param slot given back while a lock of another session is in the way of the merge
 * @throws StepFailure for whatever ends it; `RowsRejected` or `ConstraintViolated` when more rows are rejected than the
 *   import allows
 */
export async function loadFile(run: Run, tx: Transaction, staged: boolean, slot: Slot): Promise<Findings> {
  const opened = await openRun(run);
  const rejects = new RejectFiles(run.results, run.attempt, opened, run.definition.rejects.maxWritten);
  /** What has been found out by now. */
  let found: Pick<Findings, 'file'> & Partial<Findings> = { file: opened.file };
  try {
    const loaded = await loadOpened(run, tx, { staged, slot }, opened, async (copy) => {
      const scanned = await scanInto(run, opened, rejects, copy);
      const { read, rejected, emptyRows } = scanned;
      const counts = { ...noCounts, read, rejected, emptyRows };
      found = { ...found, counts };
      const written = await rejects.close(scanned.readTo);
      found = { ...found, rejects: written };
      const verdict = judgeRejects(run.definition, scanned);
      if (verdict.tooMany) {
        const text = tellUnwritten(`${verdict.text}.`, { counts, rejects: written });
        throw new ImportFailure('RowsRejected', text);
      }
      run.progress.update({ phase: 'merging' });
      return scanned;
    });
    const { counts, refused, fed } = loaded;
    const byDatabase = refused.reduce((sum, { ordinals }) => sum + ordinals.size, 0);
    const rejected = fed.rejected + byDatabase;
    const written = refused.length === 0 ? null : await rewriteRejects(run, refused, rejected);
    return {
      file: opened.file,
      rejects: written?.rejects ?? found.rejects ?? null,
      counts: { read: fed.read, ...counts, rejected, emptyRows: fed.emptyRows },
      inBatches: false,
    };
  } catch (error) {
    const reason =
      error instanceof RowsRefused
        ? await explainRefusal(run, error).catch((other: unknown) => other)
        : error;
    throw new StepFailure(reason, found);
  } finally {
    rejects.discard();
    await opened.body.return(undefined);
  }
}

function scanInto(
  { attempt, definition, importer, progress }: Run,
  opened: OpenedUpload,
  rejects: RejectFiles,
  copy: CopyIn,
): Promise<ScanResult> {
  const sink: RowSink = {
    accept: (bytes) => copy.write(bytes),
    progress: (counters) => {
      importer.signal.throwIfAborted();
      progress.update(counters);
    },
  };
  return scanUpload(opened, attempt.upload, rejects, sink, {
    mostRejects: mostRead(definition),
    format: opened.file.copyFormat,
  });
}

async function loadOpened<F extends Fed>(
  { definition, attempt, progress, locks, marks }: Run,
  tx: Transaction,
  { staged, slot }: { staged: boolean; slot: Slot },
  opened: OpenedUpload,
  feed: (copy: CopyIn) => Promise<F>,
): Promise<Loaded<F>> {
  const target = await checkTargetTable(tx, definition, opened.filled);
  await checkOtherValues(tx, definition, opened.values);
  const onlyNew =
    definition.mode === 'append' || (insertsRows(definition.mode) && (await fillsEmptyTable(tx, definition)));
  progress.update({ phase: 'loading' });
  const options = {
    staged: staged || !onlyNew || !target.takesCopy,
    dryRun: attempt.dryRun,
    retryMerge: <T>(merge: () => Promise<T>) => locks.retrying(slot, merge),
  };
  return loadRows(tx, definition, { ...opened, marks }, options, feed);
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
 * @throws StepFailure when the import does not allow so many
 */
async function rewriteRejects(
  run: Run,
  refused: readonly Violations[],
  rejected: number,
): Promise<WrittenRejects<Violations>> {
  const written = await writeRejects(run, byOrdinal(refused));
  const { lines, scanned, file, counts, rejects } = written;
  const failed = (name: FailureName, text: string) =>
    new StepFailure(new ImportFailure(name, text), { file, counts, rejects });
  if (scanned.rejected !== rejected) {
    throw failed(
      'CountsDisagree',
      `${rejected} rows were rejected, but ${scanned.rejected} were found in the file again.`,
    );
  }
  const verdict = judgeRejects(run.definition, scanned);
  if (!verdict.tooMany) return written;
  const what = refused.map((violations) => describeLines(violations, lines.get(violations)));
  throw refused.every(({ code }) => code in rowProblems)
    ? failed('RowsRejected', tellUnwritten(`${verdict.text}. ${what.join(' ')}`, written))
    : failed('ConstraintViolated', tellUnwritten(what.join(' '), written));
}

/** The failure for rows that cannot be told apart, or are too many to be set aside; those that are known are told. */
async function explainRefusal(run: Run, error: RowsRefused): Promise<Error> {
  const { violations } = error;
  const failed = (text: string) => new ImportFailure('ConstraintViolated', text, { cause: error });
  if (violations.ordinals.size === 0) return failed(describeLines(violations, undefined));
  const { lines, file, counts, rejects } = await writeRejects(run, byOrdinal([violations]));
  const text = tellUnwritten(describeLines(violations, lines.get(violations)), { counts, rejects });
  return new StepFailure(failed(text), { file, counts, rejects });
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
