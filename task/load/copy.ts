import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { CopyFormat } from '../../csv/index.ts';
import type { Transaction } from './transaction.ts';

/** Signature, flags and the length of an extension that there is none of (PostgreSQL's manual, COPY, "Binary Format"). */
const BINARY_HEADER = Buffer.from(`PGCOPY\n\xff\r\n\0${'\0'.repeat(8)}`, 'latin1');
/** In the place of a row's number of fields: -1. */
const BINARY_TRAILER = Buffer.from([0xff, 0xff]);

/** One running `COPY … FROM STDIN`. */
export interface CopyIn {
  /** Takes bytes; resolves when more may be given. Rejects with PostgreSQL's error as soon as there is one. */
  write(bytes: Buffer): Promise<void>;
  /** Ends the data; resolves to the number of rows that PostgreSQL counted. */
  finish(): Promise<number>;
  /** Gives the load up, so that the connection can roll back; does nothing once the COPY has ended. */
  abandon(): Promise<void>;
}

interface CopyQuery {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  writable(): Promise<Writable>;
}

/**
 * Starts a COPY on the connection of `sql`. Header and trailer of the binary format are added to what is written.
 *
 * postgres.js resolves such a query twice: with the stream, then with the result; and it reports an error that
 * comes after the last byte (a constraint, say) only to the query's promise, which is settled by then, so that
 * the stream would never end. Both are caught here, at the query's own `resolve` and `reject`. An error that comes
 * with the answer to COPY itself (a trigger before the statement, a view) destroys the stream before anybody could
 * have awaited it: it is listened to at once, or its `error` event would end the process
 * (postgres 3.4: src/query.js, src/connection.js; test/database/copy.test.ts holds it to that).
 */
export async function startCopy(
  sql: Transaction,
  statement: string,
  format: CopyFormat = 'csv',
): Promise<CopyIn> {
  const query = sql.unsafe(statement) as unknown as CopyQuery;
  const ended = Promise.withResolvers<number>();
  // Whoever awaits it sees the error; until then it must not count as unhandled.
  ended.promise.catch(() => {});

  const { resolve, reject } = query;
  let streaming = false;
  query.resolve = (value) => {
    if (!streaming) {
      streaming = true;
      // Also told to the query, whose promise is what is awaited.
      (value as Writable).on('error', () => {});
      resolve.call(query, value);
      return;
    }
    ended.resolve(
      (Array.isArray(value) ? value : [value])[0]?.count ?? (value as { count?: number }).count ?? -1,
    );
  };
  query.reject = (error) => {
    ended.reject(error);
    reject.call(query, error);
  };

  const stream = await query.writable();
  if (format === 'binary') stream.write(BINARY_HEADER);

  return {
    async write(bytes) {
      if (stream.destroyed) return void (await ended.promise);
      if (stream.write(bytes)) return;
      // Of a socket that is gone the stream only says that it cannot be written to; the query says why.
      const drained = once(stream, 'drain').catch(() => ended.promise);
      await Promise.race([drained, ended.promise]);
    },
    async finish() {
      stream.end(format === 'binary' ? BINARY_TRAILER : undefined);
      return ended.promise;
    },
    async abandon() {
      stream.destroy(new Error('the load was given up'));
      await ended.promise.catch(() => {});
    },
  };
}
