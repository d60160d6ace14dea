import { GetObjectCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { failureKind } from '../../../contract/failures.ts';
import { runSchema } from '../../../contract/workflow-data.ts';
import objectCreated from '../../events/object-created.json' with { type: 'json' };
import hostile from '../../events/object-created-hostile-key.json' with { type: 'json' };
import unversioned from '../../events/object-created-unversioned.json' with { type: 'json' };
import startedByOperator from '../../events/started-by-operator.json' with { type: 'json' };

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  Object.assign(process.env, { STACK_NAME: 'CsvImport', TIME_LIMIT_MINUTES: '240' });
});
const { handler } = await import('../../../handlers/validate-upload.ts');

const s3 = mockClient(S3Client);
const etag = objectCreated.detail.object.etag;
const head = { ContentLength: 1234, ETag: `"${etag}"`, Metadata: {} };
beforeEach(() => {
  s3.reset();
  s3.on(HeadObjectCommand).resolves(head);
});

const validate = (event: unknown) => handler(event, {} as never);
const withKey = (key: string) => ({ detail: { bucket: { name: 'b' }, object: { key } } });
const answer = (status: number, name = 'Unknown') =>
  s3
    .on(HeadObjectCommand)
    .rejects(
      new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: status }, message: '' }),
    );

