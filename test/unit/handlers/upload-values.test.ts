import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { beforeEach, expect, it, vi } from 'vitest';
import { defineImport, fromKey, fromMetadata } from '../../../contract/definition/define-import.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  Object.assign(process.env, { STACK_NAME: 'CsvImport', TIME_LIMIT_MINUTES: '240' });
});
vi.mock('../../../imports/index.ts', () => {
  const table = pgTable('points', { id: integer('id'), tenant: integer('tenant'), user: text('user') });
  const points = defineImport({
    name: 'points',
    prefix: 'points/',
    key: '{tenant}/*.csv',
    table,
    mode: 'append',
    values: { tenant: fromKey('tenant'), user: fromMetadata('user-id') },
  });
  return { loadImports: async () => [points] };
});
const { handler } = await import('../../../handlers/validate-upload.ts');

const s3 = mockClient(S3Client);
const answer = (Metadata: Record<string, string>) =>
  s3.on(HeadObjectCommand).resolves({ ContentLength: 1, ETag: '"e"', Metadata });
beforeEach(() => s3.reset());
const validate = (key: string) =>
  handler({ detail: { bucket: { name: 'b' }, object: { key } } }, {} as never);

it('takes an upload whose key and metadata have what its rows need', async () => {
  answer({ 'user-id': 'ada' });
  expect(await validate('points/7/a.csv')).toMatchObject({ import: 'points' });
});

it.each([
  ['points/a.csv', { 'user-id': 'ada' }, 'KeyMismatch', 'points/ it expects {tenant}/*.csv'],
  ['points/7/8/a.csv', { 'user-id': 'ada' }, 'KeyMismatch', 'does not fit'],
  [
    'points/x/a.csv',
    { 'user-id': 'ada' },
    'UploadValuesInvalid',
    'column "tenant" takes {tenant} of the key',
  ],
  ['points/7/a.csv', {}, 'UploadValuesInvalid', 'column "user" takes x-amz-meta-user-id'],
])('no importer starts for %s with %o', async (key, metadata, name, message) => {
  answer(metadata);
  await expect(validate(key)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});
