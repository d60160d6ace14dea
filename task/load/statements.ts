import type { PendingQuery, Row, Sql } from 'postgres';
import type { Connection } from './connection.ts';
import { inTransaction, type Transaction } from './transaction.ts';

/**
 * Between two messages of a short transaction hardly any time passes. An importer that is frozen there must not hold
 * the lock on its run's row for as long as it stays so, since its successor writes to the same row.
 */
export const SHORT_IDLE_SECONDS = 20;

/**
 * A client whose every statement is a transaction of its own, with the settings of one. Drizzle takes it.
 *
 * It knows what such statements need: `` sql`…` ``, `sql.unsafe()` and `.values()`; no fragments, and no cursors.
 */
export function statementsOn(connection: Connection): Sql {
  const prepare = (make: (tx: Transaction) => PendingQuery<Row[]>, asArrays = false) => {
    let sent: Promise<unknown> | undefined;
    // Sent when it is awaited, as the queries of postgres.js are.
    const send = () => {
      sent ??= inTransaction(
        connection,
        async (tx) => {
          const query = make(tx);
          return await (asArrays ? query.values() : query);
        },
        SHORT_IDLE_SECONDS,
      );
      return sent;
    };
    return {
      // biome-ignore lint/suspicious/noThenProperty: a query of postgres.js is awaited
      then: (...args: Parameters<Promise<unknown>['then']>) => send().then(...args),
      catch: (...args: Parameters<Promise<unknown>['catch']>) => send().catch(...args),
      finally: (...args: Parameters<Promise<unknown>['finally']>) => send().finally(...args),
      values: () => prepare(make, true),
    };
  };
  const tagged = (...query: Parameters<Transaction>) => prepare((tx) => tx(...query));
  const unsafe = (...query: Parameters<Sql['unsafe']>) => prepare((tx) => tx.unsafe(...query));
  return Object.assign(tagged, { unsafe, options: connection.sql.options }) as unknown as Sql;
}
