import { describeTable, type TableImport } from '../contract/definition/define-import.ts';
import type { Attempt } from '../contract/environment.ts';
import { ImportFailure, reportFailure } from '../contract/failures.ts';
import { noCounts, type Report } from '../contract/report.ts';
import { awaitSlot, leaveQueue } from './await-slot.ts';
import { type Findings, findingsOf, reasonOf, StepFailure } from './findings.ts';
import { readCheckpoints, sumCheckpoints } from './ledger/checkpoints.ts';
import { decide } from './ledger/decide.ts';
import { countsOf, enterImported, enterNothingToLoad, LedgerJournal, lockKey } from './ledger/ledger.ts';
import { migrateLedger } from './ledger/migrate.ts';
import { Slots } from './ledger/slots.ts';
import type { Connection } from './load/connection.ts';
import { assertCounts } from './load/counts.ts';
import { databaseFailure, refusesRows } from './load/database-failure.ts';
import { StagingNeeded } from './load/load-rows.ts';
import { boundLockWaits, isDeadlock, isLockTimeout, LockWaits, type Slot } from './load/lock-waits.ts';
import { applySettings } from './load/scope.ts';
import { Sessions } from './load/sessions.ts';
import { resolveSchema } from './load/target-table.ts';
import { inTransaction, type Transaction } from './load/transaction.ts';
import { loadBatches } from './load-batches.ts';
import { loadFile } from './load-file.ts';
import { logFailure } from './log-failure.ts';
import { composeReport, type Ending } from './results/compose-report.ts';
import { ProgressJournal } from './results/progress-journal.ts';
import { ResultsStore } from './results/results-store.ts';
import type { Importer, Run } from './run.ts';
import { readRowValues, uploadValues } from './upload-values.ts';

/**
 * Imports one upload: the story of a run, from the environment to the report.
 *
 * Rows and the ledger's word that they are in commit in one transaction: of the whole file, or of each batch. So it
 * does not matter where this dies or how often it is started: whoever comes next asks the ledger.
 *
 * Never throws for a run that failed: the report, which is also written to S3, says so.
 *
 * @throws ImportFailure only when the report itself cannot be written
 */
export async function importUpload(
  attempt: Attempt,
  definition: TableImport,
  importer: Importer,
): Promise<Report> {
  const startedAt = new Date();
  const results = new ResultsStore(importer.s3, attempt.resultsBucket);
  const { table, ending } = await carryOut(attempt, definition, importer, results, startedAt);
  const context = { table, mode: definition.mode, log: importer.log ?? null };
  const report = composeReport(attempt, context, ending, startedAt);
  await results.writeReport(report).catch(async (error: unknown) => {
    // To the workflow that is a failed attempt, and one that failed holds up nobody.
    if (ending.outcome === 'queued') await leaveQueue(importer.database, attempt);
    throw error;
  });
  return report;
}

