import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Options, type PostgresType } from 'postgres';
import type { z } from 'zod';
import {
  databaseEnvironmentSchema,
  databaseSecretSchema,
  iamDatabaseSchema,
} from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Connection } from './connection.ts';
import { readDatabaseUrl, type UrlOptions } from './database-url.ts';
import { authTokens } from './iam-token.ts';
import { ConnectionClosed, PendingQueries } from './pending-queries.ts';
import { statementsOn } from './statements.ts';
import { readCertificates, verifyByRds } from './tls.ts';

/** How to reach the target database. */
export interface DatabaseTarget {
  url?: string;
  host?: string;
  port?: number;
  database?: string;
  username?: string;
  password?: string | (() => Promise<string>);
  /** `verify`: TLS with the server's certificate checked against the RDS bundle, whatever the URL says. */
  tls: 'verify' | 'off' | 'url';
  /** Certificates, PEM, that `verify` trusts beside those of the RDS bundle. */
  certificates?: string;
}

/**
 * Reads where the database is from the environment: `DATABASE_URL`, or the JSON of an RDS secret, whose host, port and
 * dbname may be given apart; or, for a login by IAM, host and user.
 *
 * @throws ImportFailure `DatabaseMisconfigured`, without a word of the secret
 */
export function databaseTarget(env: NodeJS.ProcessEnv): DatabaseTarget {
  if (env.DATABASE_IAM_USER !== undefined && env.DATABASE_URL === undefined) return iamTarget(env);
  const said = parse(databaseEnvironmentSchema, env);
  const { DATABASE_URL: url, DATABASE_SECRET: secret, DATABASE_TLS: tls, ...apart } = said;
  const trusted = trusting(said.DATABASE_CA_FILE);
  if (url !== undefined) {
    readDatabaseUrl(url);
    return { url, tls: tls ?? 'url', ...trusted };
  }
  const { dbname: database, ...login } = readSecret(secret!, {
    ...(apart.DATABASE_HOST === undefined ? {} : { host: apart.DATABASE_HOST }),
    ...(apart.DATABASE_PORT === undefined ? {} : { port: apart.DATABASE_PORT }),
    ...(apart.DATABASE_NAME === undefined ? {} : { dbname: apart.DATABASE_NAME }),
  });
  return { ...login, database, tls: tls ?? 'verify', ...trusted };
}

/** Tokens go by TLS only, and are made anew for each session: one is good for a quarter of an hour. */
function iamTarget(env: NodeJS.ProcessEnv): DatabaseTarget {
  const { DATABASE_HOST: host, DATABASE_PORT: port, ...login } = parse(iamDatabaseSchema, env);
  const { DATABASE_NAME: database, DATABASE_IAM_USER: username, DATABASE_CA_FILE: caFile } = login;
  return {
    host,
    port,
    database,
    username,
    password: authTokens({ host, port, username }, env),
    tls: 'verify',
    ...trusting(caFile),
  };
}

function parse<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new ImportFailure(
    'DatabaseMisconfigured',
    `The database is not configured: ${parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')}.`,
  );
}

function trusting(caFile: string | undefined): Pick<DatabaseTarget, 'certificates'> {
  return caFile === undefined ? {} : { certificates: readCertificates(caFile) };
}

/** Its own error, since those of JSON and zod quote what they read, and this is a password. */
function readSecret(secret: string, apart: object) {
  try {
    return databaseSecretSchema.parse({ ...JSON.parse(secret), ...apart });
  } catch {
    throw new ImportFailure(
      'DatabaseMisconfigured',
      'DATABASE_SECRET is not the JSON of an RDS secret: it needs username, password and host (or DATABASE_HOST beside it).',
    );
  }
}

export interface ConnectOptions {
  /** Whether a session that is lost may be replaced: only where none holds anything beyond a transaction. */
  replaceable?: boolean;
  connectSeconds?: number;
  /** Makes of each text that is sent beside a statement one that the database can store. Default: as it is. */
  storable?: (text: string) => string;
}

/** A paused Aurora takes some 15 seconds to wake up. */
const CONNECT_WITHIN_SECONDS = 30;

/** A socket closes at once after its error. One that does not belongs to a server that hangs. */
const CLOSED_WITHIN_MS = 5_000;

/** Its types (3.4) do not know that there may be several hosts. */
type ClientOptions = Options<Record<string, PostgresType>>;

/** Prepares a connection; it is made with the first query. */
export function connect(
  target: DatabaseTarget,
  applicationName: string,
  { replaceable = false, storable = (text) => text, ...limits }: ConnectOptions = {},
): Connection {
  const address = addressOf(target);
  const connectSeconds = limits.connectSeconds ?? address.connect_timeout ?? CONNECT_WITHIN_SECONDS;
  let sessions = 0;
  let up = false;
  let ended = false;
  /** Rejects when the client is told to end: postgres.js (3.4) forgets who waits for a session then. */
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  /** Resolves when the socket of the session that was lost has closed. */
  let closing: PromiseWithResolvers<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let givingUp: NodeJS.Timeout | undefined;
  const isUp = () => {
    up = true;
    clearTimeout(givingUp);
    givingUp = undefined;
  };
  const pending = new PendingQueries({
    // What hangs up on whoever connects (a container's proxy whose server is not up yet) is tried again by postgres.js
    // (3.4) for ever, since its own limit begins anew each time.
    added: () => {
      if (!up) givingUp ??= setTimeout(() => client.end({ timeout: 0 }), (connectSeconds + 1) * 1000).unref();
    },
    answered: isUp,
    ended: () => {
      ended = true;
      end.reject(new ConnectionClosed());
    },
  });
  const options = {
    ...address,
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
      sessions++;
      up = false;
      closing?.resolve();
      closing = null;
      pending.fail();
    },
    // Comes with a session, but for one that replaces another: its parameters are known already.
    onparameter: isUp,
    // Nothing else, since a pooler takes no other settings here: each transaction makes its own (settings.ts).
    connection: { ...address.connection, application_name: applicationName },
  };
  const client = pending.watch(postgres(options as ClientOptions));
  const isClosed = () => sessions > 0 && !(replaceable && up);
  const connection: Connection = {
    sql: client,
    get statements() {
      return statementsOn(connection);
    },
    async open() {
      if (ended || (!replaceable && (isClosed() || closing !== null))) throw new ConnectionClosed();
      // Until then, postgres.js (3.4) would take a query and forget it, and would never reserve the connection.
      if (closing !== null) {
        await Promise.race([closing.promise, sleep(CLOSED_WITHIN_MS, undefined, { ref: false })]);
        if (ended || closing !== null) throw new ConnectionClosed();
      }
      if (!up) await Promise.race([client.unsafe('select'), end.promise]);
    },
    reserve: () => Promise.race([client.reserve(), end.promise]),
    serially(work) {
      const done = last.then(work);
      last = done.catch(() => {});
      return done;
    },
    sessionNumber: () => sessions,
    lose() {
      if (up) closing ??= Promise.withResolvers();
      up = false;
    },
    isClosed,
  };
  return connection;
}

function addressOf({ url, tls, certificates, ...login }: DatabaseTarget): UrlOptions {
  const { host, port, ...rest } = login;
  const address: UrlOptions =
    url === undefined
      ? {
          ...rest,
          ...(host === undefined ? {} : { host: [host] }),
          ...(port === undefined ? {} : { port: [port] }),
          ssl: false,
          connection: {},
        }
      : readDatabaseUrl(url);
  return tls === 'verify' ? { ...address, ssl: verifyByRds(address.host ?? [], certificates) } : address;
}
