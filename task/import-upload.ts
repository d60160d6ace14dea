import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Sql } from 'postgres';
import { describeTable, type ImportDefinition } from '../contract/define-import.ts';
import type { Attempt } from '../contract/environment.ts';
import { ImportFailure, reportFailure } from '../contract/failures.ts';
import { type Counts, noCounts, type Report } from '../contract/report.ts';
import { countsOf, decide, enterImported, LedgerJournal, lockKey } from './ledger/ledger.ts';
import { migrateLedger } from './ledger/migrate.ts';
import { type Connection, connect, type DatabaseTarget } from './load/connect.ts';
import { databaseFailure, refusesRows } from './load/database-failure.ts';
import { loadRows, RowsRefused } from './load/load-rows.ts';
import { checkTargetTable } from './load/target-table.ts';
import { inTransaction, type Transaction } from './load/transaction.ts';
import type { Violations } from './load/violations.ts';
import { logFailure } from './log-failure.ts';
import { type OpenedUpload, openUpload } from './open-upload.ts';
import { composeReport, type Ending } from './results/compose-report.ts';
import { ProgressJournal } from './results/progress-journal.ts';
import { RejectFiles } from './results/reject-files.ts';
import { ResultsStore } from './results/results-store.ts';
import { type ScanResult, scanUpload } from './scan-upload.ts';

export interface Importer {
  s3: S3Client;
  database: DatabaseTarget;
  logger: Logger;
  /** Aborted when the importer is told to stop. */
  signal: AbortSignal;
  /** How long to wait for another attempt on the same key. */
  lockWaitSeconds: number;
}

/** ECS gives 30 s to stop and we promise 10: enough for a database that answers, with time left to report. */
const LET_GO_AFTER_MS = 4_000;

/**
 * Imports one upload: the story of a run, from the environment to the report.
 *
 * Rows and the ledger's word that they are in commit in one transaction, which also holds the lock on the key.
 * So it does not matter where this dies or how often it is started: whoever comes next asks the ledger.
 *
 * Never throws for a run that failed: the report, which is also written to S3, says so.
 *
 * @throws ImportFailure only when the report itself cannot be written
 */
export async function importUpload(
  attempt: Attempt,
  definition: ImportDefinition,
  importer: Importer,
): Promise<Report> {
  const startedAt = new Date();
  const run = new Run(attempt, definition, importer, startedAt);
  const ending = await run.carryOut();
  const report = composeReport(attempt, describeTable(definition), ending, startedAt);
  await run.results.writeReport(report);
  return report;
}

class Run {
  readonly results: ResultsStore;
  readonly #attempt: Attempt;
  readonly #definition: ImportDefinition;
  readonly #importer: Importer;
  readonly #startedAt: Date;
  /** What is known so far, for the report of a run that fails. */
  #file: Report['file'] = null;
  #rejects: Report['rejects'] = null;
  #counts: Counts = noCounts;
  /** From here on a stop waits for the COMMIT, so that the report knows what became of it. */
  #committing = false;

  constructor(attempt: Attempt, definition: ImportDefinition, importer: Importer, startedAt: Date) {
    this.#attempt = attempt;
    this.#definition = definition;
    this.#importer = importer;
    this.#startedAt = startedAt;
    this.results = new ResultsStore(importer.s3, attempt.resultsBucket);
  }

