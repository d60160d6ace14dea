import { createHash } from 'node:crypto';
import { and, desc, eq, gt, isNotNull, ne, or, sql as raw } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import type { TableImport } from '../../contract/define-import.ts';
import type { Attempt } from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts, Progress, Report } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { describeUpload, sortableSequencer, type Upload, versionOf } from '../../contract/upload.ts';
import { plainQuotes } from '../load/repertoire.ts';
import type { Transaction } from '../load/transaction.ts';
import { type LedgerRun, runs } from './schema.ts';

/** Not the transaction's beginning, as now() would be. */
const now = raw`clock_timestamp()`;

/** What the ledger knows of a run before it loads anything. */
export type Verdict =
  | { kind: 'load' }
  /** The rows are in: by this run itself, or by an earlier upload of the same bytes under the same key. */
  | { kind: 'already-imported'; by: LedgerRun }
  /** A later version of the same key was loaded already. */
  | { kind: 'superseded'; by: LedgerRun };

/**
 * Locks (import, bucket, key) until the end of the transaction, so that attempts for the same key come one after
 * the other. The lock belongs to the very transaction that commits the rows: it cannot be lost before them.
 *
 * @throws ImportFailure `RunLocked` when another attempt holds it for longer than `waitSeconds`
 */
export async function lockKey(tx: Transaction, attempt: Attempt, waitSeconds: number): Promise<void> {
  const lock = keyLock(attempt);
  await tx`select set_config('lock_timeout', ${`${waitSeconds}s`}, true)`;
  try {
    await tx`select pg_advisory_xact_lock(${lock.toString()}::bigint)`;
  } catch (error) {
    // lock_not_available
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new ImportFailure(
      'RunLocked',
      `Another attempt has been importing ${describeUpload(attempt.upload)} for more than ${waitSeconds} s.`,
      { cause: error },
    );
  }
  await tx`select set_config('lock_timeout', '0', true)`;
}

/** The advisory lock of (import, bucket, key). */
export function keyLock({ importName, upload }: Attempt): bigint {
  const identity = JSON.stringify([importName, upload.bucket, upload.key]);
  return createHash('sha256').update(identity).digest().readBigInt64BE();
}

/** Asks the ledger what there is to do; call it under {@link lockKey}. */
export async function decide(tx: Transaction, attempt: Attempt, definition: TableImport): Promise<Verdict> {
  const ledger = drizzle(tx);
  const { upload, importName, runId } = attempt;
  const imported = and(sameKeyAs(importName, upload), eq(runs.status, 'imported'));

  const [own] = await ledger.select().from(runs).where(eq(runs.runId, runId));
  if (own?.status === 'imported') return { kind: 'already-imported', by: own };

  const inOrder = raw`${runs.sequencer} collate "C"`;
  // An event that somebody made by hand has none; the run's entry has S3's own, where that event came before.
  const sequencer = upload.sequencer === '' ? (own?.sequencer ?? '') : sortableSequencer(upload.sequencer);
  if (sequencer !== '') {
    const [later] = await ledger
      .select()
      .from(runs)
      .where(and(imported, gt(inOrder, sequencer)))
      .orderBy(desc(inOrder))
      .limit(1);
    if (later !== undefined) return { kind: 'superseded', by: later };
  }

  // Equal bytes: appended once they are never appended again; in the other modes only the last load counts, since
  // A, B, A again must end with A.
  const others = await ledger
    .select()
    .from(runs)
    .where(and(imported, ne(runs.runId, runId)))
    .orderBy(desc(inOrder), desc(runs.endedAt));
  const candidates = definition.mode === 'append' ? others : others.slice(0, 1);
  const same = candidates.find((run) => run.etag === upload.etag && run.size === upload.size);
  if (same !== undefined) return { kind: 'already-imported', by: same };
  return { kind: 'load' };
}

/** The ledger outside of the transaction that loads: what the application sees while a run lasts. */
export class LedgerJournal {
  readonly #ledger: PostgresJsDatabase;
  readonly #attempt: Attempt;

  constructor(sql: Sql, attempt: Attempt) {
    this.#ledger = drizzle(sql);
    this.#attempt = attempt;
  }

  /** Enters the attempt. What an earlier attempt has imported is left as it is. */
  async begin(): Promise<void> {
    const { upload, ...attempt } = this.#attempt;
    const current = {
      lastAttempt: attempt.attempt,
      executionArn: attempt.executionArn,
      reportKey: storageKeys.report(attempt.runId, attempt.attempt),
      updatedAt: now,
    };
    await this.#ledger
      .insert(runs)
      .values({
        runId: attempt.runId,
        import: attempt.importName,
        bucket: upload.bucket,
        key: upload.key,
        version: versionOf(upload),
        etag: upload.etag,
        size: upload.size,
        sequencer: upload.sequencer === '' ? '' : sortableSequencer(upload.sequencer),
        status: 'queued',
        attempts: 1,
        ...current,
      })
      .onConflictDoUpdate({
        target: runs.runId,
        set: {
          ...current,
          attempts: raw`${runs.attempts} + 1`,
          // Where an event that was made by hand came first, S3's own tells the order.
          sequencer: raw`coalesce(nullif(${runs.sequencer}, ''), excluded.sequencer)`,
          status: raw`case when ${runs.status} = 'imported' then ${runs.status} else 'queued' end`,
        },
      });
  }

