import type { Options } from 'postgres';
import { ImportFailure } from '../../contract/failures.ts';
import { type Tls, tlsOf } from './tls.ts';
import { adviseForeign, libpqParameters } from './url-parameters.ts';

/** What a URL says, as postgres.js takes it. */
export interface UrlOptions
  extends Pick<
    Options<never>,
    'path' | 'database' | 'username' | 'password' | 'connect_timeout' | 'keep_alive' | 'target_session_attrs'
  > {
  host?: string[];
  port?: number[];
  ssl: Tls;
  sslnegotiation?: 'direct';
  connection: Record<string, string>;
}

const DEFAULT_PORT = 5432;
/** An import writes, and its transactions say so: whether a server lets them depends on whether it is a standby. */
const writable = ['read-write', 'primary'];

/**
 * Reads a connection URL as libpq does (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
 * postgres.js would make a server's setting of each parameter that it does not know.
 *
 * @throws ImportFailure `DatabaseMisconfigured`, without a word of URL or password
 */
export function readDatabaseUrl(url: string): UrlOptions {
  const [, authority, path = '', query = ''] =
    /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(url) ??
    refuse('it is not a PostgreSQL URL: write postgres://user:password@host:port/database');
  if (/@/.test(path + query)) {
    refuse('user and password hold a / or ?, or come after one: write / as %2F, ? as %3F, @ as %40');
  }
  const at = authority!.lastIndexOf('@');
  const [, user = '', password] = /^([^:]*)(?::(.*))?$/s.exec(authority!.slice(0, Math.max(at, 0)))!;
  const parameters = readParameters(query);
  const said = (name: string, text: string | undefined) =>
    parameters.get(name) ?? (text ? decode(text, name) : undefined);
  const servers = readHosts(authority!.slice(at + 1), parameters);
  return {
    ...servers,
    ...given('database', said('dbname', path)),
    ...given('username', said('user', user)),
    ...given('password', said('password', password)),
    ssl: tlsOf(parameters, servers.host ?? []),
    ...(parameters.get('sslnegotiation') === 'direct' ? { sslnegotiation: 'direct' as const } : {}),
    ...readSession(parameters),
  };
}

/** All of them known, by what libpq calls them; of two the last one counts. */
function readParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [name, value] = split(part);
    const treatment = Object.hasOwn(libpqParameters, name) ? libpqParameters[name]! : null;
    // What is no name may be a part of a password.
    const shown = /^[A-Za-z_][\w.-]{0,62}$/.test(name)
      ? `the parameter ${name}`
      : 'a parameter without a name';
    if (treatment === null) refuse(`${shown} is not supported. ${adviseForeign(name)}`);
    else if (treatment === 'read') parameters.set(name, value);
    else if (treatment === 'ignored') continue;
    else if ('refused' in treatment) refuse(`${shown} is not supported. ${treatment.refused}`);
    else if (!treatment.values.includes(value.toLowerCase())) {
      refuse(`this value of ${shown} is not supported. ${treatment.else}`);
    }
  }
  return parameters;
}

function split(part: string): [string, string] {
  const equals = part.indexOf('=');
  const name = decode(equals === -1 ? part : part.slice(0, equals), 'a parameter');
  return [name, equals === -1 ? '' : decode(part.slice(equals + 1), 'a parameter')];
}

/** Hosts and ports, as many of either; or the path of a Unix socket. */
function readHosts(
  authority: string,
  parameters: ReadonlyMap<string, string>,
): Pick<UrlOptions, 'host' | 'port' | 'path'> {
  const parts = authority.split(',').map((part) => {
    const found = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(part);
    if (found === null)
      refuse('host and port cannot be told apart: write host:port, and [address]:port for IPv6');
    return { host: decode(found[1]!.replaceAll(/[[\]]/g, ''), 'host'), port: found[2] ?? '' };
  });
  const hosts = (parameters.get('host') ?? parts.map(({ host }) => host).join(',')).split(',');
  const ports = (parameters.get('port') ?? parts.map(({ port }) => port).join(',')).split(',').map((port) => {
    const number = port === '' ? DEFAULT_PORT : Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65_535) refuse('the port is not one');
    return number;
  });
  if (ports.length !== 1 && ports.length !== hosts.length) refuse('there are other ports than hosts');
  if (hosts.some((host) => host.startsWith('/'))) {
    if (hosts.length > 1) refuse('a Unix socket must be the only host');
    return { path: `${hosts[0]}/.s.PGSQL.${ports[0]}` };
  }
  // Without a host it is postgres.js's default, or PGHOST.
  if (hosts.length === 1 && hosts[0] === '' && ports[0] === DEFAULT_PORT) return {};
  return {
    host: hosts.map((host) => host || 'localhost'),
    port: hosts.map((_, index) => ports[index] ?? ports[0]!),
  };
}

function readSession(parameters: ReadonlyMap<string, string>) {
  const seconds = (name: string) => {
    const value = parameters.get(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,9}$/.test(value)) refuse(`${name} must be a number of seconds`);
    // Zero or less: libpq would wait for ever, or leave it to the operating system.
    return Number(value) > 0 ? Number(value) : undefined;
  };
  const wanted = parameters.get('target_session_attrs') ?? 'any';
  if (wanted !== 'any' && !writable.includes(wanted)) {
    refuse(`target_session_attrs must be any, ${writable.join(' or ')}: an import writes`);
  }
  const negotiation = parameters.get('sslnegotiation') ?? 'postgres';
  if (!['postgres', 'direct'].includes(negotiation)) refuse('sslnegotiation must be postgres or direct');
  return {
    ...given('connect_timeout', seconds('connect_timeout')),
    ...given('keep_alive', parameters.get('keepalives') === '0' ? 0 : seconds('keepalives_idle')),
    // For `read-write` postgres.js (3.4) asks for another thing, which a standby may have, too.
    ...given('target_session_attrs', wanted === 'any' ? undefined : ('primary' as const)),
    connection: given('options', parameters.get('options')) as Record<string, string>,
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]: V });
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(`${what} has a % that no two hexadecimal digits follow: write % as %25`);
  }
}

function refuse(problem: string): never {
  throw new ImportFailure('DatabaseMisconfigured', `DATABASE_URL: ${problem.replace(/\.$/, '')}.`);
}
