import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureNames } from '../../../contract/failures.ts';
import { PLAIN, startTestS3, type TestS3 } from '../../local/s3-fixture.ts';

const runId = 'stock-1';
const attempt = 'x.0.1';

let s3: TestS3;
let handler: (input: unknown, context: never) => Promise<{ report: Record<string, unknown> }>;
beforeAll(async () => {
  s3 = await startTestS3();
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('RESULTS_BUCKET', PLAIN);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.server.endpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  handler = (await import('../../../handlers/read-report.ts')).handler as never;
});
afterAll(() => vi.unstubAllEnvs());

const read = () => handler({ runId, attempt }, {} as never);
const put = (Body: string | Buffer) =>
  s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key: `reports/${runId}/${attempt}.json`, Body }));

const notice = { subject: '[stock] imported', text: '3 articles' };
const slotWait = { reason: 'busy', running: 1, ahead: 0, waitedSeconds: 0, waitSeconds: 5 };

describe('ReadReport', () => {
  it('finds nothing where there is no report', async () => {
    expect(await handler({ runId, attempt: 'none' }, {} as never)).toEqual({ report: {} });
  });

  it('hands on all of a report that the workflow’s data can hold', async () => {
    const report = {
      outcome: 'imported',
      notice,
      slotWait: null,
      counts: { read: 3 },
      padding: '顧'.repeat(60_000),
    };
    await put(JSON.stringify(report));
    expect(await read()).toEqual({ report });
  });

  it.each([
    ['a text', 'imported 3 rows'],
    ['nothing', ''],
    ['JSON that is cut off', '{"outcome":"imported","no'],
    ['a list', '[1,2]'],
    ['a word', '"imported"'],
    ['null', 'null'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['more than 256 KiB', JSON.stringify({ outcome: 'imported', notice, padding: 'x'.repeat(256 * 1024) })],
    ['300 MB', Buffer.alloc(300_000_000, ' ')],
    [
      'numbers that are longer when written again',
      JSON.stringify({ notice }).replace('}}', `},"n":[${'1e20,'.repeat(30_000)}1]}`),
    ],
  ])('finds no report in %s', async (_, body) => {
    await put(body);
    expect(await read()).toEqual({ report: {} });
  });

  it.each([
    [
      'a notice without a text',
      { outcome: 'imported', notice: { subject: 'done' } },
      { outcome: 'imported', notice: null, slotWait: null },
    ],
    [
      'a subject that is a number',
      { outcome: 'imported', notice: { ...notice, subject: 3 } },
      { outcome: 'imported', notice: null, slotWait: null },
    ],
    ['an outcome that is a list', { outcome: ['imported'], notice }, { notice, slotWait: null }],
    [
      'a wait that is a word',
      { outcome: 'queued', slotWait: { ...slotWait, waitSeconds: 'long' } },
      { outcome: 'queued', notice: null, slotWait: null },
    ],
    [
      'a wait in the past',
      { outcome: 'queued', slotWait: { ...slotWait, waitSeconds: -1 } },
      { outcome: 'queued', notice: null, slotWait: null },
    ],
    [
      'fields of another release',
      { outcome: 'queued', slotWait: { ...slotWait, of: 'tomorrow' } },
      { outcome: 'queued', notice: null, slotWait: { ...slotWait, of: 'tomorrow' } },
    ],
    [
      'what a terminal would obey',
      { notice: { ...notice, text: '3 articles\n\u009b31m\u202e' } },
      { notice: { ...notice, text: '3 articles\n\\u009b31m\\u202e' }, slotWait: null },
    ],
    [
      'the least wait',
      { outcome: 'queued', slotWait: { reason: 'busy', waitSeconds: 120 } },
      { outcome: 'queued', notice: null, slotWait: { reason: 'busy', waitSeconds: 120 } },
    ],
  ])('leaves out what no state could work with: %s', async (_, body, report) => {
    await put(JSON.stringify(body));
    expect(await read()).toEqual({ report });
  });

  it('fails where S3 does not answer, so that a run that waits does not pass for done: under no failure’s name', async () => {
    await s3.server.close();
    const failed = expect.objectContaining({
      name: 'ReportUnavailable',
      message: expect.stringMatching(/^s3:\/\/results\/reports\/stock-1\/x\.0\.1\.json could not be read: /),
    });
    await expect(read()).rejects.toEqual(failed);
    expect(failureNames).not.toContain('ReportUnavailable');
  });
});
