import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineImport, type ImportDefinition } from '../../../contract/define-import.ts';
import { deriveRunId } from '../../../contract/upload.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres.ts';
import { importUpload } from '../../../task/import-upload.ts';
import { PLAIN, startTestS3, type TestS3, VERSIONED } from '../../local/s3-fixture.ts';
import { fencesOf, readDoc, sectionOf } from './markdown.ts';

const modes = ['append', 'upsert', 'replace'] as const;
const customers = pgTable('customers', { id: integer('id').primaryKey(), name: text('name') });
const orders = pgTable('orders', { id: serial('id').primaryKey(), what: text('what') });
const tablesSql = `
  create table customers (id integer primary key, name text);
  create table orders (id serial primary key, what text)`;

let s3: TestS3;
let server: PostgresServer;
let directory: string;
let importerUrl: string;

beforeAll(async () => {
  s3 = await startTestS3();
  directory = await mkdtemp(join(tmpdir(), 'csv-import-grants-'));
  server = await startPostgres({ directory, fsync: false });
  // As on AWS, but with the tables in somebody else's hands.
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe('create role importer login');
  await admin.unsafe('create database imports');
  // PostgreSQL gives everybody what a careful owner takes back.
  await admin.unsafe('revoke all on database imports from public');
  await admin.end();
  const owner = postgres(urlOf('imports'), { max: 1, onnotice: () => {} });
  await owner.unsafe(tablesSql);
  const [sql] = fencesOf(sectionOf(readDoc('docs/deploy.md'), '## Target tables and the database user'));
  // The commented grants are for tables of another shape, which this test has.
  const grants = sql!.content
    .replace(/^-- (?=grant)/gm, '')
    .replaceAll('on customers', 'on customers, orders');
  await owner.unsafe(grants);
  await owner.end();
  importerUrl = urlOf('imports', 'importer');
});
afterAll(async () => {
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

function urlOf(database: string, user?: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  return url.href;
}

async function importFile(definition: ImportDefinition, content: string) {
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
      database: { url: importerUrl, tls: 'url' },
      logger: new Logger({ logLevel: 'SILENT' }),
      signal: new AbortController().signal,
      lockWaitSeconds: 10,
    },
  );
}

it.each(modes)('docs/deploy.md: its grants are enough for %s', async (mode) => {
  const definition = defineImport({ name: `c-${mode}`, prefix: `c-${mode}/`, table: customers, mode });
  const id = modes.indexOf(mode) + 1;
  const report = await importFile(definition, `id,name\n${id},Ada\n`);
  expect(report).toMatchObject({ outcome: 'imported', failure: null, counts: { inserted: 1 } });
});

it('docs/deploy.md: its grants are enough for a default from a sequence', async () => {
  const definition = defineImport({ name: 'orders', prefix: 'orders/', table: orders, mode: 'append' });
  expect(await importFile(definition, 'what\nbolt\n')).toMatchObject({ outcome: 'imported', failure: null });
});
