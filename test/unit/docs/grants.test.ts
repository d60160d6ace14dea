import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineImport, type TableImport } from '../../../contract/definition/define-import.ts';
import { deriveRunId } from '../../../contract/upload.ts';
import { readDoc } from '../../../docs/tools/markdown.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres.ts';
import { readRun } from '../../../samples/web-application/ledger.ts';
import { importUpload } from '../../../task/import-upload.ts';
import { PLAIN, startTestS3, type TestS3, VERSIONED } from '../../local/s3-fixture.ts';

const modes = ['append', 'upsert', 'replace'] as const;
const customers = pgTable('customers', { id: integer('id').primaryKey(), name: text('name') });
const orders = pgTable('orders', { id: serial('id').primaryKey(), what: text('what') });
const tablesSql = `
  create table customers (id integer primary key, name text);
  create table orders (id serial primary key, what text);
  create table salaries (id integer)`;
const imported = { outcome: 'imported', failure: null, counts: { inserted: 1 } };
const importOf = (mode: (typeof modes)[number]) =>
  defineImport({ name: `c-${mode}`, prefix: `c-${mode}/`, table: customers, mode });

let s3: TestS3;
let server: PostgresServer;
let directory: string;
let owner: postgres.Sql;
let importerUrl: string;

beforeAll(async () => {
  s3 = await startTestS3();
  directory = await mkdtemp(join(tmpdir(), 'csv-import-grants-'));
  server = await startPostgres({ directory, fsync: false });
  // As on RDS: whoever owns the database is no superuser.
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create role owner login createrole password 'CHANGE-ME'`);
  await admin.unsafe('create database imports owner owner');
  // PostgreSQL gives everybody what a careful owner takes back.
  await admin.unsafe('revoke all on database imports from public');
  await admin.end();
  owner = postgres(urlOf('imports', 'owner'), { max: 1, onnotice: () => {} });
  await owner.unsafe(tablesSql);
  // The importer has run as the owner before: its ledger is there, and changes hands.
  expect(await importFile(importOf('append'), 'id,name\n99,Ada\n', urlOf('imports', 'owner'))).toMatchObject(
    imported,
  );
  // The commented grant is for a table of another shape, which this test has.
  const script = readDoc('docs/importer-user.sql')
    .replace(/^-- (?=grant)/gm, '')
    .replaceAll('on customers', 'on customers, orders');
  await owner.unsafe(script);
  importerUrl = urlOf('imports', 'csv_importer');
});
afterAll(async () => {
  await owner?.end();
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

function urlOf(database: string, user?: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  // The password of docs/importer-user.sql.
  if (user !== undefined) Object.assign(url, { username: user, password: 'CHANGE-ME' });
  return url.href;
}

async function importFile(definition: TableImport, content: string, url = importerUrl) {
  const key = `${definition.prefix}a.csv`;
  const put = await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: key, Body: content }));
  const upload = {
    bucket: VERSIONED,
    key,
    versionId: put.VersionId!,
    etag: put.ETag!.replaceAll('"', ''),
    size: content.length,
    sequencer: '',
  };
  const runId = deriveRunId(definition.name, upload);
  return importUpload(
    {
      importName: definition.name,
      runId,
      attempt: 'test.0.1',
      executionArn: '',
      resultsBucket: PLAIN,
      dryRun: false,
      upload,
    },
    definition,
    {
      s3: s3.client,
      database: { url, tls: 'url' },
      logger: new Logger({ logLevel: 'SILENT' }),
      signal: new AbortController().signal,
      lockWaitSeconds: 10,
    },
  );
}

it.each(modes)('docs/importer-user.sql: its login may do what %s needs', async (mode) => {
  const id = modes.indexOf(mode) + 1;
  expect(await importFile(importOf(mode), `id,name\n${id},Ada\n`)).toMatchObject(imported);
});

it('docs/importer-user.sql: its login may take a default from a sequence', async () => {
  const definition = defineImport({ name: 'orders', prefix: 'orders/', table: orders, mode: 'append' });
  expect(await importFile(definition, 'what\nbolt\n')).toMatchObject(imported);
});

it('docs/importer-user.sql: its login owns the ledger, and whoever made it still reads it', async () => {
  const owners = await owner`
    select distinct tableowner from pg_tables where schemaname = 'csv_import'`;
  expect(owners.map(({ tableowner }) => tableowner)).toEqual(['csv_importer']);
  expect(await owner`select import from csv_import.runs where import = 'c-append'`).not.toEqual([]);
});

it('docs/importer-user.sql: makes the ledger’s schema where there is none, which the importer then fills', async () => {
  await owner.unsafe('drop schema csv_import cascade; reassign owned by csv_importer to current_user');
  await owner.unsafe('revoke all on database imports from csv_importer; drop owned by csv_importer');
  await owner.unsafe('drop role csv_importer');
  await owner.unsafe(readDoc('docs/importer-user.sql'));
  expect(await importFile(importOf('append'), 'id,name\n7,Ada\n')).toMatchObject(imported);
});

describe('docs/application-user.sql', () => {
  let application: postgres.Sql;
  const refusal = (statement: string) =>
    application.unsafe(statement).then(
      () => null,
      ({ code }) => code,
    );
  beforeAll(async () => {
    // Before the first upload: there is the schema, and nothing in it.
    await owner.unsafe('drop schema csv_import cascade');
    await owner.unsafe('drop owned by csv_importer; drop role csv_importer');
    await owner.unsafe(readDoc('docs/importer-user.sql'));
    await owner.unsafe(readDoc('docs/application-user.sql'));
    application = postgres(urlOf('imports', 'csv_application'), { max: 1, onnotice: () => {} });
  });
  afterAll(() => application?.end());

  it('its login reads what the importer writes', async () => {
    const run = { import: 'c-append', bucket: VERSIONED, key: 'c-append/a.csv', version: 'none' };
    expect(await readRun(application, run)).toBeNull();
    expect(await importFile(importOf('append'), 'id,name\n8,Ada\n')).toMatchObject(imported);
    const [{ version }] = (await application`select version from csv_import.runs`) as unknown as [
      { version: string },
    ];
    expect(await readRun(application, { ...run, version })).toMatchObject({
      status: 'imported',
      inserted: 1,
    });
  });

  it.each([
    `update csv_import.runs set status = 'imported'`,
    'delete from csv_import.runs',
    'select * from customers',
    'create table csv_import.mine (id integer)',
    'create table public.mine (id integer)',
    'create schema mine',
  ])('its login may not %s', async (statement) => {
    // Insufficient privilege.
    expect(await refusal(statement)).toBe('42501');
  });
});

it.each([
  'create schema mine',
  'create table public.mine (id integer)',
  'create role mine',
  'create extension hstore',
  'truncate customers',
  'alter table customers add column more text',
  'drop table customers',
  'select * from salaries',
])('docs/importer-user.sql: its login may not %s', async (statement) => {
  const importer = postgres(importerUrl, { max: 1, onnotice: () => {} });
  const refused = await importer.unsafe(statement).then(
    () => null,
    ({ code }) => code,
  );
  await importer.end();
  // Insufficient privilege.
  expect(refused).toBe('42501');
});
