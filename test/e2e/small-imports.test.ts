import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Assembly, synthesise } from '../../local/synthesise.ts';
import { connectLocal } from '../../operator/connection.ts';
import { readLog } from '../../operator/logs/read-log.ts';
import { readExecution } from '../../operator/read-execution.ts';
import { readTimeline } from '../../operator/timeline.ts';
import { headers } from '../../samples/customers.ts';
import { recordHistory } from '../events/histories.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

// With `csvImport.smallUploads`: small uploads are imported by a function, and by a task where that is too little.

const MAX_BYTES = 2_000;
const file = (rows: number) =>
  `${headers.join(',')}\n${Array.from({ length: rows }, (_, id) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;
const ids = (rows: number) => Array.from({ length: rows }, (_, id) => id);

let directory: string;
let harness: StackHarness;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-small-'));
  const assembly = await synthesise(directory, undefined, {
    'csvImport.smallUploads': { maxBytes: MAX_BYTES },
  });
  await makeMortal(assembly);
  harness = await createStackHarness({ assembly });
});
afterAll(async () => {
  await harness?.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => harness.sql`truncate customers`);

/** The bundle as it is, but that a key may ask for the end of its execution environment, after some milliseconds. */
async function makeMortal({ template, fileAssets }: Assembly): Promise<void> {
  const [id] = Object.keys(template.Resources).filter((name) => name.startsWith('SmallImportsFunction'));
  const { S3Key } = template.Resources[id!]!.Properties!.Code as { S3Key: string };
  const bundle = fileAssets.get(S3Key.replace('.zip', ''))!;
  await rename(join(bundle, 'index.mjs'), join(bundle, 'importer.mjs'));
  await writeFile(
    join(bundle, 'index.mjs'),
    `import { handler as importer } from './importer.mjs';
     export const handler = (attempt, invocation) => {
       const ms = /killed-after-(\\d+)/.exec(attempt.S3_KEY)?.[1];
       if (ms !== undefined) setTimeout(() => process.exit(137), Number(ms));
       return importer(attempt, invocation);
     };`,
  );
}

const SMALL = ['ValidateUpload', 'ChooseCompute', 'RunSmallImport', 'ReadReport', 'CheckOutcome'];

it('imports a small file in the function, with everything that a task leaves', async () => {
  const arn = await harness.upload('small.csv', file(3));
  expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await harness.states(arn)).toEqual([...SMALL, 'NotifySuccess', 'ImportSucceeded']);
  expect(harness.stack.importers()).toEqual([]);
  expect(await harness.customerIds()).toEqual(ids(3));
  const [report] = await harness.reports(arn);
  expect(report).toMatchObject({ outcome: 'imported', executionArn: arn, counts: { inserted: 3 } });
  const [run] =
    await harness.sql`select status, last_attempt from csv_import.runs where run_id = ${report!.runId}`;
  expect(run).toEqual({ status: 'imported', last_attempt: report!.attempt });
  const progress = await harness.result(`progress/${report!.runId}/${report!.attempt}.json`);
  expect(JSON.parse(progress.toString())).toMatchObject({ phase: 'done', rowsRead: 3 });
  expect((await harness.notifications()).filter(({ message }) => message.includes(arn))).toHaveLength(1);
  const connection = connectLocal(harness.description);
  const log = await readLog(connection, await readExecution(connection, arn));
  expect(log.map(({ message }) => message)).toEqual(expect.arrayContaining(['started', 'imported']));
});

it('imports a large file in a task', async () => {
  const arn = await harness.upload('large.csv', file(100));
  expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  expect((await harness.states(arn)).slice(0, 3)).toEqual(['ValidateUpload', 'ChooseCompute', 'RunImporter']);
  expect(await harness.customerIds()).toEqual(ids(100));
});

it('fails for a file’s problem at once, under its name, with the rejects', async () => {
  const arn = await harness.upload(
    'rejected.csv',
    `${file(2)}x,Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`,
  );
  expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error: 'RowsRejected' });
  expect(await harness.states(arn)).toEqual([
    ...SMALL.slice(0, 3),
    'ExplainFailure',
    'RetryOrGiveUp',
    'NotifyFailure',
    'ImportFailed',
  ]);
  const [report] = await harness.reports(arn);
  expect(await harness.resultCsv(report!.rejects!.errorsKey)).toMatchObject([
    { line: '4', code: 'invalid_integer' },
  ]);
  // Corrected data would be another upload; a redrive tries the function again.
  expect(await harness.redrive(arn)).toMatchObject({ status: 'FAILED', error: 'RowsRejected' });
  expect((await harness.states(arn)).filter((state) => state === 'RunSmallImport')).toHaveLength(2);
});

it('goes on as a task when the function is killed, here while it waits for a lock', async () => {
  const locking = harness.sql.begin(async (tx) => {
    await tx`lock table customers in access exclusive mode`;
    const arn = await harness.upload('killed-after-1500.csv', file(2));
    const state = async () => (await harness.states(arn)).at(-1);
    await expect.poll(state, { timeout: 60_000 }).toBe('RunImporter');
    return arn;
  });
  const arn = await locking;
  expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await harness.customerIds()).toEqual(ids(2));
  const timeline = await readTimeline(connectLocal(harness.description), arn);
  expect(timeline.filter(({ attempt }) => attempt !== null)).toMatchObject([
    { state: 'RunSmallImport', attempt: 1, error: 'Runtime.ExitError' },
    { state: 'RunImporter', attempt: 2, error: null },
  ]);
  // What docs/console.md draws.
  const { events = [] } = await harness.sfn.send(
    new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000 }),
  );
  await expect(recordHistory(events)).toMatchFileSnapshot('../events/history-small.jsonl');
  expect(timeline.find(({ state }) => state === 'ExplainFailure')!.decision).toMatch(
    /^ImporterKilled: once more/,
  );
});

it.each([0, 100, 200, 300, 400])('loads each row once, killed after %i ms', async (ms) => {
  const arn = await harness.upload(`killed-after-${ms}.csv`, file(10));
  expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await harness.customerIds()).toEqual(ids(10));
  const outcomes = (await harness.reports(arn)).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'imported').length).toBeLessThanOrEqual(1);
});

it('imports more at once than it has execution environments', async () => {
  const uploads = await Promise.all(
    ids(12).map((id) => harness.upload(`many-${id}.csv`, file(1 + (id % 3)))),
  );
  const ended = await Promise.all(uploads.map((arn) => harness.end(arn)));
  expect(ended.map(({ status }) => status)).toEqual(Array(12).fill('SUCCEEDED'));
  expect(await harness.customerIds()).toEqual(ids(3));
});
