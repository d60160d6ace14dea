import { describe, expect, it } from 'vitest';
import { type StorageRequest, storageFailure } from '../../../contract/storage-failure.ts';

const request = (doing: StorageRequest['doing']): StorageRequest => ({
  doing,
  object: 's3://b/k.csv',
  denied: 'S3 refuses the importer s3:GetObject on s3://b/k.csv.',
});

/** An answer of S3, as the SDK throws it. */
const answer = (httpStatusCode: number, name = 'Some') =>
  Object.assign(new Error('said'), { name, $metadata: { httpStatusCode } });
const silent = (code: string) => Object.assign(new Error('said'), { code });

describe('what an error of S3 means', () => {
  it.each<[string, unknown, string, string]>([
    ['no such object', answer(404, 'NoSuchKey'), 'UploadGone', 'UnexpectedError'],
    ['a delete marker', answer(405), 'UploadGone', 'UnexpectedError'],
    ['another content', answer(412), 'UploadChanged', 'UnexpectedError'],
    ['a range behind the end', answer(416), 'UploadTruncated', 'UnexpectedError'],
    ['no permission', answer(403), 'AccessDenied', 'AccessDenied'],
    ['trouble', answer(500), 'StorageUnavailable', 'StorageUnavailable'],
    ['too many requests', answer(503, 'SlowDown'), 'StorageUnavailable', 'StorageUnavailable'],
    ['throttling', answer(429), 'StorageUnavailable', 'StorageUnavailable'],
    ['a body that broke off', answer(200), 'StorageUnavailable', 'StorageUnavailable'],
    [
      'a request that took too long',
      answer(400, 'RequestTimeout'),
      'StorageUnavailable',
      'StorageUnavailable',
    ],
    [
      'bytes that were damaged on the way',
      answer(400, 'BadDigest'),
      'StorageUnavailable',
      'StorageUnavailable',
    ],
    ['another region', answer(301, 'PermanentRedirect'), 'UnexpectedError', 'UnexpectedError'],
    ['a request that is wrong', answer(400, 'InvalidRequest'), 'UnexpectedError', 'UnexpectedError'],
    ['no connection', silent('ECONNREFUSED'), 'StorageUnavailable', 'StorageUnavailable'],
    ['a connection that ended', new Error('aborted'), 'StorageUnavailable', 'StorageUnavailable'],
  ])('%s', (_, error, reading, writing) => {
    expect(storageFailure(error, request('Reading'))).toMatchObject({ name: reading, cause: error });
    expect(storageFailure(error, request('Writing'))).toMatchObject({ name: writing, cause: error });
  });

  it('is told with the object, the status and the words of S3', () => {
    expect(storageFailure(answer(503, 'SlowDown'), request('Writing')).message).toBe(
      'Writing s3://b/k.csv failed: status 503 (SlowDown): said.',
    );
    expect(storageFailure(silent('ECONNREFUSED'), request('Reading')).message).toBe(
      'Reading s3://b/k.csv failed: ECONNREFUSED: said.',
    );
    expect(storageFailure(answer(403), request('Reading')).message).toBe(
      'S3 refuses the importer s3:GetObject on s3://b/k.csv.',
    );
  });
});
