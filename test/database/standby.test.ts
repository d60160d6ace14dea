import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { headers } from '../../samples/customers.ts';
import { connect } from '../../task/load/connect.ts';
import { createImportHarness, customersImport, type ImportHarness } from '../support/import-harness.ts';

// A server that only reads, as one is after a failover to it, or before it is promoted.

let harness: ImportHarness;
let directory: string;
let standby: PostgresServer;
beforeAll(async () => {
  harness = await createImportHarness();
  directory = await mkdtemp(join(tmpdir(), 'csv-import-standby-'));
  const server = await startPostgres({ directory, port: 0, fsync: false });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  // By the server itself, whose user owns the folder.
  await sql.unsafe(`copy (select) to program 'touch standby.signal'`);
  // One URL for both servers has one password.
  const { password } = new URL(harness.databaseUrl);
  await sql.unsafe(`alter role postgres password '${password}'`);
  await sql.end();
  await server.stop();
  const started = await startPostgres({ directory, port: 0, fsync: false });
  standby = { ...started, url: Object.assign(new URL(started.url), { password }).href };
});
afterAll(async () => {
  await standby?.stop();
  await removePostgres(directory);
  await rm(directory, { recursive: true, force: true });
  await harness.close();
});

const file = `${headers.join(',')}\n`;

it('a standby is a database that is not available, and may be again', async () => {
  const upload = await harness.put('k.csv', file);
  const report = await harness.run(upload, customersImport(), {
    importer: { database: { url: standby.url, tls: 'url' } },
  });
  expect(report.failure).toMatchObject({
    name: 'DatabaseUnavailable',
    retryable: true,
    message: expect.stringMatching(
      /^The database is a standby, which takes nothing but reads: .*\(0A000\)\.$/,
    ),
  });
});

it.each(['read-write', 'primary'])(
  'is passed over for the next host, where the URL wants %s',
  async (wanted) => {
    const hosts = [standby.url, harness.databaseUrl].map((url) => new URL(url).host).join(',');
    const url = `postgres://postgres:${new URL(standby.url).password}@${hosts}/postgres?target_session_attrs=${wanted}`;
    const connection = connect({ url, tls: 'url' }, 'standby test');
    try {
      expect(await connection.statements`select pg_is_in_recovery() as standby`).toEqual([
        { standby: false },
      ]);
    } finally {
      await connection.sql.end({ timeout: 1 });
    }
  },
);
