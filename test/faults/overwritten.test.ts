import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Upload } from '../../contract/upload.ts';
import { RESULTS } from '../support/import-harness.ts';
import { definitions } from './harness/definitions.ts';
import { generateFile } from './harness/expectation.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickCopying } from './harness/moments.ts';
import { ledgerOf } from './harness/observations.ts';
import { eachRound } from './harness/rounds.ts';
import type { TestedRun } from './harness/tested-run.ts';

let harness: FaultHarness;
beforeAll(async () => {
  harness = await FaultHarness.open();
});
afterAll(() => harness.close());

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));
const batches = Object.fromEntries(Object.entries(imports).filter(([, { commit }]) => commit !== 'file'));

/** Into a bucket that keeps no versions. */
async function putUnversioned(key: string, file: Buffer): Promise<Upload> {
  const { ETag } = await harness.harness.s3.send(
    new PutObjectCommand({ Bucket: RESULTS, Key: key, Body: file }),
  );
  const etag = ETag!.replaceAll('"', '');
  return { bucket: RESULTS, key, versionId: '', etag, size: file.length, sequencer: '' };
}

/** The first read of the upload breaks off, and by then the object is another one. */
function overwriteWhileRead(run: TestedRun, after: number, overwrite: () => Promise<unknown>): void {
  let overwritten = false;
  harness.storage.onRequest = async ({ method, path }) => {
    if (overwritten || method !== 'GET' || path !== `/${run.upload.bucket}/${run.upload.key}`) {
      return { kind: 'pass' };
    }
    overwritten = true;
    setTimeout(() => void overwrite(), 0);
    return { kind: 'reset', after };
  };
}

const changed = { name: 'UploadChanged', blame: 'file', retryable: false };

eachRound(
  'overwritten between event and read: the version of the event',
  imports,
  async (random, definition) => {
    const run = await harness.prepare(random, definition);
    await harness.harness.put(run.upload.key, generateFile(random, definition));
    await run.complete();
  },
);

eachRound('overwritten while it is read: the version of the event', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const other = generateFile(random, definition);
  overwriteWhileRead(run, random.between(0, run.file.length - 1), () =>
    harness.harness.put(run.upload.key, other),
  );
  const judged = await run.judge(run.start());
  expect(judged.failure, judged.output).toBeNull();
  await run.verify(judged);
});

eachRound('overwritten between event and read, no versions', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition, { put: putUnversioned });
  const file = generateFile(random, definition);
  const newer = harness.testedRun(definition, await putUnversioned(run.upload.key, file), file, run.before);
  const judged = await run.judge(run.start());
  expect(judged.failure, judged.output).toMatchObject(changed);
  expect(judged.exitCode).toBe(65);
  await run.expectRows(run.before);
  // The newer upload has a run of its own.
  await newer.complete();
});

eachRound('overwritten while it is read, no versions', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition, { put: putUnversioned });
  const file = generateFile(random, definition);
  const put = Promise.withResolvers<Upload>();
  overwriteWhileRead(run, random.between(0, run.file.length - 1), () => {
    put.resolve(putUnversioned(run.upload.key, file));
    return put.promise;
  });
  const judged = await run.judge(run.start());
  expect(judged.failure, judged.output).toMatchObject(changed);
  await run.expectRows(run.before);
  await harness.testedRun(definition, await put.promise, file, run.before).complete();
});

eachRound('overwritten between two attempts, no versions', batches, async (random, definition) => {
  const run = await harness.prepare(random, definition, { put: putUnversioned });
  const unwatch = run.watch();
  const killed = await disturb(harness, run, pickCopying(random, run), ({ kill }) => kill('SIGKILL'));
  await run.expectFailure(killed, 'ImporterKilled');
  await run.expectNoSessions();
  await putUnversioned(run.upload.key, generateFile(random, definition));
  const judged = await run.judge(run.start());
  expect(judged.failure, judged.output).toMatchObject(changed);
  // What is in stays, and is told.
  await unwatch();
  const [done] = await harness.harness.sql`
    select coalesce(sum(rows_read), 0)::int as read, coalesce(sum(rows_inserted), 0)::int as inserted,
      coalesce(sum(rows_updated), 0)::int as updated, coalesce(sum(rows_rejected), 0)::int as rejected
    from csv_import.checkpoints where run_id = ${run.runId}`;
  expect(judged.report!.counts).toMatchObject(done!);
  expect(await ledgerOf(harness.harness.sql, run.runId)).toMatchObject({
    status: 'failed',
    failure: 'UploadChanged',
    counts: judged.report!.counts,
  });
});
