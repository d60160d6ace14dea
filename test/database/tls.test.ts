import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { connect, databaseTarget } from '../../task/load/connect.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';

// A PostgreSQL that speaks TLS, with a certificate that it has signed itself: whoever verifies must refuse it.

const fixtures = join(import.meta.dirname, '../fixtures/tls');
let directory: string;
let server: PostgresServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-tls-'));
  server = await startPostgres({ directory, fsync: false });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  for (const file of ['server.crt', 'server.key']) {
    const content = await readFile(join(fixtures, file), 'utf8');
    // By the server itself: the files must be its user's, and the key nobody else's.
    await admin.unsafe(
      `copy (select unnest(string_to_array($tls$${content.trim()}$tls$, E'\\n')))
       to program 'umask 077; cat > ${file}'`,
    );
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
  const { hostname: host, port, username } = new URL(url);
  return JSON.stringify({ host, port: Number(port), username, password: 'any', dbname: 'postgres' });
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
