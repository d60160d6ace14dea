import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { beforeEach, expect, it, vi } from 'vitest';
import { defineImport } from '../../../contract/definition/define-import.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  Object.assign(process.env, { STACK_NAME: 'CsvImport', TIME_LIMIT_MINUTES: '240' });
});
vi.mock('../../../imports/index.ts', () => {
  const table = pgTable('points', { id: integer('id').primaryKey() });
  const own = (name: string, timeLimitMinutes?: number) =>
    defineImport({
      name,
      prefix: `${name}/`,
      table,
      mode: 'append',
      ...(timeLimitMinutes === undefined ? {} : { timeLimitMinutes }),
    });
  const container = defineImport({
    name: 'container',
    prefix: 'container/',
    container: { image: 'example.com/importer:1', command: ['import'] },
    timeLimitMinutes: 5,
  });
  return { loadImports: async () => [own('default'), own('short', 1), own('long', 600), container] };
});
const { handler } = await import('../../../handlers/validate-upload.ts');

const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
  s3.on(HeadObjectCommand).resolves({ ContentLength: 1, ETag: '"e"', Metadata: {} });
});

it.each([
  ['default', 240],
  ['short', 1],
  ['long', 600],
  ['container', 5],
])('an attempt of import %s may take %i minutes', async (name, minutes) => {
  const event = { detail: { bucket: { name: 'b' }, object: { key: `${name}/a.csv` } } };
  expect(await handler(event, {} as never)).toMatchObject({ import: name, timeLimitSeconds: 60 * minutes });
});