  /**
   * Enters, by whom has the lock of the key, that the load begins: numbers of an earlier attempt give way, and no
   * batch of any other attempt on this key commits from now on ({@link enterCheckpoint}).
   */
  async loading(): Promise<void> {
    const { attempt, importName, runId, upload } = this.#attempt;
    await this.#ledger
      .update(runs)
      .set({ loadingAttempt: raw`case when ${runs.runId} = ${runId} then ${attempt} end` })
      .where(
        and(
          sameKeyAs(importName, upload),
          ne(runs.status, 'imported'),
          or(eq(runs.runId, runId), isNotNull(runs.loadingAttempt)),
        ),
      );
    await this.#update({
      ...countColumns(null),
      ...failureColumns(null),
      ...rejectColumns(null),
      status: 'running',
      bytesRead: 0,
      startedAt: raw`now()`,
      endedAt: null,
    });
  }

  async progress({ phase, bytesRead, rowsRead, rowsRejected }: Progress): Promise<void> {
    await this.#update({ phase, bytesRead, rowsRead, rowsRejected });
  }

  /** Enters how the attempt failed. */
  async failed(failure: ImportFailure, counts: Counts, rejects: Report['rejects']): Promise<void> {
    await this.#update({
      ...countColumns(counts),
      ...failureColumns(failure),
      ...rejectColumns(rejects),
      status: 'failed',
      phase: null,
      endedAt: raw`now()`,
    });
  }

  async ended(status: 'already-imported' | 'superseded'): Promise<void> {
    await this.#update({ ...failureColumns(null), status, phase: null, endedAt: raw`now()` });
  }

  /**
   * Only while no other attempt has the row, neither by its lock nor by having started later; and never a row that
   * says `imported`: that word belongs to the loading transaction.
   */
  async #update(values: Parameters<ReturnType<PostgresJsDatabase['update']>['set']>[0]): Promise<void> {
    const { runId, attempt } = this.#attempt;
    await this.#ledger
      .update(runs)
      .set({ ...values, updatedAt: now })
      .where(
        and(
          eq(runs.runId, runId),
          or(eq(runs.loadingAttempt, attempt), eq(runs.lastAttempt, attempt)),
          ne(runs.status, 'imported'),
        ),
      );
  }
}

/**
 * Enters, in the transaction that wrote the rows, that they are in.
 *
 * @returns whether the entry was made: false when the run's row is not this attempt's any more
 */
export async function enterImported(
  tx: Transaction,
  attempt: Attempt,
  counts: Counts,
  rejects: Report['rejects'],
): Promise<boolean> {
  const entered = await drizzle(tx)
    .update(runs)
    .set({
      ...countColumns(counts),
      ...failureColumns(null),
      ...rejectColumns(rejects),
      bytesRead: attempt.upload.size,
      status: 'imported',
      phase: null,
      updatedAt: now,
      endedAt: now,
    })
    .where(and(eq(runs.runId, attempt.runId), ne(runs.status, 'imported')))
    .returning({ runId: runs.runId });
  return entered.length === 1;
}

function sameKeyAs(importName: string, { bucket, key }: Upload) {
  return and(eq(runs.import, importName), eq(runs.bucket, bucket), eq(runs.key, key));
}

/** The counts of an imported run, as they stand in its report. */
export function countsOf(run: LedgerRun): Counts {
  return {
    read: run.rowsRead,
    inserted: run.rowsInserted,
    updated: run.rowsUpdated,
    unchanged: run.rowsUnchanged,
    duplicates: run.rowsDuplicate,
    deleted: run.rowsDeleted,
    rejected: run.rowsRejected,
  };
}

function failureColumns(failure: ImportFailure | null) {
  return {
    failure: failure?.name ?? null,
    failureMessage: failure === null ? null : plainQuotes(failure.message),
    failureBlame: failure?.blame ?? null,
    failureRetryable: failure?.retryable ?? null,
    failureAdvice: failure === null ? null : plainQuotes(failure.advice),
  };
}

function rejectColumns(rejects: Report['rejects']) {
  return { rejectErrorsKey: rejects?.errorsKey ?? null, rejectedRowsKey: rejects?.rowsKey ?? null };
}

function countColumns(counts: Counts | null) {
  return {
    rowsRead: counts?.read ?? 0,
    rowsInserted: counts?.inserted ?? 0,
    rowsUpdated: counts?.updated ?? 0,
    rowsUnchanged: counts?.unchanged ?? 0,
    rowsDuplicate: counts?.duplicates ?? 0,
    rowsDeleted: counts?.deleted ?? 0,
    rowsRejected: counts?.rejected ?? 0,
  };
}
