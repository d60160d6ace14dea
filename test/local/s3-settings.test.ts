import * as sdk from '@aws-sdk/client-s3';
import {
  GetBucketEncryptionCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientOf, PLAIN, startTestS3, type TestS3, VERSIONED } from './s3-fixture.ts';

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

/** What AWS's clients, s3cmd and rclone need to copy, list, move and remove. */
const implemented = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateBucket',
  'CreateMultipartUpload',
  'DeleteBucket',
  'DeleteObject',
  'DeleteObjects',
  'GetBucketEncryption',
  'GetBucketLocation',
  'GetBucketNotificationConfiguration',
  'GetBucketVersioning',
  'GetObject',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListBuckets',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListParts',
  'PutBucketVersioning',
  'PutObject',
  'UploadPart',
  'UploadPartCopy',
];
/** Goes to an address of its own. */
const elsewhere = 'WriteGetObjectResponse';

describe('every operation that the SDK knows', () => {
  const input = {
    ...{
      Bucket: VERSIONED,
      Key: 'a',
      Id: 'i',
      UploadId: 'u',
      PartNumber: 1,
      CopySource: `${VERSIONED}/none`,
    },
    ...{ RenameSource: 'x', AnnotationName: 'n', Expression: 'e', ExpressionType: 'SQL', Body: 'x' },
    ...{ InputSerialization: {}, OutputSerialization: {}, ObjectAttributes: ['ETag'] },
    ...{ Tagging: { TagSet: [] }, Delete: { Objects: [{ Key: 'q' }] }, MultipartUpload: { Parts: [] } },
    VersioningConfiguration: { Status: 'Enabled' },
  };
  const commands = Object.entries(sdk).flatMap(([name, Command]) =>
    /^[A-Z].*Command$/.test(name) && name !== `${elsewhere}Command`
      ? [[name.replace(/Command$/, ''), Command as unknown as typeof sdk.GetObjectCommand] as const]
      : [],
  );

  it('is implemented, or answered as NotImplemented in XML: none is taken for another', async () => {
    const client = clientOf(s3.server.endpoint, { maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const taken: string[] = [];
    for (const [name, Command] of commands) {
      const answer = await client.send(new Command(input as never)).then(
        () => null,
        (error: sdk.S3ServiceException) => ({ name: error.name, status: error.$metadata.httpStatusCode }),
      );
      if (answer?.name !== 'NotImplemented') taken.push(name);
      else expect([name, answer.status]).toEqual([name, 501]);
    }
    expect(taken.toSorted()).toEqual(implemented.toSorted());
    expect(commands.length).toBeGreaterThan(90);
  });

  it.each([
    ['DELETE', '?somethingNew'],
    ['PUT', '?somethingNew'],
    ['PUT', '/a?somethingNew=1'],
    ['DELETE', '/a?somethingNew'],
    ['GET', '/a?somethingNew'],
  ])('nor is one that it does not know yet: %s %s', async (method, path) => {
    const answer = await fetch(`${s3.server.endpoint}/${PLAIN}${path}`, { method });
    expect(answer.status).toBe(501);
    expect(answer.headers.get('content-type')).toBe('application/xml');
    expect(await answer.text()).toContain('<Code>NotImplemented</Code>');
  });

  it('but what a link carries to get by a cache does no harm', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'a', Body: 'x' }));
    expect(await (await fetch(`${s3.server.endpoint}/${PLAIN}/a?v=2`)).text()).toBe('x');
  });
});
