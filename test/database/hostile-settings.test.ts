import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { connect } from '../../task/load/connect.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { type Servers, startServers } from '../fuzz/servers.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

// A role and a database whose settings would each change what an import does, or make it fail.

const ofTheRole = {
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  statement_timeout: '1s',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1s',
  idle_session_timeout: '1s',
  transaction_timeout: '1s',
  TimeZone: 'Asia/Tokyo',
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  client_encoding: 'LATIN1',
  standard_conforming_strings: 'off',
  exit_on_error: 'on',
  quote_all_identifiers: 'on',
  tcp_user_timeout: '12345',
};
const ofTheDatabase = {
  default_transaction_isolation: 'repeatable read',
  array_nulls: 'off',
  xmloption: 'document',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  transform_null_equals: 'on',
  gin_fuzzy_search_limit: '1',
  row_security: 'off',
  synchronous_commit: 'off',
  tcp_keepalives_idle: '7200',
};
/** As pg_settings shows them, in its units. */
const assumed: Record<string, string> = {
  transaction_isolation: 'read committed',
  transaction_read_only: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  exit_on_error: 'off',
  quote_all_identifiers: 'off',
  array_nulls: 'on',
  xmloption: 'content',
  bytea_output: 'hex',
  extra_float_digits: '1',
  transform_null_equals: 'off',
  gin_fuzzy_search_limit: '0',
  row_security: 'on',
  session_replication_role: 'origin',
  default_table_access_method: 'heap',
  synchronous_commit: 'local',
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '0',
};
/** A loader waits for S3; between two messages of the ledger there is nothing to wait for. */
const idleMilliseconds = { status: '20000', loader: '0' };

const fileOf = (rows: number, name: string) =>
  `${headers.join(',')}\n${Array.from({ length: rows }, (_, id) => `${id},${name} ${id},m@example.com,,"12, Long Street\\b",2001-02-03,1.00,2024-01-01T00:00:00Z,${'x'.repeat(80)}\n`).join('')}`;
const ROWS = 12_000;

let old: Servers;
beforeAll(async () => {
  old = await startServers([15]);
});
afterAll(() => old?.stop());

