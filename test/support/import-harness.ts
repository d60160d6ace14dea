import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import type { Sql } from 'postgres';
import { defineImport, type TableImport } from '../../contract/definition/define-import.ts';
import { type Attempt, attemptSchema } from '../../contract/environment.ts';
import type { Report } from '../../contract/report.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { customers } from '../../imports/customers.ts';
import { startS3 } from '../../local/s3/server.ts';
import { importUpload } from '../../task/import-upload.ts';
import type { Importer } from '../../task/run.ts';
import { createTestDatabase } from './test-database.ts';

export const UPLOADS = 'uploads';
export const RESULTS = 'results';

/** The customers' table as an application would create it. */
export const customersSql = `create table customers (
  customer_id integer primary key,
  name varchar(80) not null,
  email varchar(120) not null,
  phone varchar(20),
  address text,
  birthday date,
  credit_limit numeric(12, 2) not null default '0',
  registered_at timestamp with time zone not null,
  notes text
)`;

/** The customers import with some settings changed. */
export function customersImport(
  changes: Partial<Parameters<typeof defineImport<typeof customers>>[0]> = {},
): TableImport {
  return defineImport({
    name: 'customers',
    prefix: 'uploads/customers/',
    table: customers,
    mode: 'upsert',
    ...changes,
  });
}

/** The importer with a real S3 endpoint and a real database, in this process. */
export interface ImportHarness {
  s3: S3Client;
  s3Endpoint: string;
  sql: Sql;
  databaseUrl: string;
  /** Puts an object and describes it as its event would. */
  put(
    key: string,
    content: string | Buffer,
    sequencer?: string,
    metadata?: Record<string, string>,
  ): Promise<Upload>;
  attempt(upload: Upload, changes?: Partial<Attempt>): Attempt;
  run(
    upload: Upload,
    definition: TableImport,
    options?: { attempt?: Partial<Attempt>; importer?: Partial<Importer> },
  ): Promise<Report>;
  /** The environment of an importer process for this attempt. */
  environment(attempt: Attempt): Record<string, string>;
  read(key: string): Promise<Buffer>;
  readCsv(key: string): Promise<Record<string, string>[]>;
  close(): Promise<void>;
}

/** @param postgresUrl the server to make a database on; default: the test run's */
export async function createImportHarness(postgresUrl?: string): Promise<ImportHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-harness-'));
  const server = await startS3({
    directory,
    buckets: [
      { name: UPLOADS, versioned: true },
      { name: RESULTS, versioned: false },
    ],
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  const database = await createTestDatabase(postgresUrl);
  let clock = 0;
  const harness: ImportHarness = {
    s3,
    s3Endpoint: server.endpoint,
    sql: database.sql,
    databaseUrl: database.url,
    async put(key, content, sequencer, metadata = {}) {
      const body = Buffer.from(content);
      const sent = await s3.send(
        new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: body, Metadata: metadata }),
      );
      return {
        bucket: UPLOADS,
        key,
        versionId: sent.VersionId!,
        etag: sent.ETag!.replaceAll('"', ''),
        size: body.length,
        sequencer: sequencer ?? (++clock).toString(16).padStart(8, '0'),
      };
    },
    attempt: (upload, changes = {}) => ({
      importName: 'customers',
      runId: deriveRunId('customers', upload),
      attempt: `${randomUUID()}.0.1`,
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:imports:test',
      resultsBucket: RESULTS,
      dryRun: false,
      upload,
      ...changes,
    }),
    run: (upload, definition, { attempt, importer } = {}) =>
      importUpload(harness.attempt(upload, { importName: definition.name, ...attempt }), definition, {
        s3,
        database: { url: database.url, tls: 'url' },
        logger: new Logger({ logLevel: process.env.TEST_LOG === undefined ? 'SILENT' : 'INFO' }),
        signal: new AbortController().signal,
        lockWaitSeconds: 20,
        ...importer,
      }),
    environment(attempt) {
      const { upload } = attempt;
      const environment = {
        S3_BUCKET: upload.bucket,
        S3_KEY: upload.key,
        S3_VERSION_ID: upload.versionId,
        S3_ETAG: upload.etag,
        S3_SIZE: String(upload.size),
        S3_SEQUENCER: upload.sequencer,
        IMPORT_NAME: attempt.importName,
        RUN_ID: attempt.runId,
        ATTEMPT: attempt.attempt,
        EXECUTION_ARN: attempt.executionArn,
        RESULTS_BUCKET: attempt.resultsBucket,
        DRY_RUN: String(attempt.dryRun),
      };
      attemptSchema.parse(environment);
      return {
        ...environment,
        DATABASE_URL: database.url,
        AWS_ENDPOINT_URL_S3: server.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      };
    },
    async read(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: RESULTS, Key: key }));
      return Buffer.from(await Body!.transformToByteArray());
    },
    readCsv: async (key) => parse(await harness.read(key), { columns: true, bom: true }),
    async close() {
      s3.destroy();
      await server.close();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return harness;
}
