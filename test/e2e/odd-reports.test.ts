// What an importer of one's own may leave behind after it has done its work: the execution must say so all the same.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import { storageKeys } from '../../contract/storage-keys.ts';
import type { LocalTasks } from '../../local/tasks.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

let harness: StackHarness;
afterEach(() => harness.close());

/** Importers that end well at once and leave this as their report. */
function leaving(report: string) {
  return (provided: Record<string, string>): LocalTasks => {
    const s3 = new S3Client({
      ...localAwsConfig,
      endpoint: provided.AWS_ENDPOINT_URL_S3!,
      forcePathStyle: true,
    });
    return {
      async run({ Overrides }) {
        const { Environment } = Overrides!.ContainerOverrides![0]!;
        const given = (name: string) => Environment!.find(({ Name }) => Name === name)!.Value;
        const Key = storageKeys.report(given('RUN_ID'), given('ATTEMPT'));
        await s3.send(new PutObjectCommand({ Bucket: given('RESULTS_BUCKET'), Key, Body: report }));
        return { TaskArn: 'arn:task' } as never;
      },
      running: () => [],
      close: async () => s3.destroy(),
    };
  };
}

const notice = { subject: '[customers] imported', text: '3 rows' };

it.each([
  ['no JSON', '3 rows imported, thank you'],
  ['300 KB', JSON.stringify({ outcome: 'imported', notice, rows: 'x'.repeat(300_000) })],
  ['3 MB', JSON.stringify({ outcome: 'imported', notice, rows: 'x'.repeat(3_000_000) })],
  ['a notice of its own kind', JSON.stringify({ outcome: 'imported', notice: { subject: 1, text: {} } })],
])('a report that is %s: SUCCEEDED, and notified without it', async (_, report) => {
  harness = await createStackHarness({ runTasks: leaving(report) });
  const execution = await harness.upload('customers.csv', 'id\n1\n');
  expect(await harness.end(execution)).toMatchObject({ status: 'SUCCEEDED' });
  expect((await harness.states(execution)).slice(-3)).toEqual([
    'CheckOutcome',
    'NotifyWithoutReport',
    'ImportSucceeded',
  ]);
  expect(await harness.notifications()).toMatchObject([
    { subject: '[customers] done', attributes: { outcome: 'done' } },
  ]);
});