describe('ValidateUpload', () => {
  it('takes the event beside the execution as it takes the event alone', async () => {
    const wrapped = await validate({ executionArn: 'arn:aws:states:x', event: objectCreated });
    expect(wrapped).toEqual(await validate(objectCreated));
    await expect(validate({ executionArn: 'arn:aws:states:x', event: {} })).rejects.toMatchObject({
      name: 'EventInvalid',
      message: expect.stringContaining('detail: '),
    });
  });

  it('sends small uploads to the function, where there is one', async () => {
    expect((await validate(objectCreated)).run.runsOn).toBe('fargate');
    process.env.SMALL_UPLOAD_BYTES = '1234';
    onTestFinished(() => {
      delete process.env.SMALL_UPLOAD_BYTES;
    });
    expect((await validate(objectCreated)).run.runsOn).toBe('lambda');
    s3.on(HeadObjectCommand).resolves({ ...head, ContentLength: 1235 });
    expect((await validate(objectCreated)).run.runsOn).toBe('fargate');
  });

  it('makes an upload of the event as S3 sends it, pinned to its version', async () => {
    const validated = await validate(objectCreated);
    expect(runSchema.parse(validated.run)).toEqual(validated.run);
    // As definitions of earlier releases read it.
    expect(validated).toMatchObject({ ...validated.run, attempt: 1, looks: 0 });
    expect(validated.run).toMatchObject({
      import: 'customers',
      runId: expect.stringMatching(/^customers-[0-9a-f]{32}$/),
      upload: {
        bucket: 'uploads-bucket',
        key: 'uploads/customers/2026-11.csv',
        versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
        etag,
        size: 1234,
        sequencer: '00617F08299329D189',
      },
      label: 's3://uploads-bucket/uploads/customers/2026-11.csv',
      dryRun: false,
      taskFamily: 'CsvImport-importer',
      timeLimitSeconds: 14_400,
      capacityProvider: 'FARGATE',
    });
    expect(s3.commandCalls(HeadObjectCommand)[0]!.args[0].input).toEqual({
      Bucket: 'uploads-bucket',
      Key: 'uploads/customers/2026-11.csv',
      VersionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    });
    expect(s3.commandCalls(GetObjectCommand)).toEqual([]);
  });

  it('is the same run however often the event comes', async () => {
    const [first, second] = [
      await validate(objectCreated),
      await validate({ ...objectCreated, id: 'other' }),
    ];
    expect(second.runId).toBe(first.runId);
  });

  it('works in a bucket without versions, where the ETag pins the bytes', async () => {
    const { upload } = await validate(unversioned);
    expect(upload).toMatchObject({ versionId: '', etag });
    expect(s3.commandCalls(HeadObjectCommand)[0]!.args[0].input).not.toHaveProperty('VersionId');
  });

  it('never takes the version id "null" for one: other bytes under it are another run', async () => {
    const event = structuredClone(objectCreated);
    event.detail.object['version-id'] = 'null';
    s3.on(HeadObjectCommand).resolves({ ...head, VersionId: 'null' });
    const before = await validate(event);
    expect(before.upload).toMatchObject({ versionId: '', etag });
    event.detail.object.etag = 'other';
    s3.on(HeadObjectCommand).resolves({ ...head, VersionId: 'null', ETag: '"other"' });
    expect((await validate(event)).runId).not.toBe(before.runId);
  });

  it('asks S3 for what an operator’s own start leaves out, the current version included', async () => {
    s3.on(HeadObjectCommand).resolves({ ...head, VersionId: 'current' });
    const { upload } = await validate(startedByOperator);
    expect(upload).toMatchObject({ versionId: 'current', etag, size: 1234, sequencer: '' });
  });

  it('passes keys of any characters through untouched, in whatever case their extension is', async () => {
    const { upload, label } = await validate(hostile);
    expect(upload.key).toBe(hostile.detail.object.key);
    expect(s3.commandCalls(HeadObjectCommand)[0]!.args[0].input.Key).toBe(hostile.detail.object.key);
    expect(label).toContain('\\u000a');
    expect(label).not.toContain('\n');
  });

  it.each([
    ['true', true],
    [' TRUE ', true],
    ['yes', false],
    ['', false],
  ])('takes the metadata dry-run: "%s" for %s', async (value, dryRun) => {
    s3.on(HeadObjectCommand).resolves({ ...head, Metadata: { 'dry-run': value } });
    expect(await validate(objectCreated)).toMatchObject({ dryRun });
  });

  it('begins a share of all runs on Spot, the same ones each time', async () => {
    const providers = async () =>
      (
        await Promise.all(
          Array.from({ length: 200 }, (_, at) => validate(withKey(`uploads/customers/${at}.csv`))),
        )
      ).map(({ capacityProvider }) => capacityProvider);
    onTestFinished(() => {
      delete process.env.SPOT_PERCENT;
    });
    process.env.SPOT_PERCENT = '30';
    const first = await providers();
    const share = first.filter((each) => each === 'FARGATE_SPOT').length / first.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(await providers()).toEqual(first);
    process.env.SPOT_PERCENT = '100';
    expect(new Set(await providers())).toEqual(new Set(['FARGATE_SPOT']));
  });

  const refusals: [string, string, unknown, (() => unknown) | null, string][] = [
    ['no event at all', 'EventInvalid', {}, null, 'detail: '],
    ['not even an object', 'EventInvalid', 'hello', null, 'the input: '],
    [
      'an event without a key',
      'EventInvalid',
      { detail: { bucket: { name: 'b' }, object: {} } },
      null,
      'detail.object.key: ',
    ],
    ['an empty key', 'EventInvalid', withKey(''), null, 'detail.object.key: '],
    [
      'another prefix',
      'UploadOutsidePrefix',
      withKey('elsewhere/a.csv'),
      null,
      "s3://b/elsewhere/a.csv is under no import's prefix. Known prefixes: uploads/customers/ (customers)",
    ],
    [
      'a prefix that only looks alike',
      'UploadOutsidePrefix',
      withKey('uploads/customers.csv'),
      null,
      'uploads/customers/',
    ],
    [
      'a workbook',
      'UnsupportedExtension',
      withKey('uploads/customers/a.xlsx'),
      null,
      'does not end with .csv',
    ],
    [
      'a deleted object',
      'UploadGone',
      objectCreated,
      () => answer(404, 'NotFound'),
      'does not exist (any more)',
    ],
    [
      'a version that is gone',
      'UploadGone',
      objectCreated,
      () => answer(404, 'NoSuchVersion'),
      '(version IYV3p45BT0ac8hjHg1houSdS1a.Mro8e)',
    ],
    ['a delete marker', 'UploadGone', objectCreated, () => answer(405), 'is a delete marker'],
    [
      'a forbidden object',
      'AccessDenied',
      objectCreated,
      () => answer(403, 'Forbidden'),
      's3:GetObjectVersion',
    ],
    ['S3 in trouble', 'StorageUnavailable', objectCreated, () => answer(503, 'SlowDown'), 'status 503'],
    [
      'no connection to S3',
      'StorageUnavailable',
      objectCreated,
      () => s3.on(HeadObjectCommand).rejects(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })),
      'ECONNREFUSED',
    ],
    [
      'S3 that does not answer',
      'StorageUnavailable',
      objectCreated,
      () => s3.on(HeadObjectCommand).rejects(Object.assign(new Error('late'), { name: 'TimeoutError' })),
      'TimeoutError',
    ],
    [
      'an object that was overwritten',
      'UploadChanged',
      unversioned,
      () => s3.on(HeadObjectCommand).resolves({ ...head, ETag: '"other"' }),
      `ETag ${etag}, but S3 now has ETag other`,
    ],
    [
      'an empty file',
      'EmptyUpload',
      objectCreated,
      () => s3.on(HeadObjectCommand).resolves({ ...head, ContentLength: 0 }),
      '0 bytes',
    ],
    [
      'a file over the limit',
      'UploadTooLarge',
      objectCreated,
      () => s3.on(HeadObjectCommand).resolves({ ...head, ContentLength: 50 * 1024 ** 3 + 1 }),
      'takes at most 53687091200',
    ],
  ];
  it.each(refusals)('refuses %s as %s', async (_what, name, event, prepare, message) => {
    prepare?.();
    const error = await validate(event).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, message: expect.stringContaining(message) });
    expect(failureKind(name as never).advice).not.toBe('');
  });

  it('takes an answer that no retry changes for a failure that is not retried', async () => {
    answer(400, 'BadRequest');
    await expect(validate(objectCreated)).rejects.toMatchObject({
      name: 'UnexpectedError',
      retryable: false,
      message: expect.stringContaining('status 400 (BadRequest)'),
    });
  });
});
