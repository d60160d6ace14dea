import type { Sql } from 'postgres';

/** As postgres.js calls it when the server hangs up. */
export class ConnectionClosed extends Error {
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('the connection to the database is gone');
  }
}

/** A query of postgres.js, as far as it is looked at. */
interface Query extends Promise<unknown> {
  /** Whether it was sent, or is waiting to be. */
  executed: boolean;
  reject(error: unknown): void;
}

/** What happens to the queries of a connection. */
export interface QueriesListener {
  /** One more has no answer yet. */
  added(): void;
  /** One was carried out. */
  answered(): void;
  /** The client was told to end: it answers no more, and forgets who waits to reserve its connection. */
  ended(): void;
}

/**
 * The queries of a connection that have no answer yet.
 *
 * postgres.js (3.4) takes queries between a socket's error and its close, and forgets them: whoever awaits one waits
 * for ever (src/connection.js, `closed(hadError)`; test/database/lost-connection.test.ts holds it to that).
 */
export class PendingQueries {
  readonly #pending = new Set<Query>();
  readonly #listener: QueriesListener;

  constructor(listener: QueriesListener) {
    this.#listener = listener;
  }

  /** The client, with its queries watched, and those of the connections that it reserves. */
  watch<T extends Sql>(sql: T): T {
    return new Proxy(sql, {
      apply: (target, self, args) =>
        this.#add(Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, args)),
      get: (target, property, receiver) => {
        if (property === 'unsafe')
          return (...args: Parameters<Sql['unsafe']>) => this.#add(target.unsafe(...args));
        if (property === 'end') {
          return (...args: Parameters<Sql['end']>) => {
            this.#listener.ended();
            return target.end(...args);
          };
        }
        if (property === 'reserve') return async () => this.watch((await target.reserve()) as unknown as Sql);
        return Reflect.get(target, property, receiver);
      },
    });
  }

  /** The connection is gone: none of them will be answered. */
  fail(): void {
    for (const query of this.#pending) if (query.executed) query.reject(new ConnectionClosed());
  }

  #add<T>(made: T): T {
    if (!(made instanceof Promise)) return made;
    const query = made as unknown as Query;
    this.#pending.add(query);
    this.#listener.added();
    const settled = () => this.#pending.delete(query);
    const answered = () => {
      settled();
      this.#listener.answered();
    };
    // Not query.then(), which would send it.
    Promise.prototype.then.call(query, answered, settled);
    return made;
  }
}
