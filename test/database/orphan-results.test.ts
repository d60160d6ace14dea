import { S3Client } from '@aws-sdk/client-s3';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { expect, it, onTestFinished } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { deriveRunId } from '../../contract/upload.ts';
import { createS3Proxy } from '../faults/harness/s3-proxy.ts';
import { createImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const table = pgTable('points', { id: integer('id').primaryKey(), note: text('note') });
const points = defineImport({
  name: 'points',
  prefix: 'points/',
  table,
  mode: 'append',
  commit: { batchRows: 50, lanes: 1 },
  rejects: { maxRows: 100 },
});

it('an attempt that wakes up after its successor leaves that one’s results alone', async () => {
  const harness = await createImportHarness();
  onTestFinished(() => harness.close());
  const proxy = await createS3Proxy(harness.s3Endpoint);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const frozenS3 = new S3Client({
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  onTestFinished(async () => {
    frozenS3.destroy();
    await proxy.close();
  });
  // Twenty rows are wrong by themselves. Two more only the database refuses, of which the first reading cannot know.
  await harness.sql`create table points (id integer primary key, note text)`;
  await harness.sql`insert into points values (7, 'before'), (77, 'before')`;
  const rows = Array.from({ length: 100 }, (_, index) => (index % 5 === 4 ? 'x,' : `${index},`));
  const upload = await harness.put('points/a.csv', ['id,note', ...rows, ''].join('\n'));
  const attempt = { importName: 'points', runId: deriveRunId('points', upload) };

  const awake = Promise.withResolvers<void>();
  proxy.onRequest = async ({ method }) => {
    if (method === 'GET') await awake.promise;
    return { kind: 'pass' };
  };
  const orphan = harness.run(upload, points, { attempt, importer: { s3: frozenS3 } });
  await waitFor('the orphan', async () => proxy.requests.find(({ method }) => method === 'GET') ?? null);
  // Its machine is cut off from the database, and its successor begins.
  const [locked] = await harness.sql`
    select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())`;
  expect(locked).toBeDefined();
  const successor = await harness.run(upload, points, { attempt });
  expect(successor).toMatchObject({ outcome: 'imported', counts: { read: 100, rejected: 22 } });
  const keys = [
    successor.rejects!.errorsKey,
    successor.rejects!.rowsKey,
    storageKeys.progress(successor.runId, successor.attempt),
    storageKeys.report(successor.runId, successor.attempt),
  ];
  const results = () => Promise.all(keys.map(async (key) => (await harness.read(key)).toString()));
  const written = await results();
  expect(await harness.readCsv(successor.rejects!.errorsKey)).toHaveLength(22);

  awake.resolve();
  const late = await orphan;
  expect(late).toMatchObject({ outcome: 'failed', failure: { name: 'DatabaseUnavailable' } });
  // It has written its own, from what it knew.
  expect(await harness.readCsv(late.rejects!.errorsKey)).toHaveLength(20);
  expect(await results()).toEqual(written);
  expect(await harness.sql`select status, reject_errors_key, rejected_rows_key from csv_import.runs`).toEqual(
    [{ status: 'imported', reject_errors_key: keys[0], rejected_rows_key: keys[1] }],
  );
});
