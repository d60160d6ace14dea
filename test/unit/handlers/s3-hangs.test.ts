// An S3 that takes requests and never answers: the SDK by itself would wait for ever.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findObject } from '../../../handlers/find-object.ts';
import { createS3Client, maxAttempts, requestLimits } from '../../../handlers/s3-client.ts';
import { functionNames } from '../../../infra/bundles.ts';
import { makeStack } from '../../infra/make-stack.ts';

let server: Server;
const open = new Set<Socket>();
let beginning = '';
beforeAll(async () => {
  server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    if (beginning !== '') socket.write(beginning);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('STACK_NAME', 'CsvImport');
  vi.stubEnv('TIME_LIMIT_MINUTES', '240');
  vi.stubEnv('RESULTS_BUCKET', 'results');
});
afterAll(() => {
  vi.unstubAllEnvs();
  for (const socket of open) socket.destroy();
  server.close();
});

const event = { detail: { bucket: { name: 'b' }, object: { key: 'uploads/customers/a.csv' } } };
const invoke = async (name: string, input: unknown) => {
  const { handler } = await import(`../../../handlers/${name}.ts`);
  const started = Date.now();
  const error = await handler(input, {}).then(
    (result: unknown) => result,
    (thrown: Error) => thrown,
  );
  return { error: error as Error, seconds: (Date.now() - started) / 1000 };
};

describe('where S3 hangs', () => {
  it('ValidateUpload and ReadReport say so, well before Lambda ends them', async () => {
    const [validated, read] = await Promise.all([
      invoke('validate-upload', event),
      invoke('read-report', { runId: 'r', attempt: 'a' }),
    ]);
    expect(validated.error).toMatchObject({
      name: 'StorageUnavailable',
      message: expect.stringContaining('Reading s3://b/uploads/customers/a.csv failed: '),
    });
    expect(read.error).toMatchObject({ name: 'ReportUnavailable' });
    for (const { seconds } of [validated, read]) expect(seconds).toBeLessThan(25);
  });

  it('nothing waits for the rest of an answer either', async () => {
    beginning = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"outcome":';
    const { error } = await invoke('read-report', { runId: 'r', attempt: 'b' });
    expect(error).toMatchObject({ name: 'ReportUnavailable' });
  });

  it('each try ends, and all of them together before the function does', async () => {
    beginning = '';
    const s3 = createS3Client({ connectionTimeout: 50, requestTimeout: 50, socketTimeout: 50 });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toThrow();
    const refused = findObject(s3, { bucket: 'b', key: 'k', versionId: '' });
    await expect(refused).rejects.toMatchObject({ name: 'StorageUnavailable' });
    const { template } = await makeStack();
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(functionNames.length);
    for (const { Properties } of functions) {
      // With a second for each pause between tries, of a tenth of one at most.
      const longest = maxAttempts * (requestLimits.connectionTimeout + requestLimits.requestTimeout + 1000);
      expect(Properties.Timeout * 1000).toBeGreaterThan(longest);
    }
  });
});
