import type { Sql } from 'postgres';
import type { Connection } from './connect.ts';

/** A transaction that is open on one connection. Drizzle takes it as a client. */
export type Transaction = Sql & {
  /** Runs `work` so that its failure undoes only what it did itself. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
};

/** As postgres.js calls it when the server hangs up. */
class ConnectionClosed extends Error {
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('the connection to the database is gone');
  }
}

/**
 * Runs `work` in one transaction on the connection and commits it.
 *
 * Not `sql.begin()` of postgres.js (3.4): after a lost connection that sends its ROLLBACK all the same, which ends
 * the whole process with a TypeError from a timer. Here nothing is sent on a connection that is gone. And a COMMIT
 * that PostgreSQL answers with ROLLBACK, as it does without an error after a failed statement, is an error.
 */
export async function inTransaction<T>(
  connection: Connection,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  // Connects first: reserve() of postgres.js (3.4) on a client that has no connection yet never resolves without
  // its `fetch_types`.
  await connection.sql.unsafe('select');
  const reserved = await connection.sql.reserve();
  const tx = guard(reserved as unknown as Sql, connection);
  await tx.unsafe('begin');
  try {
    const result = await work(tx);
    const { command } = await tx.unsafe('commit');
    if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}`);
    return result;
  } catch (error) {
    if (!connection.isClosed()) {
      await tx.unsafe('rollback').catch(() => {
        // The connection went just now, and the transaction with it.
      });
    }
    throw error;
  } finally {
    if (!connection.isClosed()) reserved.release();
  }
}

/** The reserved connection, refusing to send anything once it is closed. */
function guard(reserved: Sql, connection: Connection): Transaction {
  const open = () => {
    if (connection.isClosed()) throw new ConnectionClosed();
  };
  const savepoint: Transaction['savepoint'] = async (work) => {
    await tx.unsafe('savepoint csv_import');
    try {
      const result = await work();
      await tx.unsafe('release savepoint csv_import');
      return result;
    } catch (error) {
      if (!connection.isClosed()) await tx.unsafe('rollback to savepoint csv_import');
      throw error;
    }
  };
  const unsafe: Sql['unsafe'] = (...query) => {
    open();
    return reserved.unsafe(...query);
  };
  const own: Record<string | symbol, unknown> = { savepoint, unsafe, options: connection.sql.options };
  const tx = new Proxy(reserved, {
    apply(target, self, args) {
      open();
      return Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, args);
    },
    get: (target, property, receiver) => own[property] ?? Reflect.get(target, property, receiver),
  }) as Transaction;
  return tx;
}
