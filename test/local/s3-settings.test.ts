import {
  GetBucketEncryptionCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { PLAIN, startTestS3, type TestS3, VERSIONED } from './s3-fixture.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});

describe('what is asked of objects and buckets without being kept', () => {
  it('an object has no tags', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'a', Body: 'x', Tagging: 'k=v' }));
    const { TagSet } = await s3.client.send(new GetObjectTaggingCommand({ Bucket: VERSIONED, Key: 'a' }));
    expect(TagSet).toEqual([]);
    const missing = s3.client.send(new GetObjectTaggingCommand({ Bucket: VERSIONED, Key: 'b' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey' });
    const put = new PutObjectTaggingCommand({ Bucket: VERSIONED, Key: 'a', Tagging: { TagSet: [] } });
    await expect(s3.client.send(put)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('a bucket says S3’s default of encryption', async () => {
    const { ServerSideEncryptionConfiguration } = await s3.client.send(
      new GetBucketEncryptionCommand({ Bucket: PLAIN }),
    );
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    const missing = s3.client.send(new GetBucketEncryptionCommand({ Bucket: 'none' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
