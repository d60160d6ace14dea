import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import type { Connection } from './connection.ts';
import { isConnectionLost, refuseStandby } from './database-failure.ts';
import { ConnectionClosed } from './pending-queries.ts';
import { beginStatements } from './settings.ts';

/** A transaction that is open on one connection. Drizzle takes it as a client. */
export type Transaction = Sql & {
  /** Runs `work` so that its failure undoes only what it did itself. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
};

/** A rollback is instant; one that is not answered was sent into a connection that is going down. */
const ROLLBACK_WITHIN_MS = 5_000;

/**
 * Runs `work` in one transaction on the connection and commits it, with the settings that the importer takes for
 * granted ({@link beginStatements}). Transactions on one connection come one after the other.
 *
 * Not `sql.begin()` of postgres.js (3.4): after a lost connection that sends its ROLLBACK all the same, which ends
 * the whole process with a TypeError from a timer, or waits for ever. Here nothing is sent on a connection that is
 * gone. And a COMMIT that PostgreSQL answers with ROLLBACK, as it does without an error after a failed statement,
 * is an error.
 *
 * @param idleSeconds how long it may stand still before the server ends it; 0: as long as it likes
 */
export function inTransaction<T>(
  connection: Connection,
  work: (tx: Transaction) => Promise<T>,
  idleSeconds = 0,
): Promise<T> {
  return connection.serially(() => transact(connection, work, idleSeconds));
}

async function transact<T>(
  connection: Connection,
  work: (tx: Transaction) => Promise<T>,
  idleSeconds: number,
): Promise<T> {
  // Connects first: reserve() of postgres.js (3.4) on a client that has no connection yet never resolves without
  // its `fetch_types`.
  await connection.open();
  const reserved = await connection.reserve();
  const session = new Session(reserved as unknown as Sql, connection);
  const { tx } = session;
  try {
    await tx.unsafe(beginStatements(idleSeconds)).catch(refuseStandby);
    const result = await work(tx);
    const { command } = await tx.unsafe('commit');
    if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}`);
    return result;
  } catch (error) {
    await session.undo('rollback', error);
    throw error;
  } finally {
    if (session.isUsable()) reserved.release();
  }
}

/** The reserved connection, which refuses to send anything once it is gone. */
class Session {
  readonly tx: Transaction;
  readonly #connection: Connection;
  readonly #number: number;
  #lost = false;

  constructor(reserved: Sql, connection: Connection) {
    this.#connection = connection;
    this.#number = connection.sessionNumber();
    const check = () => {
      if (!this.isUsable()) throw new ConnectionClosed();
    };
    const unsafe: Sql['unsafe'] = (...query) => {
      check();
      return reserved.unsafe(...query);
    };
    const savepoint: Transaction['savepoint'] = (work) => this.#savepoint(work);
    const own: Record<string | symbol, unknown> = { savepoint, unsafe, options: connection.sql.options };
    this.tx = new Proxy(reserved, {
      apply(target, self, args) {
        check();
        return Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, args);
      },
      get: (target, property, receiver) => own[property] ?? Reflect.get(target, property, receiver),
    }) as Transaction;
  }

  isUsable(): boolean {
    return !this.#lost && this.#connection.sessionNumber() === this.#number;
  }

  /** Sends a rollback, unless the failure was that there is no connection any more. */
  async undo(statement: string, failure: unknown): Promise<void> {
    if (isConnectionLost(failure)) this.#lose();
    if (!this.isUsable()) return;
    const sent = this.tx.unsafe(statement).then(
      () => true,
      () => false,
    );
    const done = await Promise.race([sent, sleep(ROLLBACK_WITHIN_MS, false, { ref: false })]);
    if (!done) this.#lose();
  }

  #lose(): void {
    if (this.isUsable()) this.#connection.lose();
    this.#lost = true;
  }

  async #savepoint<T>(work: () => Promise<T>): Promise<T> {
    await this.tx.unsafe('savepoint csv_import');
    try {
      const result = await work();
      await this.tx.unsafe('release savepoint csv_import');
      return result;
    } catch (error) {
      // Released too, or the name would go on hiding a savepoint of the same name around it.
      await this.undo('rollback to savepoint csv_import; release savepoint csv_import', error);
      throw error;
    }
  }
}
