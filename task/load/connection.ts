import type { ReservedSql, Sql } from 'postgres';

/** A client of exactly one connection, which may hold locks and transactions. */
export interface Connection {
  /** Sends what must be sent outside of a transaction, with whatever settings the session has. */
  sql: Sql;
  /** A client whose every statement is a transaction of its own. */
  statements: Sql;
  /**
   * Connects, unless there is a session.
   *
   * @throws ConnectionClosed where the session is gone, and may not be replaced
   */
  open(): Promise<void>;
  /**
   * Keeps the session for a transaction.
   *
   * @throws ConnectionClosed where the client is told to end meanwhile
   */
  reserve(): Promise<ReservedSql>;
  /** Runs `work` after whatever was handed over before it. */
  serially<T>(work: () => Promise<T>): Promise<T>;
  /** Grows when a session ends: whoever began with a lower one has lost its transaction and locks. */
  sessionNumber(): number;
  /** Says that the session does not answer any more; that its socket has closed may be seen a little later. */
  lose(): void;
  /** Whether the session is gone: nothing may be sent on it then. */
  isClosed(): boolean;
}