async function carryOut(
  attempt: Attempt,
  definition: TableImport,
  importer: Importer,
  results: ResultsStore,
  startedAt: Date,
): Promise<{ table: string; ending: Ending }> {
  const { database, logger, signal } = importer;
  const sessions = new Sessions(database, attempt.attempt);
  // A dry run leaves nothing behind, not even in the ledger.
  const ledger = attempt.dryRun ? null : new LedgerJournal(sessions.status.statements, attempt);
  const progress = new ProgressJournal(results, ledger, attempt, startedAt, logger);
  const locks = new LockWaits({
    sql: sessions.status.statements,
    loaderName: sessions.loaderName,
    limitMinutes: definition.lockWaitMinutes,
    signal,
    onWait: (phase) => progress.wait(phase),
  });
  const run: Run = {
    attempt,
    definition,
    importer,
    results,
    progress,
    locks,
    sessions,
    values: [],
    marks: null,
  };
  const loading = new Loading(run, ledger);
  const release = () => {
    if (!loading.isCommitting) sessions.letGo();
  };
  signal.addEventListener('abort', release, { once: true });
  try {
    signal.throwIfAborted();
    await sessions.begin();
    await migrateLedger(sessions.status);
    await sessions.learnRepertoire();
    run.definition = await resolveSchema(sessions.status.statements, definition);
    logger.info(`importing into ${describeTable(run.definition)}`);
    await ledger?.begin();
    Object.assign(run, await readRowValues(run, startedAt));
    await ledger?.enterValues(uploadValues(run.values));
    progress.start();
    locks.start();
    return { table: describeTable(run.definition), ending: await loading.carryOut() };
  } catch (error) {
    const { file = null, rejects = null, counts: found = noCounts, inBatches = false } = findingsOf(error);
    // Asked, since the reply to a batch's COMMIT may be what was lost.
    const committed = inBatches
      ? await readCheckpoints(sessions.status.statements, attempt.runId).then(sumCheckpoints, () => found)
      : noCounts;
    const reason = reasonOf(error);
    const stopped = signal.aborted && !loading.isCommitting;
    const failure = stopped ? stoppedFailure(reason, signal, committed.read > 0) : databaseFailure(reason);
    logFailure(logger, failure);
    const { read, rejected, emptyRows } = found;
    const counts = inBatches ? committed : { ...noCounts, read, rejected, emptyRows };
    await progress.leaveLedger();
    await ledger?.failed(failure, counts, rejects).catch((unwritten: unknown) => {
      const { name, message } = databaseFailure(unwritten);
      logger.warn(`the failure could not be entered in the ledger: ${name}: ${message}`);
    });
    return {
      table: describeTable(run.definition),
      ending: { ...nothing, outcome: 'failed', counts, file, rejects, failure: reportFailure(failure) },
    };
  } finally {
    signal.removeEventListener('abort', release);
    locks.stop();
    await progress.stop();
    await sessions.close();
  }
}

/** From the lock on the key to the COMMIT that says `imported`. */
class Loading {
  readonly #run: Run;
  readonly #ledger: LedgerJournal | null;
  /** From here on a stop waits for the COMMIT, so that the report knows what became of it. */
  #committing = false;

  constructor(run: Run, ledger: LedgerJournal | null) {
    this.#run = run;
    this.#ledger = ledger;
  }

  get isCommitting(): boolean {
    return this.#committing;
  }

