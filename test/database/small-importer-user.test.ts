import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readDoc } from '../../docs/tools/markdown.ts';
import { userSql } from '../../infra/small-imports.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';

// The user that a deployment creates for small imports, on a server of its own, since its roles are the server's.

const file = (id: number) =>
  `customer_id,name,email,registered_at\n${id},Ada,ada@example.com,2026-01-01T00:00:00Z\n`;
const PASSWORD = 'CHANGE-ME';

let directory: string;
let server: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-small-user-'));
  server = await startPostgres({ directory, fsync: false });
});
afterAll(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

let harness: ImportHarness;
/** As on RDS: the master user is no superuser. */
let master: Sql;
beforeEach(async () => {
  harness = await createImportHarness(server.url);
  const database = new URL(harness.databaseUrl).pathname.slice(1);
  await harness.sql.unsafe(`
    create role rds_iam nologin;
    create role master login createrole password '${PASSWORD}';
    grant rds_iam to master with admin option, inherit false, set false;
    alter database ${database} owner to master;
    revoke all on database ${database} from public`);
  master = postgres(urlOf('master'), { max: 1, onnotice: () => {} });
  return async () => {
    await master.end();
    await harness.sql
      .unsafe('drop owned by csv_small_importer, csv_import_owner, master cascade')
      .catch(() => {});
    await harness.close();
    const admin = postgres(server.url, { max: 1, onnotice: () => {} });
    for (const role of ['csv_small_importer', 'csv_import_owner', 'csv_importer', 'master', 'rds_iam']) {
      await admin.unsafe(`drop role if exists ${role}`);
    }
    await admin.end();
  };
});

function urlOf(user: string): string {
  return Object.assign(new URL(harness.databaseUrl), { username: user, password: PASSWORD }).href;
}

/** Creates the user as the deployment does. Only here it gets a password, as there is no RDS to ask for a token. */
async function createUser(): Promise<void> {
  await master.unsafe(userSql('csv_small_importer'));
  await harness.sql.unsafe(`alter role csv_small_importer password '${PASSWORD}'`);
}

async function importAs(user: string, id: number): Promise<void> {
  const upload = await harness.put(`uploads/customers/${id}.csv`, file(id));
  const report = await harness.run(upload, customersImport(), {
    importer: { database: { url: urlOf(user), tls: 'url' } },
  });
  expect(report, report.failure?.message).toMatchObject({ outcome: 'imported', counts: { inserted: 1 } });
}

const ledgerOwners = () =>
  harness.sql`select distinct tableowner as owner from pg_tables where schemaname = 'csv_import'`;

it('imports beside the master user, whichever of them has made ledger and table', async () => {
  await master.unsafe(customersSql);
  await importAs('master', 1);
  await createUser();
  await importAs('csv_small_importer', 2);
  await importAs('master', 3);
  expect(await ledgerOwners()).toEqual([{ owner: 'csv_import_owner' }]);
});

it('is made in an empty database: tables that the master user creates later are its, too', async () => {
  await createUser();
  // A deployment may run it again.
  await createUser();
  await master.unsafe(customersSql);
  await importAs('master', 1);
  await importAs('csv_small_importer', 2);
  expect(await ledgerOwners()).toEqual([{ owner: 'csv_import_owner' }]);
});

it.each(['csv_small_importer', 'master'])(
  'migrates an older ledger as %s, and the other goes on',
  async (first) => {
    await createUser();
    await master.unsafe(customersSql);
    const earlier = readMigrationFiles({ migrationsFolder: 'task/ledger/migrations' }).slice(0, -1);
    const statements = earlier.flatMap(({ sql, hash, folderMillis }) => [
      ...sql.filter((statement) => !/create schema/i.test(statement)),
      `insert into csv_import.migrations (hash, created_at) values ('${hash}', ${folderMillis})`,
    ]);
    await master.unsafe(`
    set role csv_import_owner;
    create table csv_import.migrations (id serial primary key, hash text not null, created_at bigint);
    ${statements.join(';')};
    reset role`);
    await importAs(first, 1);
    await importAs(first === 'master' ? 'csv_small_importer' : 'master', 2);
    expect(await ledgerOwners()).toEqual([{ owner: 'csv_import_owner' }]);
  },
);

it('has the rights of the importer’s own user, where there is one', async () => {
  await master.unsafe(customersSql);
  const database = new URL(harness.databaseUrl).pathname.slice(1);
  await master.unsafe(
    readDoc('docs/importer-user.sql').replace('on database imports', `on database ${database}`),
  );
  await createUser();
  await importAs('csv_small_importer', 1);
  await importAs('csv_importer', 2);
  expect(await ledgerOwners()).toEqual([{ owner: 'csv_importer' }]);
});

it.each([
  'truncate customers',
  'drop table customers',
  'create table public.mine (id integer)',
  'create role mine',
])('may not %s', async (statement) => {
  await master.unsafe(customersSql);
  await createUser();
  const small = postgres(urlOf('csv_small_importer'), { max: 1, onnotice: () => {} });
  await expect(small.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
  await small.end();
});
