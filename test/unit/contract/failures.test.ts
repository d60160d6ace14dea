import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exitCodes, type FailureName, failureKind, failureNames } from '../../../contract/failures.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import { storageKeys } from '../../../contract/storage-keys.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres.ts';
import { createMissingTables } from '../../../local/target-tables.ts';
import { PLAIN, startTestS3, type TestS3, VERSIONED } from '../../local/s3-fixture.ts';

const root = join(import.meta.dirname, '../../..');

function readSources(folder: string, ending = '.ts'): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && file !== basename(import.meta.filename))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))
    .join('\n');
}

/** Names with which the sources make a failure: thrown as an error, or named from outside of the importer. */
function namesMadeIn(...folders: string[]): Set<string> {
  const sources = folders.map((folder) => readSources(folder)).join('\n');
  // Several names may stand in one call: `new ImportFailure(denied ? 'AccessDenied' : 'StorageUnavailable', …)`.
  const calls = [...sources.matchAll(/(?:new ImportFailure|named)\(([^`]*?)(?:,|\))/g)];
  return new Set(
    calls.flatMap(([, first]) => [...first!.matchAll(/'([A-Z]\w+)'/g)].map((match) => match[1]!)),
  );
}

let s3: TestS3;
let server: PostgresServer;
let directory: string;

beforeAll(async () => {
  s3 = await startTestS3();
  directory = await mkdtemp(join(tmpdir(), 'csv-import-exit-codes-'));
  server = await startPostgres({ directory, fsync: false });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  await createMissingTables(sql);
  await sql.end();
});
afterAll(async () => {
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

describe('every failure of the list', () => {
  const made = namesMadeIn('contract', 'csv', 'imports', 'handlers', 'task', 'infra');
  const expected = ['unit/handlers', 'unit/contract', 'unit/csv', 'database', 'workflow', 'infra', 'e2e']
    .map((folder) => readSources(`test/${folder}`, '.test.ts'))
    .join('\n');

  it.each(failureNames)('%s is made to happen somewhere, and a test expects it', (name) => {
    expect([...made]).toContain(name);
    expect(expected).toMatch(new RegExp(`['/]${name}['/]`));
  });

  it('has an exit code exactly if the importer can fail so', () => {
    const importers = namesMadeIn('contract', 'csv', 'imports', 'task');
    const withCode = failureNames.filter((name) => failureKind(name).exitCode !== null);
    expect(failureNames.filter((name) => importers.has(name))).toEqual(withCode);
  });

  it('has an exit code that goes with its blame and with whether it is retried', () => {
    for (const name of failureNames) {
      const { blame, retryable, exitCode } = failureKind(name);
      const code = blame === 'file' ? exitCodes.file : retryable ? exitCodes.tryAgain : exitCodes.ours;
      expect([name, [code, exitCodes.stopped, null]]).toEqual([name, expect.arrayContaining([exitCode])]);
      expect([name, exitCode === exitCodes.stopped]).toEqual([name, name === 'ImporterStopped']);
    }
  });
});

describe('the importer’s process exits with what the table says', () => {
  const header = 'customer_id,name,email,registered_at\n';
  const row = '1,Ada,ada@example.com,2026-01-01T00:00:00Z\n';
  const closedPort = 'postgres://nobody@127.0.0.1:9/none';
  let attempts = 0;

  /** Puts a file and starts an importer process for it. */
  async function start(content: string, changes: Record<string, string> = {}) {
    const key = `uploads/customers/${++attempts}.csv`;
    const put = await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: key, Body: content }));
    const attempt = { runId: `customers-${attempts}`, attempt: 'test.0.1' };
    const importer = spawn(process.execPath, ['task/main.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        AWS_ENDPOINT_URL_S3: s3.server.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        S3_BUCKET: VERSIONED,
        S3_KEY: key,
        S3_VERSION_ID: put.VersionId,
        S3_ETAG: put.ETag!.replaceAll('"', ''),
        S3_SIZE: String(content.length),
        IMPORT_NAME: 'customers',
        RUN_ID: attempt.runId,
        ATTEMPT: attempt.attempt,
        RESULTS_BUCKET: PLAIN,
        DATABASE_URL: server.url,
        ...changes,
      },
    });
    onTestFinished(() => {
      importer.kill('SIGKILL');
    });
    importer.stdout.resume();
    return { importer, reportKey: storageKeys.report(attempt.runId, attempt.attempt) };
  }

  async function exitCode(importer: ChildProcess): Promise<number> {
    return importer.exitCode ?? ((await once(importer, 'exit'))[0] as number);
  }

  async function readReport(key: string): Promise<Report> {
    const response = await fetch(`${s3.server.endpoint}/${PLAIN}/${key}`);
    return reportSchema.parse(await response.json());
  }

  it('0 for a file that is imported', async () => {
    const { importer, reportKey } = await start(header + row);
    expect(await exitCode(importer)).toBe(exitCodes.done);
    expect((await readReport(reportKey)).counts.inserted).toBe(1);
  });

  it.each<[FailureName, string, Record<string, string>]>([
    ['RowsRejected', `${header}one,Ada,ada@example.com,2026-01-01T00:00:00Z\n`, {}],
    ['HeaderInvalid', 'nothing,known\n', {}],
    ['EmptyUpload', '\n\n', {}],
    ['DefinitionInvalid', header + row, { IMPORT_NAME: 'unknown' }],
    ['DatabaseUnavailable', header + row, { DATABASE_URL: closedPort }],
    ['UploadGone', header + row, { S3_VERSION_ID: '00000000-0000-0000-0000-000000000000' }],
  ])('%s', async (name, content, changes) => {
    const { importer, reportKey } = await start(content, changes);
    expect(await exitCode(importer)).toBe(failureKind(name).exitCode);
    expect((await readReport(reportKey)).failure).toMatchObject({ name });
  });

  it('UnexpectedError, without a report, for an environment that is not as agreed', async () => {
    const { importer } = await start(header + row, { S3_SIZE: 'many' });
    expect(await exitCode(importer)).toBe(failureKind('UnexpectedError').exitCode);
  });

  it('StorageUnavailable, without a report, where S3 is not there', async () => {
    const { importer } = await start(header + row, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' });
    expect(await exitCode(importer)).toBe(failureKind('StorageUnavailable').exitCode);
  });

  it('ImporterStopped, long before ECS loses patience, on SIGTERM while the database does not answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}));
    const connected = once(silent, 'connection');
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.close();
    });
    const { port } = silent.address() as { port: number };
    const { importer } = await start(header + row, {
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none`,
    });
    await connected;
    const asked = Date.now();
    importer.kill('SIGTERM');
    expect(await exitCode(importer)).toBe(failureKind('ImporterStopped').exitCode);
    // It means to take nine seconds at most, and ECS waits for 30; a slow machine must not fail the test.
    expect(Date.now() - asked).toBeLessThan(20_000);
  });
});