  async carryOut(): Promise<Ending> {
    const { attempt, definition, importer, progress, sessions } = this.#run;
    const slots = new Slots(sessions.status.statements, attempt, {
      stack: importer.maxConcurrentRuns ?? null,
      import: definition.maxConcurrentRuns,
    });
    const { loader, slotWait } = await awaitSlot(slots, {
      connect: () => sessions.connectLoader(),
      polls: importer.polls ?? null,
      patience: importer.patience,
      signal: importer.signal,
      onWait: () => progress.update({ phase: 'queued' }),
    });
    if (slotWait !== null) return { ...nothing, outcome: 'queued', counts: noCounts, slotWait };
    progress.update({ phase: 'starting' });
    const slotOf = (session: Connection): Slot => ({
      giveBack: () => slots.giveBack(session),
      takeAgain: () => this.#takeAgain(slots, session),
    });
    let staged = false;
    /** Of tries before, for one that fails before it has found out as much. */
    let before: Partial<Findings> = {};
    const attemptOnce = () =>
      this.#transaction(loader, staged, slotOf).catch((error: unknown) => {
        before = { ...before, ...findingsOf(error) };
        throw new StepFailure(error, before);
      });
    const retried = this.#run.locks.retrying(slotOf(loader), async () => {
      try {
        return await attemptOnce();
      } catch (error) {
        const reason = reasonOf(error);
        const again =
          !staged && (refusesRows(reason) || isDeadlock(error) || reason instanceof StagingNeeded);
        // Rows were copied straight into the table: once more, staged, to learn which of them are refused, or so that
        // nothing is read again when a lock is in the way of the merge.
        staged ||= again || isLockTimeout(error);
        if (!again) throw error;
        return await attemptOnce();
      }
    });
    return await retried.catch((error: unknown) => {
      throw new StepFailure(error, before);
    });
  }

  async #takeAgain(slots: Slots, session: Connection): Promise<void> {
    const { importer, progress } = this.#run;
    await awaitSlot(slots, {
      connect: () => session,
      polls: null,
      signal: importer.signal,
      onWait: () => progress.wait('queued'),
    });
    progress.wait(null);
  }

  async #transaction(
    loader: Connection,
    staged: boolean,
    slotOf: (session: Connection) => Slot,
  ): Promise<Ending> {
    const { attempt, definition, importer, progress } = this.#run;
    const values = uploadValues(this.#run.values);
    const dryRun = new DryRunEnd();
    /** What is loaded, whether or not the COMMIT succeeds. */
    let loaded: Findings | null = null;
    try {
      return await inTransaction(loader, async (tx) => {
        await lockKey(tx, attempt, importer.lockWaitSeconds);
        const verdict = await decide(tx, attempt, definition, values);
        if (verdict.kind !== 'load') {
          await progress.leaveLedger();
          const counts =
            verdict.kind === 'superseded'
              ? sumCheckpoints(await readCheckpoints(tx, attempt.runId))
              : countsOf(verdict.by);
          if (!attempt.dryRun) await enterNothingToLoad(tx, attempt, verdict, counts);
          return { ...nothing, outcome: verdict.kind, byRunId: verdict.by.runId, counts };
        }
        await this.#ledger?.loading(verdict, values);
        await boundLockWaits(tx);
        await applySettings(tx, definition, this.#run.values);
        loaded = await this.#load(tx, staged, slotOf({ ...loader, statements: tx }));
        const { counts, file, rejects } = loaded;
        assertCounts(counts, definition.mode);
        const ending: Ending = { ...nothing, outcome: 'imported', counts, file, rejects };
        if (attempt.dryRun) throw dryRun.with(ending);
        await progress.leaveLedger();
        if (!(await enterImported(tx, attempt, counts, rejects))) {
          throw new ImportFailure('UnexpectedError', `The ledger has no row for run ${attempt.runId}.`);
        }
        importer.signal.throwIfAborted();
        this.#committing = true;
        return ending;
      });
    } catch (error) {
      if (error === dryRun) return dryRun.ending!;
      throw loaded === null ? error : new StepFailure(error, loaded);
    }
  }

  /** What a dry run would do is known only where nothing commits on the way. */
  async #load(tx: Transaction, staged: boolean, slot: Slot): Promise<Findings> {
    const { attempt, definition } = this.#run;
    if (attempt.dryRun) return loadFile(this.#run, tx, staged, slot);
    const done = await readCheckpoints(tx, attempt.runId);
    if (definition.commit === 'file' && done.length === 0) return loadFile(this.#run, tx, staged, slot);
    await this.#ledger?.writing();
    return loadBatches(this.#run, tx, done, () => this.#run.sessions.connectLane());
  }
}

const nothing = { byRunId: null, file: null, rejects: null, failure: null, slotWait: null } as const;

function stoppedFailure(cause: unknown, { reason }: AbortSignal, batchesCommitted: boolean): ImportFailure {
  return new ImportFailure(
    'ImporterStopped',
    `The importer was told to stop (${reason.message}); ${batchesCommitted ? 'the batches that are in stay, and the next attempt resumes behind them' : 'nothing was committed'}.`,
    { cause },
  );
}

/** Rolls a dry run's transaction back, carrying its result out. */
class DryRunEnd extends Error {
  ending: Ending | undefined;

  with(ending: Ending): this {
    this.ending = { ...ending, outcome: 'dry-run' };
    return this;
  }
}
