import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { connect, databaseTarget } from '../../task/load/connect.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';

// A PostgreSQL that speaks TLS, with a certificate that it has signed itself: whoever verifies must refuse it, unless
// the certificate itself is what is trusted.

const fixtures = join(import.meta.dirname, '../fixtures/tls');
let directory: string;
let server: PostgresServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-tls-'));
  server = await startPostgres({ directory, fsync: false });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  for (const name of ['server', 'address', 'name']) {
    for (const file of [`${name}.crt`, `${name}.key`]) {
      const content = await readFile(join(fixtures, file), 'utf8');
      // By the server itself: the files must be its user's, and the key nobody else's.
      await admin.unsafe(
        `copy (select unnest(string_to_array($tls$${content.trim()}$tls$, E'\\n')))
         to program 'umask 077; cat > ${file}'`,
      );
    }
  }
  await admin.unsafe('alter system set ssl = on');
  await admin`select pg_reload_conf()`;
  await admin.end();
});
afterAll(async () => {
  await server?.stop();
  await removePostgres(directory);
  await rm(directory, { recursive: true, force: true });
});

function secretOf(url: string): string {
  const { hostname: host, port, username, password } = new URL(url);
  return JSON.stringify({ host, port: Number(port), username, password, dbname: 'postgres' });
}

it('the importer refuses a server whose certificate RDS has not signed, and says so', async () => {
  const { sql } = connect(databaseTarget({ DATABASE_SECRET: secretOf(server.url) }), 'tls test');
  onTestFinished(() => sql.end({ timeout: 1 }));
  const failure = await sql`select 1`.then(() => null, databaseFailure);
  expect(failure).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(/certificate.*\(DEPTH_ZERO_SELF_SIGNED_CERT\).*bundle of RDS/),
  });
});

it('a client that does not verify gets through: it was the certificate that was refused', async () => {
  const sql = postgres(server.url, { max: 1, ssl: 'require' });
  onTestFinished(() => sql.end({ timeout: 1 }));
  expect(await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`).toMatchObject([{ ssl: true }]);
});

describe('a URL that has the certificate checked', () => {
  /** Makes the server show another certificate. */
  async function show(name: string) {
    const admin = postgres(server.url, { max: 1, onnotice: () => {} });
    await admin.unsafe(`alter system set ssl_cert_file = '${name}.crt'`);
    await admin.unsafe(`alter system set ssl_key_file = '${name}.key'`);
    await admin`select pg_reload_conf()`;
    await admin.end();
    // The server reads its configuration when it gets to it.
    await expect
      .poll(() => ask(`sslmode=verify-ca&sslrootcert=${join(fixtures, `${name}.crt`)}`), { timeout: 20_000 })
      .toBe('encrypted');
  }

  async function ask(query: string, host = '127.0.0.1'): Promise<string> {
    const url = new URL(`${server.url}?${query}`);
    url.hostname = host;
    const { sql } = connect(databaseTarget({ DATABASE_URL: url.href }), 'tls test');
    try {
      const [row] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      return row!.ssl ? 'encrypted' : 'plain';
    } catch (error) {
      return databaseFailure(error).message;
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  it('takes an address that is in the certificate, and no name instead', async () => {
    await show('address');
    const full = `sslmode=verify-full&sslrootcert=${join(fixtures, 'address.crt')}`;
    expect(await ask(full)).toBe('encrypted');
    expect(await ask(full, 'localhost')).toMatch(/certificate is not to be trusted.*ALTNAME/);
  });

  it('does not take the name "localhost" for an address', async () => {
    await show('name');
    const root = `sslrootcert=${join(fixtures, 'name.crt')}`;
    expect(await ask(`sslmode=verify-full&${root}`, 'localhost')).toBe('encrypted');
    expect(await ask(`sslmode=verify-full&${root}`)).toMatch(
      /not in the cert.*\(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    );
    expect(await ask(`sslmode=verify-ca&${root}`)).toBe('encrypted');
    expect(await ask(`sslmode=require&${root}`)).toBe('encrypted');
  });

  it('takes no other root than the one that it names', async () => {
    await show('server');
    const refused = /certificate is not to be trusted/;
    expect(await ask(`sslmode=verify-full&sslrootcert=${join(fixtures, 'server.crt')}`)).toBe('encrypted');
    expect(await ask(`sslmode=verify-full&sslrootcert=${join(fixtures, 'name.crt')}`)).toMatch(refused);
    expect(await ask(`sslmode=require&sslrootcert=${join(fixtures, 'name.crt')}`)).toMatch(refused);
    expect(await ask('sslmode=verify-full')).toMatch(refused);
    expect(await ask('sslrootcert=system')).toMatch(refused);
  });

  it('does not change what the other modes do', async () => {
    expect(await ask('sslmode=require')).toBe('encrypted');
    expect(await ask('sslmode=prefer')).toBe('encrypted');
    expect(await ask('sslmode=disable')).toBe('plain');
    expect(await ask('')).toBe('plain');
  });
});

describe('a CA file', () => {
  async function ask(environment: NodeJS.ProcessEnv): Promise<unknown> {
    const { sql } = connect(databaseTarget(environment), 'tls test');
    try {
      const [row] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      return row;
    } catch (error) {
      return databaseFailure(error);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  const shown = join(fixtures, 'server.crt');
  const other = join(fixtures, 'name.crt');
  let DATABASE_SECRET: string;
  beforeAll(() => {
    DATABASE_SECRET = secretOf(server.url);
  });

  it('is trusted beside the bundle of RDS, with the login of a secret and with a URL', async () => {
    const withUrl = { DATABASE_URL: server.url, DATABASE_TLS: 'verify', DATABASE_CA_FILE: shown };
    expect(await ask(withUrl)).toEqual({ ssl: true });
    expect(await ask({ DATABASE_SECRET, DATABASE_CA_FILE: shown })).toEqual({ ssl: true });
    const refused = {
      name: 'AccessDenied',
      message: expect.stringMatching(/certificate is not to be trusted.*database\.caFile/),
    };
    expect(await ask({ DATABASE_SECRET })).toMatchObject(refused);
    expect(await ask({ DATABASE_SECRET, DATABASE_CA_FILE: other })).toMatchObject(refused);
  });

  it('has all of its certificates trusted', async () => {
    const both = join(directory, 'both.pem');
    await writeFile(both, `${await readFile(other, 'utf8')}\n${await readFile(shown, 'utf8')}`);
    expect(await ask({ DATABASE_SECRET, DATABASE_CA_FILE: both })).toEqual({ ssl: true });
  });

  it.each([
    ['absent.pem', /DATABASE_CA_FILE must be .*absent\.pem cannot be read as one \(ENOENT\)/],
    [join(fixtures, 'server.key'), /server\.key cannot be read as one \(ERR_OSSL/],
  ])('%s is refused by its name', (file, message) => {
    const environment = { DATABASE_SECRET, DATABASE_CA_FILE: file };
    expect(() => databaseTarget(environment)).toThrow(message);
  });
});

it('the bundle of RDS is checked against where the environment says so, whatever the URL says', async () => {
  const { sql } = connect(
    databaseTarget({ DATABASE_URL: `${server.url}?sslmode=disable`, DATABASE_TLS: 'verify' }),
    'tls test',
  );
  onTestFinished(() => sql.end({ timeout: 1 }));
  expect(await sql`select 1`.then(() => null, databaseFailure)).toMatchObject({ name: 'AccessDenied' });
});
