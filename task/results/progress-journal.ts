import type { Logger } from '@aws-lambda-powertools/logger';
import type { Attempt } from '../../contract/environment.ts';
import type { Phase, Progress } from '../../contract/report.ts';
import type { LedgerJournal } from '../ledger/ledger.ts';
import { databaseFailure } from '../load/database-failure.ts';
import type { ResultsStore } from './results-store.ts';

/** Often enough for a person who watches, seldom enough to cost nothing (an hour is 1,800 PUTs, 1 US cent). */
const INTERVAL_MS = 2000;

/** Tells how far the attempt is, every few seconds, in S3 and in the ledger. That it fails to never stops a load. */
export class ProgressJournal {
  readonly #store: ResultsStore;
  #ledger: LedgerJournal | null;
  readonly #logger: Logger;
  readonly #progress: Progress;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** The ledger's part of that: S3 may take its time. */
  #entering: Promise<void> = Promise.resolve();
  #busy = false;
  /** What the attempt waits for; its phase in the meantime. */
  #waitsFor: Phase | null = null;

  constructor(
    store: ResultsStore,
    ledger: LedgerJournal | null,
    attempt: Attempt,
    startedAt: Date,
    logger: Logger,
  ) {
    this.#store = store;
    this.#ledger = ledger;
    this.#logger = logger;
    this.#progress = {
      runId: attempt.runId,
      attempt: attempt.attempt,
      phase: 'starting',
      rowsRead: 0,
      rowsRejected: 0,
      emptyRows: 0,
      bytesRead: 0,
      bytesTotal: attempt.upload.size,
      startedAt: startedAt.toISOString(),
      updatedAt: startedAt.toISOString(),
    };
  }

  start(): void {
    this.#write();
    this.#timer = setInterval(() => this.#write(), INTERVAL_MS);
  }

  update(
    values: Partial<Pick<Progress, 'phase' | 'rowsRead' | 'rowsRejected' | 'emptyRows' | 'bytesRead'>>,
  ): void {
    Object.assign(this.#progress, values);
  }

  /** Tells that the attempt waits, and for what, or (null) that it goes on. */
  wait(phase: Phase | null): void {
    this.#waitsFor = phase;
  }

  /** Writes no more to the ledger from here on: how the attempt ended is about to be written to the same row. */
  async leaveLedger(): Promise<void> {
    this.#ledger = null;
    // That it failed to is told where it is written.
    await this.#entering.catch(() => {});
  }

  /** Writes a last time. A run that has to wait for a slot is not done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    this.#waitsFor = null;
    if (this.#progress.phase !== 'queued') this.update({ phase: 'done' });
    // The ledger's row says how a run has ended; of one that goes away to wait it must say that.
    const waits = this.#progress.phase === 'queued' ? this.#ledger : null;
    await this.#tell(waits);
  }

  #now(): Progress {
    const { phase } = this.#progress;
    return { ...this.#progress, phase: this.#waitsFor ?? phase, updatedAt: new Date().toISOString() };
  }

  #write(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#writing = this.#tell(this.#ledger).finally(() => {
      this.#busy = false;
    });
  }

  /** Never rejects. */
  async #tell(ledger: LedgerJournal | null): Promise<void> {
    const progress = this.#now();
    this.#entering = ledger?.progress(progress) ?? Promise.resolve();
    await Promise.all([this.#store.writeProgress(progress), this.#entering]).catch((error: unknown) =>
      this.#complain(error),
    );
  }

  #complain(error: unknown): void {
    const { name, message } = databaseFailure(error);
    this.#logger.warn(`progress could not be written: ${name}: ${message}`);
  }
}