  async carryOut(): Promise<Ending> {
    const { database, logger, signal } = this.#importer;
    const status = connect(database, 'csv-import status');
    const loaderName = `csv-import ${this.#attempt.attempt}`;
    const loader = connect(database, loaderName);
    // A dry run leaves nothing behind, not even in the ledger.
    const ledger = this.#attempt.dryRun ? null : new LedgerJournal(status.sql, this.#attempt);
    const progress = new ProgressJournal(this.results, ledger, this.#attempt, this.#startedAt, logger);
    // Told to stop: end the loading session, and PostgreSQL rolls back whatever is under way. From outside, since a
    // backend in the middle of a statement does not see that its client has gone, and would go on holding the lock.
    const letGo = () => {
      if (this.#committing) return;
      void terminate(status.sql, loaderName).finally(() => loader.sql.end({ timeout: 0 }));
      // A database that does not even answer that must not keep the report from being written.
      setTimeout(() => {
        void loader.sql.end({ timeout: 0 });
        void status.sql.end({ timeout: 0 });
      }, LET_GO_AFTER_MS).unref();
    };
    signal.addEventListener('abort', letGo, { once: true });
    try {
      signal.throwIfAborted();
      await migrateLedger(status.sql);
      await ledger?.begin();
      progress.start();
      return await this.#loadUnderLock(loader, ledger, progress);
    } catch (error) {
      const failure =
        signal.aborted && !this.#committing
          ? new ImportFailure(
              'ImporterStopped',
              'The importer was told to stop (SIGTERM); nothing was committed.',
              {
                cause: error,
              },
            )
          : databaseFailure(error);
      logFailure(logger, failure);
      const counts = { ...noCounts, read: this.#counts.read, rejected: this.#counts.rejected };
      // A run that another attempt is carrying out has not failed.
      const entered = failure.name === 'RunLocked' ? undefined : ledger?.failed(failure, counts);
      await entered?.catch((unwritten: unknown) => {
        const { name, message } = databaseFailure(unwritten);
        logger.warn(`the failure could not be entered in the ledger: ${name}: ${message}`);
      });
      return {
        outcome: 'failed',
        byRunId: null,
        counts,
        file: this.#file,
        rejects: this.#rejects,
        failure: reportFailure(failure),
      };
    } finally {
      signal.removeEventListener('abort', letGo);
      await progress.stop();
      // Long enough for a goodbye; whatever hangs is cut.
      await Promise.all([
        status.sql.end({ timeout: status.isClosed() ? 0 : 2 }),
        loader.sql.end({ timeout: loader.isClosed() ? 0 : 2 }),
      ]);
    }
  }

  async #loadUnderLock(
    loader: Connection,
    ledger: LedgerJournal | null,
    progress: ProgressJournal,
  ): Promise<Ending> {
    try {
      return await this.#transaction(loader, ledger, progress, this.#definition.mode !== 'append');
    } catch (error) {
      // An append is copied straight into the table: load it once more, staged, to learn which rows are refused.
      if (this.#definition.mode !== 'append' || !refusesRows(error)) throw await this.#explainRefusal(error);
    }
    try {
      return await this.#transaction(loader, ledger, progress, true);
    } catch (error) {
      throw await this.#explainRefusal(error);
    }
  }

  async #transaction(
    loader: Connection,
    ledger: LedgerJournal | null,
    progress: ProgressJournal,
    staged: boolean,
  ): Promise<Ending> {
    const dryRun = new DryRunEnd();
    try {
      return await inTransaction(loader, async (tx) => {
        await lockKey(tx, this.#attempt, this.#importer.lockWaitSeconds);
        const verdict = await decide(tx, this.#attempt, this.#definition);
        if (verdict.kind !== 'load') {
          const own = verdict.by.runId === this.#attempt.runId;
          if (!own) await ledger?.ended(verdict.kind);
          const counts = verdict.kind === 'superseded' ? noCounts : countsOf(verdict.by);
          return {
            outcome: verdict.kind,
            byRunId: verdict.by.runId,
            counts,
            file: null,
            rejects: null,
            failure: null,
          };
        }
        await ledger?.loading();
        const ending = await this.#load(tx, progress, staged);
        if (this.#attempt.dryRun) throw dryRun.with(ending);
        await progress.leaveLedger();
        if (!(await enterImported(tx, this.#attempt, ending.counts, this.#attempt.upload.size))) {
          throw new ImportFailure('UnexpectedError', `The ledger has no row for run ${this.#attempt.runId}.`);
        }
        this.#importer.signal.throwIfAborted();
        this.#committing = true;
        return ending;
      });
    } catch (error) {
      if (error === dryRun) return dryRun.ending!;
      throw error;
    }
  }

  async #load(tx: Transaction, progress: ProgressJournal, staged: boolean): Promise<Ending> {
    const { upload } = this.#attempt;
    const opened = await this.#open();
    await checkTargetTable(tx, this.#definition, opened.filled);
    const rejects = new RejectFiles(this.results, this.#attempt.runId, opened.header);
    let scanned: ScanResult = { read: 0, accepted: 0, rejected: 0 };
    progress.update({ phase: 'loading' });
    try {
      const merged = await loadRows(tx, this.#definition, opened, staged, async (copy) => {
        scanned = await scanUpload(opened, upload, rejects, {
          accept: (bytes) => copy.write(bytes),
          progress: (counters) => {
            this.#importer.signal.throwIfAborted();
            progress.update(counters);
          },
        });
        this.#counts = { ...noCounts, read: scanned.read, rejected: scanned.rejected };
        this.#rejects = await rejects.close();
        this.#checkRejects(scanned);
        progress.update({ phase: 'merging' });
        return scanned.accepted;
      });
      this.#counts = { read: scanned.read, rejected: scanned.rejected, ...merged };
      assertCounts(this.#counts);
      return {
        outcome: 'imported',
        byRunId: null,
        counts: this.#counts,
        file: this.#file,
        rejects: this.#rejects,
        failure: null,
      };
    } finally {
      rejects.discard();
      await opened.body.return(undefined);
    }
  }

  async #open(): Promise<OpenedUpload> {
    const { upload } = this.#attempt;
    const opened = await openUpload(this.#importer.s3, upload, this.#definition, this.#importer.signal);
    this.#file = {
      encoding: opened.encoding,
      delimiter: opened.delimiter,
      ignoredColumns: opened.ignored,
      bytes: upload.size,
    };
    return opened;
  }

  #checkRejects({ read, rejected }: ScanResult): void {
    const { rejects } = this.#definition;
    const allowed = 'maxRows' in rejects ? rejects.maxRows : (read * rejects.maxPercent) / 100;
    if (rejected <= allowed) return;
    const limit = 'maxRows' in rejects ? `${rejects.maxRows} rows` : `${rejects.maxPercent} % of the rows`;
    throw new ImportFailure(
      'RowsRejected',
      `${rejected} of ${read} rows are refused, and the import allows ${allowed === 0 ? 'none' : `at most ${limit}`}.`,
    );
  }

  /** Turns the rows that the database refused into reject files and a failure that names their lines. */
  async #explainRefusal(error: unknown): Promise<unknown> {
    if (!(error instanceof RowsRefused)) return error;
    const { violations } = error;
    const lines = violations.ordinals.length === 0 ? [] : await this.#rejectViolations(violations);
    const shown = lines.slice(0, 5).join(', ');
    const where =
      lines.length === 0
        ? 'The rows could not be told apart'
        : `${lines.length === 1 ? 'Line' : 'Lines'} ${shown}${lines.length > 5 ? ` and ${lines.length - 5} more` : ''}`;
    return new ImportFailure('ConstraintViolated', `${where}: refused by the database, ${violations.what}.`, {
      cause: error,
    });
  }

  /** Reads the file once more, refusing the rows that the database refused; returns their lines. */
  async #rejectViolations(violations: Violations): Promise<number[]> {
    const { upload } = this.#attempt;
    const opened = await this.#open();
    const rejects = new RejectFiles(this.results, this.#attempt.runId, opened.header);
    const ordinals = new Set(violations.ordinals);
    const column = opened.columns.findIndex(
      (each) => each !== null && violations.columns.includes(each.name),
    );
    const lines: number[] = [];
    try {
      const scanned = await scanUpload(
        opened,
        upload,
        rejects,
        { accept: async () => this.#importer.signal.throwIfAborted() },
        (ordinal, line) => {
          if (!ordinals.has(ordinal)) return null;
          lines.push(line);
          return {
            column: column === -1 ? null : column,
            code: violations.code,
            reason: `refused by ${violations.what}`,
          };
        },
      );
      this.#counts = { ...noCounts, read: scanned.read, rejected: scanned.rejected };
      this.#rejects = await rejects.close();
    } finally {
      rejects.discard();
      await opened.body.return(undefined);
    }
    return lines;
  }
}

/** Ends the session of this application name; whoever may log in may end sessions of their own user. */
async function terminate(sql: Sql, applicationName: string): Promise<void> {
  // PostgreSQL cuts names at 63 bytes.
  const name = applicationName.slice(0, 63);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`.catch(
    () => {
      // Unreachable: then so is the loading session, and the server will find out by its keepalives.
    },
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

function assertCounts(counts: Counts): void {
  const { read, inserted, updated, unchanged, duplicates, rejected } = counts;
  if (read !== inserted + updated + unchanged + duplicates + rejected || unchanged < 0) {
    throw new ImportFailure('CountsDisagree', `The counts do not add up: ${JSON.stringify(counts)}.`);
  }
}