describe.each([18, 15] as const)('hostile settings of role and database, on PostgreSQL %i', (version) => {
  let harness: ImportHarness;
  let slow: TcpProxy;
  let s3: S3Client;
  let url: string;
  const settings = (all: Record<string, string>) =>
    Object.entries(all).filter(([name]) => version >= 17 || name !== 'transaction_timeout');

  beforeAll(async () => {
    harness = await createImportHarness(version === 18 ? inject('postgresUrl') : old.urls[0]!);
    const database = new URL(harness.databaseUrl).pathname.slice(1);
    const hostile = new URL(harness.databaseUrl);
    hostile.username = `hostile_${database}`;
    url = hostile.href;
    const statements = [
      `create role ${hostile.username} login password '${hostile.password}'`,
      `grant all on database ${database} to ${hostile.username}`,
      `grant all on schema public to ${hostile.username}`,
      ...settings(ofTheRole).map(([name, to]) => `alter role ${hostile.username} set ${name} = '${to}'`),
      ...settings(ofTheDatabase).map(([name, to]) => `alter database ${database} set ${name} = '${to}'`),
    ];
    // One by one, since they come into force for later sessions only.
    for (const statement of statements) await harness.sql.unsafe(statement);
    slow = await createTcpProxy(harness.s3Endpoint);
    s3 = new S3Client({
      endpoint: slow.through(harness.s3Endpoint),
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });
  afterAll(async () => {
    s3?.destroy();
    await slow?.close();
    const role = new URL(url).username;
    await harness.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    await harness.close();
  });
  beforeEach(async () => {
    await harness.sql.unsafe(
      `drop table if exists customers cascade; ${customersSql}; grant all on customers to ${new URL(url).username};
       drop table if exists seen; create table seen (relation text, application text, name text, setting text);
       grant insert on seen to public;
       create or replace function see() returns trigger language plpgsql as $$ begin
         insert into seen select tg_table_name, current_setting('application_name'), name, setting from pg_settings;
         return null; end $$;
       create trigger see after insert or update on customers execute function see()`,
    );
  });

  /** Runs an import while S3 stands still for longer than any limit, in the middle of the file. */
  async function run(changes: Parameters<typeof customersImport>[0], content: string, dryRun = false) {
    let passed = 0;
    slow.onServerData = async (chunk) => {
      const before = passed;
      passed += chunk.length;
      if (before < content.length / 2 && passed >= content.length / 2) await sleep(2_000);
      return true;
    };
    const upload = await harness.put(`${JSON.stringify(changes)}-${dryRun}.csv`, content);
    const options = { attempt: { dryRun }, importer: { s3, database: { url, tls: 'url' } as const } };
    return harness.run(upload, customersImport(changes), options);
  }

  async function seen(relation: string, application: string): Promise<Record<string, string>[]> {
    const rows = await harness.sql<{ name: string; settings: string[] }[]>`
      select name, array_agg(distinct setting) as settings from seen
      where relation = ${relation} and application like ${application} group by name`;
    const length = Math.max(...rows.map(({ settings }) => settings.length));
    return Array.from({ length }, (_, at) =>
      Object.fromEntries(rows.map(({ name, settings }) => [name, settings[at] ?? settings[0]!])),
    );
  }

  it.each<[string, Parameters<typeof customersImport>[0]]>([
    ['append', { mode: 'append' }],
    ['upsert', { mode: 'upsert' }],
    ['replace', { mode: 'replace' }],
    ['append in batches', { mode: 'append', commit: { batchRows: 2_000, lanes: 2, checkFirst: false } }],
    ['upsert in batches', { mode: 'upsert', commit: { batchRows: 2_000 } }],
  ])('do not change an %s', async (_, changes) => {
    await harness.sql.unsafe(`insert into customers (customer_id, name, email, registered_at)
      values (-1, 'Ada', 'ada@example.com', now())`);
    const report = await run(changes, fileOf(ROWS, 'Grace'));
    expect(report.failure).toBeNull();
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: ROWS, rejected: 0 } });
    const [row] = await harness.sql`
      select address, birthday::text, registered_at = '2024-01-01T00:00:00Z' as instant
      from customers where customer_id = ${ROWS - 1}`;
    expect(row).toEqual({ address: '12, Long Street\\b', birthday: '2001-02-03', instant: true });
    const loader = {
      ...assumed,
      idle_in_transaction_session_timeout: idleMilliseconds.loader,
      // Its own: how long it waits for locks of others.
      lock_timeout: '5000',
    };
    const all = await seen('customers', 'csv-import %');
    expect(all.length).toBeGreaterThan(0);
    for (const each of all) expect(each).toMatchObject(Object.fromEntries(settings(loader)));
  });

  it('do not change what a dry run says', async () => {
    const report = await run({}, fileOf(ROWS, 'Grace'), true);
    expect(report).toMatchObject({ outcome: 'dry-run', counts: { inserted: ROWS }, failure: null });
  });

  it('do not change what the ledger enters, from its first table on', async () => {
    await harness.sql.unsafe('drop schema if exists csv_import cascade');
    expect((await run({}, fileOf(1, 'Ada'))).failure).toBeNull();
    await harness.sql.unsafe(
      'create trigger see after insert or update on csv_import.runs execute function see()',
    );
    expect((await run({}, fileOf(2, 'Grace'))).failure).toBeNull();
    const status = { ...assumed, idle_in_transaction_session_timeout: idleMilliseconds.status };
    const all = await seen('runs', 'csv-import status');
    expect(all.length).toBeGreaterThan(0);
    for (const each of all) expect(each).toMatchObject(Object.fromEntries(settings(status)));
  });

  it('are as they were once a transaction has ended', async () => {
    const connection = connect({ url, tls: 'url' }, 'settings test');
    try {
      const read = () => connection.sql`select name, setting from pg_settings order by name`;
      const before = [...(await read())];
      await inTransaction(connection, (tx) => tx`select 1`);
      await connection.statements`select 1`;
      await inTransaction(connection, (tx) => tx`select 1 / 0`).catch(() => {});
      expect([...(await read())]).toEqual(before);
    } finally {
      await connection.sql.end({ timeout: 1 });
    }
  });

  it('that only a superuser may change: foreign keys and triggers are not skipped', async () => {
    const role = new URL(url).username;
    await harness.sql.unsafe(`alter role ${role} set session_replication_role = replica`);
    try {
      expect((await run({}, fileOf(1, 'Ada'))).failure).toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('session_replication_role'),
      });
      await harness.sql.unsafe(`alter role ${role} superuser`);
      expect((await run({}, fileOf(1, 'Ada'))).failure).toBeNull();
      expect(await seen('customers', 'csv-import %')).toMatchObject([{ session_replication_role: 'origin' }]);
    } finally {
      await harness.sql.unsafe(
        `alter role ${role} nosuperuser; alter role ${role} reset session_replication_role`,
      );
    }
  });
});
