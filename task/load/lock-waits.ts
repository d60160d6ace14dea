import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { ImportFailure } from '../../contract/failures.ts';
import { databaseErrorOf } from './database-failure.ts';
import type { Transaction } from './transaction.ts';

/**
 * How long a statement waits for a lock of another session. An application's transactions take milliseconds; one that
 * lasts longer than this is worth giving the slot back for.
 */
const PATIENCE = '5s';
/** The same for a lock on a whole table: whoever else wants to write to it queues up behind it. */
const TABLE_PATIENCE = '1s';
const POLL_EVERY_MS = 1_000;
/** How the application names of the importer's own sessions begin. */
const OWN_NAMES = 'csv-import ';

/** Bounds how long the statements of the transaction wait for locks of other sessions from here on. */
export async function boundLockWaits(tx: Transaction): Promise<void> {
  await tx`select set_config('lock_timeout', ${PATIENCE}, true)`;
}

/** The same for statements that lock a table. */
export async function boundTableLockWaits(tx: Transaction): Promise<void> {
  await tx`select set_config('lock_timeout', ${TABLE_PATIENCE}, true)`;
}

/** Whether a statement has waited for a lock for as long as it may. */
export function isLockTimeout(error: unknown): boolean {
  return databaseErrorOf(error)?.code === '55P03'; // lock_not_available
}

/** Whether PostgreSQL has ended a statement because it and another session's waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return databaseErrorOf(error)?.code === '40P01'; // deadlock_detected
}

/** The run's place under the limit of runs that load at once. */
export interface Slot {
  giveBack(): Promise<void>;
  /** Waits until there is one again. */
  takeAgain(): Promise<void>;
}

interface LockWaitsOptions {
  /** A session that holds no locks itself. */
  sql: Sql;
  /** The application name of the sessions that load. */
  loaderName: string;
  limitMinutes: number;
  signal: AbortSignal;
  /** Called with what the run waits for, and with null when it goes on. */
  onWait(phase: `waiting for ${string}` | null): void;
}

/** A session that holds a lock that the run needs. */
interface Holder {
  pid: number;
  name: string;
  /** The transaction that it holds the lock by; null where that cannot be told. */
  transaction: string | null;
}

/**
 * What an attempt does about locks that other sessions hold: it says who holds them, gives its slot back while it waits
 * for them, and fails when that has taken longer than the import allows.
 */
export class LockWaits {
  readonly #options: LockWaitsOptions;
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  /** What the run waits for, and since when. */
  #wait: { holder: Holder | null; since: number } | null = null;
  /** Whether it waits here, and not in a statement. */
  #paused = false;
  #waitedMs = 0;

  constructor(options: LockWaitsOptions) {
    this.#options = options;
  }

  /** Watches the sessions that load from now on. */
  start(): void {
    this.#timer = setInterval(() => void this.#check(), POLL_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Carries out work that locks of others may hold up, and tries again when these are gone.
   *
   * @param slot of the run, given back in between
   * @param work all that the run does at the moment; leaves nothing behind where it fails, and can be repeated
   * @throws ImportFailure `LockWaitTimeout`
   */
  async retrying<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
        await slot.giveBack();
        await this.#pause(error);
        await slot.takeAgain();
      }
    }
  }

  /** Waits until the holder's transaction has ended. */
  async #pause(cause: unknown): Promise<void> {
    const { limitMinutes, signal } = this.#options;
    this.#wait ??= { holder: null, since: Date.now() };
    this.#paused = true;
    let since = this.#wait.since;
    const count = () => {
      const now = Date.now();
      // Other imports come to an end by themselves, however long they take.
      if (!this.#wait?.holder?.name.startsWith(OWN_NAMES)) this.#waitedMs += now - since;
      since = now;
    };
    try {
      do {
        count();
        if (this.#waitedMs > limitMinutes * 60_000) {
          throw new ImportFailure(
            'LockWaitTimeout',
            `The import has waited for ${formatMinutes(limitMinutes)} in all for ${describeLock(this.#wait.holder)}.`,
            { cause },
          );
        }
        this.#tell();
        await sleep(POLL_EVERY_MS, undefined, { signal });
      } while (await this.#isStillHeld(this.#wait.holder));
      count();
    } finally {
      this.#paused = false;
      this.#resume();
    }
  }

  /** Checks whether a statement waits, and for whom. */
  async #check(): Promise<void> {
    if (this.#checking || this.#paused) return;
    this.#checking = true;
    const holder = await this.#findHolder().catch(() => undefined);
    this.#checking = false;
    if (holder === undefined || this.#paused) return;
    if (holder === null) return this.#resume();
    this.#wait = { holder, since: this.#wait?.holder?.pid === holder.pid ? this.#wait.since : Date.now() };
    this.#tell();
  }

  async #findHolder(): Promise<Holder | null> {
    const { sql, loaderName } = this.#options;
    // pg_blocking_pids takes locks of its own, so it is asked about sessions that wait only. A prepared transaction has
    // pid 0. https://www.postgresql.org/docs/current/functions-info.html
    const [holder] = await sql<Holder[]>`
      select holder.pid, coalesce(nullif(holding.application_name, ''), holding.usename, 'a prepared transaction') as name, (
        select virtualtransaction from pg_locks where pg_locks.pid = holder.pid and locktype = 'virtualxid' limit 1
      ) as transaction
      from pg_stat_activity as waiting
      cross join lateral unnest(pg_blocking_pids(waiting.pid)) as holder (pid)
      left join pg_stat_activity as holding on holding.pid = holder.pid
      where waiting.application_name = ${loaderName} and waiting.wait_event_type = 'Lock'
        and waiting.datname = current_database()
      limit 1`;
    return holder ?? null;
  }

  async #isStillHeld(holder: Holder | null): Promise<boolean> {
    if (holder === null || holder.transaction === null) return false;
    const [row] = await this.#options.sql<{ held: boolean }[]>`
      select exists (
        select from pg_locks where pid = ${holder.pid} and virtualtransaction = ${holder.transaction}
      ) as held`;
    return row!.held;
  }

  #tell(): void {
    const { holder, since } = this.#wait!;
    const seconds = Math.round((Date.now() - since) / 1_000);
    this.#options.onWait(`waiting for ${describeLock(holder)}, for ${seconds} s`);
  }

  #resume(): void {
    if (this.#wait !== null) this.#options.onWait(null);
    this.#wait = null;
  }
}

function describeLock(holder: Holder | null): string {
  return holder === null ? 'a lock of another session' : `a lock held by ${holder.name}, pid ${holder.pid}`;
}

function formatMinutes(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
