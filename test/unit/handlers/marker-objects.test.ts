import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeMarker } from '../../../handlers/marker-objects.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  Object.assign(process.env, { STACK_NAME: 'CsvImport', TIME_LIMIT_MINUTES: '240' });
});
const { handler } = await import('../../../handlers/validate-upload.ts');

const extensions = ['.csv', '.csv.gz'];

describe('a marker', () => {
  it.each([
    '_SUCCESS',
    'day=1/_SUCCESS',
    '_committed_123',
    '_metadata',
    'day_$folder$',
    '.DS_Store',
    'a/.ds_store',
    '._customers.csv',
    '~$customers.csv',
    '.~lock.customers.csv#',
    'Thumbs.db',
    'desktop.ini',
    '.keep',
    '.gitkeep',
    '_temporary/0/task/part-0.csv',
    'day=1/_temporary/part-0.csv',
    '__MACOSX/customers.csv',
    '.part-00000.csv.crc',
    'customers.csv.tmp',
    'customers.csv.part',
    'customers.csv.filepart',
    'customers.csv~',
  ])('is %s, of any size', (rest) => {
    expect(describeMarker(rest, 0, extensions)).not.toBeNull();
    expect(describeMarker(rest, 5_000, extensions)).not.toBeNull();
  });

  it.each(['', 'day=1/', '2026/11/'])('is the folder "%s", where it is empty', (rest) => {
    expect(describeMarker(rest, 0, extensions)).toBe('the marker of a folder');
    expect(describeMarker(rest, null, extensions)).toBe('the marker of a folder');
    expect(describeMarker(rest, 12, extensions)).toBeNull();
  });

  it.each([
    'customers.csv',
    '_customers.csv',
    '.customers.csv',
    'SUCCESS',
    '_SUCCESS.csv',
    'temporary/customers.csv',
    'my_temporary/customers.csv',
    'part-00000.csv',
    'customers.tmp.csv',
    'keep',
    'customers.xlsx',
    'tilde~.csv',
    '$folder$.csv',
  ])('is not %s', (rest) => expect(describeMarker(rest, 0, extensions)).toBeNull());

  it('is not what the import says that it takes', () => {
    expect(describeMarker('customers.part', 1, ['.part'])).toBeNull();
    expect(describeMarker('customers.csv.tmp', 1, ['.part'])).not.toBeNull();
  });
});

describe('ValidateUpload', () => {
  const s3 = mockClient(S3Client);
  beforeEach(() => {
    s3.reset();
    s3.on(HeadObjectCommand).resolves({ ContentLength: 0, ETag: '"e"', Metadata: {} });
  });
  const validate = (key: string, size?: number) =>
    handler({ detail: { bucket: { name: 'b' }, object: { key, size } } }, {} as never);

  it.each(['uploads/customers/', 'uploads/customers/_SUCCESS', 'uploads/customers/a/.DS_Store'])(
    'ignores %s without asking S3',
    async (key) => {
      await expect(validate(key, 0)).rejects.toMatchObject({
        name: 'UploadIgnored',
        message: expect.stringContaining(`s3://b/${key} is not imported: it is `),
      });
      expect(s3.calls()).toEqual([]);
    },
  );

  it('still refuses an empty file, and one of another kind', async () => {
    await expect(validate('uploads/customers/a.csv', 0)).rejects.toMatchObject({ name: 'EmptyUpload' });
    await expect(validate('uploads/customers/a.xlsx', 0)).rejects.toMatchObject({
      name: 'UnsupportedExtension',
    });
  });

  it('looks behind the import’s prefix only', async () => {
    await expect(validate('_temporary/uploads/customers/a.csv', 1)).rejects.toMatchObject({
      name: 'UploadOutsidePrefix',
    });
  });
});
