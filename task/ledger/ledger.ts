import { createHash } from 'node:crypto';
import {
  and,
  eq,
  inArray,
  isNotNull,
  isNull,
  max,
  ne,
  notInArray,
  or,
  sql as raw,
  type SQL,
} from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import type { Attempt } from '../../contract/environment.ts';
import { failureKind, ImportFailure } from '../../contract/failures.ts';
import type { Counts, Progress, Report } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { describeUpload, sortableSequencer, versionOf } from '../../contract/upload.ts';
import { plainQuotes } from '../load/repertoire.ts';
import type { Transaction } from '../load/transaction.ts';
import { adoptCheckpoints, forgetCheckpoints, takenOver } from './checkpoints.ts';
import type { Verdict } from './decide.ts';
import { endedWell, type LedgerRun, type RunStatus, runs, sameKeyAs, type UploadValues } from './schema.ts';

/** Not the transaction's beginning, as now() would be. */
const now = raw`clock_timestamp()`;

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
          status: raw`case when ${inArray(runs.status, endedWell)} then ${runs.status} else 'queued' end`,
        },
      });
  }

  /** Enters what came with the upload, which is the same for every attempt. */
  async enterValues(values: UploadValues): Promise<void> {
    if (Object.keys(values).length > 0) await this.#update({ uploadValues: values });
  }

  /**
   * Enters, by whom has the lock of the key, that the load begins: numbers of an earlier attempt give way, and no
   * batch of any other attempt on this key commits from now on ({@link enterCheckpoint}).
   *
   * This is another session than the one with the lock. So the caller asks that one something afterwards: if it
   * answers, it had the lock all the while, and nobody can have taken over before this was entered.
   */
  async loading({ checkpoints }: Extract<Verdict, { kind: 'load' }>, values: UploadValues): Promise<void> {
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
    if (checkpoints === 'forget') await forgetCheckpoints(this.#ledger, runId);
    if (checkpoints === 'adopt') await adoptCheckpoints(this.#ledger, this.#attempt, values);
    await this.#update(
      {
        ...countColumns(null),
        ...failureColumns(null),
        ...rejectColumns(null),
        status: 'running',
        bytesRead: 0,
        startedAt: raw`now()`,
        endedAt: null,
      },
      ['imported'],
    );
  }

  /**
   * Enters, by whom has the lock of the key, that batches may commit from now on: the run is the last to write, however
   * it ends. As after {@link loading}, the caller asks the session with the lock something before the first batch.
   *
   * @throws ImportFailure `RunLocked` where another attempt has taken over
   */
  async writing(): Promise<void> {
    if (!(await enterPlace(this.#ledger, this.#attempt, true))) throw takenOver(this.#attempt);
  }

  async progress({ phase, bytesRead, rowsRead, rowsRejected, emptyRows }: Progress): Promise<void> {
    await this.#update({ phase, bytesRead, rowsRead, rowsRejected, rowsEmpty: emptyRows });
  }

  /** Enters how the attempt failed; one that yields to others only where none carries the same run out. */
  async failed(failure: ImportFailure, counts: Counts, rejects: Report['rejects']): Promise<void> {
    const { attempt } = this.#attempt;
    const notElsewhere = or(isNull(runs.loadingAttempt), eq(runs.loadingAttempt, attempt));
    await this.#update(
      {
        ...countColumns(counts),
        ...failureColumns(failure),
        ...rejectColumns(rejects),
        status: 'failed',
        phase: null,
        endedAt: raw`now()`,
      },
      endedWell,
      failureKind(failure.name).yieldsToOther ? notElsewhere : undefined,
    );
  }

  /**
   * Only while no other attempt has the row, neither by its lock nor by having started later; and never a row that
   * says how the run ended well: that word belongs to the transaction with the lock.
   */
  async #update(
    values: Parameters<ReturnType<PostgresJsDatabase['update']>['set']>[0],
    final: RunStatus[] = endedWell,
    condition?: SQL,
  ): Promise<void> {
    const { runId, attempt } = this.#attempt;
    await this.#ledger
      .update(runs)
      .set({ ...values, updatedAt: now })
      .where(
        and(
          eq(runs.runId, runId),
          or(eq(runs.loadingAttempt, attempt), eq(runs.lastAttempt, attempt)),
          notInArray(runs.status, final),
          condition,
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
  const ledger = drizzle(tx);
  const entered = await ledger
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
  return entered.length === 1 && (await enterPlace(ledger, attempt, false));
}

/**
 * Enters, in the transaction that holds the lock of the key, that there is nothing to load. Where the bytes are in
 * already, that is a new word on the key: runs of older uploads are superseded by it as by a load.
 *
 * No batch of any other attempt on this key commits from now on: one whose lock is lost would do so behind it.
 */
export async function enterNothingToLoad(
  tx: Transaction,
  { importName, runId, upload }: Attempt,
  { kind }: Exclude<Verdict, { kind: 'load' }>,
  counts: Counts,
): Promise<void> {
  const ledger = drizzle(tx);
  await ledger
    .update(runs)
    .set({ loadingAttempt: null })
    .where(and(sameKeyAs(importName, upload), ne(runs.status, 'imported'), isNotNull(runs.loadingAttempt)));
  await ledger
    .update(runs)
    .set({
      // The rows of bytes that are in already count once, where they were loaded.
      ...countColumns(kind === 'superseded' ? counts : null),
      ...failureColumns(null),
      ...rejectColumns(null),
      status: kind,
      phase: null,
      updatedAt: now,
      endedAt: now,
    })
    .where(and(eq(runs.runId, runId), notInArray(runs.status, endedWell)));
}

/**
 * Gives the run the last place among those that wrote to its key; call it under {@link lockKey}.
 *
 * @param loading only while the attempt is the one that loads
 * @returns whether the run's row was there
 */
async function enterPlace(
  ledger: PostgresJsDatabase,
  { importName, runId, upload, attempt }: Attempt,
  loading: boolean,
): Promise<boolean> {
  const sameKey = sameKeyAs(importName, upload);
  const before = ledger
    .select({ last: max(runs.wrote) })
    .from(runs)
    .where(sameKey);
  const placed = await ledger
    .update(runs)
    .set({ wrote: raw`coalesce((${before}), 0) + 1` })
    .where(and(eq(runs.runId, runId), loading ? eq(runs.loadingAttempt, attempt) : undefined))
    .returning({ runId: runs.runId });
  // Importers of an older release enter no place; whatever theirs was, it is before this one's from now on.
  await ledger
    .update(runs)
    .set({ wrote: 0 })
    .where(and(sameKey, ne(runs.runId, runId), eq(runs.status, 'imported'), isNull(runs.wrote)));
  return placed.length === 1;
}

/** The counts of an imported run, as they stand in its report. */
export function countsOf(run: LedgerRun): Counts {
  return {
    read: run.rowsRead,
    inserted: run.rowsInserted,
    updated: run.rowsUpdated,
    unchanged: run.rowsUnchanged,
    skipped: run.rowsSkipped,
    duplicates: run.rowsDuplicate,
    deleted: run.rowsDeleted,
    rejected: run.rowsRejected,
    emptyRows: run.rowsEmpty,
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
    rowsSkipped: counts?.skipped ?? 0,
    rowsDuplicate: counts?.duplicates ?? 0,
    rowsDeleted: counts?.deleted ?? 0,
    rowsRejected: counts?.rejected ?? 0,
    rowsEmpty: counts?.emptyRows ?? 0,
  };
}
