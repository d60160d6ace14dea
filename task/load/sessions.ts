import { createHash } from 'node:crypto';
import type { Sql } from 'postgres';
import { connect, type DatabaseTarget } from './connect.ts';
import type { Connection } from './connection.ts';
import { refuseSharedSessions } from './pooling.ts';
import { type Repertoire, readRepertoire, storable } from './repertoire.ts';

/** ECS gives 30 s to stop and we promise 10: enough for a database that answers, with time left to report. */
const LET_GO_AFTER_MS = 4_000;
/** PostgreSQL cuts application names there, in bytes. */
const LONGEST_NAME = 63;

/**
 * A name of its own for each attempt, in ASCII as PostgreSQL wants it. The attempts of one execution differ at the end
 * only, behind where their names are cut: an attempt that is told to stop must not end the sessions of another.
 */
function loaderName(attempt: string): string {
  const own = createHash('sha256').update(attempt).digest('hex').slice(0, 12);
  return `csv-import ${own} ${attempt.replaceAll(/[^!-~]/g, '?')}`.slice(0, LONGEST_NAME);
}

/** The connections of one attempt: one for the ledger's status, and those that load. */
export class Sessions {
  readonly status: Connection;
  readonly #target: DatabaseTarget;
  /** The loading sessions share it, so that they can be ended from outside. */
  readonly loaderName: string;
  readonly #loaders: Connection[] = [];
  #repertoire: Repertoire | null = null;

  constructor(target: DatabaseTarget, attempt: string) {
    this.#target = target;
    this.loaderName = loaderName(attempt);
    this.status = this.#connect('csv-import status', true);
  }

  /** What the database can store, once {@link learnRepertoire} has asked; null: every character. */
  get repertoire(): Repertoire | null {
    return this.#repertoire;
  }

  /** Call it before anything is stored: texts with other characters, such as keys, are escaped from then on. */
  async learnRepertoire(): Promise<void> {
    this.#repertoire = await readRepertoire(this.status.statements);
  }

  /**
   * Makes the first session, and sees to it that it is the attempt's own.
   *
   * @throws ImportFailure `DatabaseMisconfigured`
   */
  async begin(): Promise<void> {
    let second: Connection | undefined;
    try {
      await refuseSharedSessions(this.status, () => {
        second = this.connectLane();
        return second;
      });
    } finally {
      // At once: a pooler's session may be the one that the loader needs.
      if (second !== undefined) void second.sql.end({ timeout: 0 });
    }
  }

  /** A session that may hold a slot, so that it must not be replaced. */
  connectLoader(): Connection {
    return this.#addLoader(false);
  }

  /** A session for batches, each a transaction of its own: one that was ended while it had nothing to do is replaced. */
  connectLane(): Connection {
    return this.#addLoader(true);
  }

  /**
   * Ends the loading sessions, and PostgreSQL rolls back whatever is under way. From outside, since a backend in the
   * middle of a statement does not see that its client has gone, and would go on holding the lock.
   */
  letGo(): void {
    void terminate(this.status.statements, this.loaderName).finally(() => this.#endLoaders());
    // A database that does not even answer that must not keep the report from being written.
    setTimeout(() => {
      this.#endLoaders();
      void this.status.sql.end({ timeout: 0 });
    }, LET_GO_AFTER_MS).unref();
  }

  /** Says goodbye; whatever hangs is cut. */
  async close(): Promise<void> {
    await Promise.all(
      [this.status, ...this.#loaders].map((each) => each.sql.end({ timeout: each.isClosed() ? 0 : 2 })),
    );
  }

  #addLoader(replaceable: boolean): Connection {
    const connection = this.#connect(this.loaderName, replaceable);
    this.#loaders.push(connection);
    return connection;
  }

  #connect(name: string, replaceable: boolean): Connection {
    return connect(this.#target, name, {
      replaceable,
      storable: (text) => storable(text, this.#repertoire),
    });
  }

  #endLoaders(): void {
    for (const { sql } of this.#loaders) void sql.end({ timeout: 0 });
  }
}

/** Ends the sessions of this application name; whoever may log in may end sessions of their own user. */
async function terminate(sql: Sql, name: string): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`.catch(
    () => {
      // Unreachable: then so are the loading sessions, and the server will find out by its keepalives.
    },
  );
}
