import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';
import { PLAIN, startTestS3, VERSIONED } from './s3-fixture.ts';

const MiB = 1024 ** 2;
const s3 = await startTestS3();
const dataFolder = (bucket: string) => join(s3.directory, 'buckets', bucket, 'data');
const read = async (Key: string, Bucket = PLAIN) => {
  const got = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from(await got.Body!.transformToByteArray());
};

/** Begins an upload and sends the pieces as its parts 1, 2, … */
async function begin(
  Key: string,
  pieces: readonly Buffer[],
  options: Partial<CreateMultipartUploadCommandInput> = {},
) {
  const upload = { Bucket: PLAIN, Key };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ ...upload, ...options }));
  const Parts = [];
  for (const [index, Body] of pieces.entries()) {
    const PartNumber = index + 1;
    const part = await s3.client.send(
      new UploadPartCommand({
        ...upload,
        UploadId,
        PartNumber,
        Body,
        ChecksumAlgorithm: options.ChecksumAlgorithm,
      }),
    );
    Parts.push({ PartNumber, ...part, $metadata: undefined });
  }
  return { ...upload, UploadId, Parts };
}
const complete = ({ Parts, ...upload }: Awaited<ReturnType<typeof begin>>, more = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));

describe('multipart uploads', () => {
  it('of lib-storage arrive whole, in a stream of unknown length, with an event once', async () => {
    const content = randomBytes(17 * MiB + 123);
    const pieces = Array.from({ length: 18 }, (_, n) => content.subarray(n * MiB, (n + 1) * MiB));
    const upload = new Upload({
      client: s3.client,
      params: {
        Bucket: VERSIONED,
        Key: 'streamed.csv',
        Body: Readable.from(pieces),
        ContentType: 'text/csv',
        Metadata: { a: '1' },
      },
    });
    const answer = await upload.done();
    const digests = Array.from({ length: 4 }, (_, n) =>
      createHash('md5')
        .update(content.subarray(n * 5 * MiB, (n + 1) * 5 * MiB))
        .digest(),
    );
    const etag = `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-4`;
    expect(answer.ETag).toBe(`"${etag}"`);
    expect((await read('streamed.csv', VERSIONED)).equals(content)).toBe(true);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: VERSIONED, Key: 'streamed.csv' }));
    expect(head).toMatchObject({
      ContentType: 'text/csv',
      Metadata: { a: '1' },
      ContentLength: content.length,
    });
    expect(s3.events.filter(({ key }) => key === 'streamed.csv')).toEqual([
      expect.objectContaining({
        bucket: VERSIONED,
        size: content.length,
        etag,
        versionId: answer.VersionId,
        reason: 'CompleteMultipartUpload',
      }),
    ]);
    expect(await readdir(join(s3.directory, 'buckets', VERSIONED, 'uploads'))).toEqual([]);
  });

  it.each<[ChecksumAlgorithm | undefined, 'COMPOSITE' | 'FULL_OBJECT' | undefined]>([
    [undefined, undefined],
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ])('keep their checksum: %s, %s', async (ChecksumAlgorithm, ChecksumType) => {
    const pieces = [randomBytes(5 * MiB), randomBytes(5 * MiB + 1), randomBytes(77)];
    const upload = await begin('checked', pieces, { ChecksumAlgorithm, ChecksumType });
    const answer = await complete(upload, { ChecksumType });
    const whole = Buffer.concat(pieces);
    expect((await read('checked')).equals(whole)).toBe(true);
    if (ChecksumType === 'FULL_OBJECT') {
      // What the combined parts came to must be what the same bytes come to in one piece.
      const single = await s3.client.send(
        new PutObjectCommand({ Bucket: PLAIN, Key: 'single', Body: whole, ChecksumAlgorithm }),
      );
      const field = `Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32';
      expect(answer[field]).toBe(single[field]);
      expect(answer[field]).toMatch(/^[A-Za-z0-9+/]+=*$/);
    }
  });

  it('take ranges across parts, and parts by their number', async () => {
    const pieces = [randomBytes(5 * MiB), randomBytes(5 * MiB), randomBytes(10)];
    await complete(await begin('ranged', pieces));
    const whole = Buffer.concat(pieces);
    const target = { Bucket: PLAIN, Key: 'ranged' };
    const across = await s3.client.send(
      new GetObjectCommand({ ...target, Range: `bytes=${5 * MiB - 3}-${10 * MiB + 4}` }),
    );
    const bytes = Buffer.from(await across.Body!.transformToByteArray());
    expect(bytes.equals(whole.subarray(5 * MiB - 3, 10 * MiB + 5))).toBe(true);
    const last = await s3.client.send(new GetObjectCommand({ ...target, PartNumber: 3 }));
    expect(last).toMatchObject({ PartsCount: 3, ContentLength: 10, $metadata: { httpStatusCode: 206 } });
    expect(Buffer.from(await last.Body!.transformToByteArray()).equals(pieces[2]!)).toBe(true);
    await expect(s3.client.send(new GetObjectCommand({ ...target, PartNumber: 4 }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('are listed, with their parts, until they are aborted; nothing is left of them', async () => {
    const before = await readdir(dataFolder(PLAIN));
    const upload = await begin('aborted/a b', [randomBytes(100), randomBytes(200)]);
    const { Bucket, Key, UploadId } = upload;
    // Sent again, a part replaces the one before.
    await s3.client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, Body: randomBytes(300) }),
    );
    const parts = await s3.client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(parts.Parts!.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 100],
      [2, 300],
    ]);
    const paged = await s3.client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1 }));
    expect(paged).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted/' }));
    expect(uploads.Uploads!.map((found) => [found.Key, found.UploadId])).toEqual([[Key, UploadId]]);

    await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(await readdir(dataFolder(PLAIN))).toEqual(before);
    await expect(s3.client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await expect(complete(upload)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('need 5 MiB in all parts but the last', async () => {
    await expect(complete(await begin('small', [randomBytes(100), randomBytes(100)]))).rejects.toMatchObject({
      name: 'EntityTooSmall',
    });
  });

  it('are not completed with parts that are not there, or in another order', async () => {
    const upload = await begin('wrong', [randomBytes(5 * MiB), randomBytes(100)]);
    const [first, second] = upload.Parts;
    const attempt = (Parts: object[]) => complete({ ...upload, Parts: Parts as typeof upload.Parts });
    await expect(attempt([first!, { ...second!, PartNumber: 3 }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(attempt([first!, { ...second!, ETag: first!.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(attempt([first!, { ...second!, ChecksumCRC32: 'AAAAAA==' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(attempt([second!, first!])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(attempt([])).rejects.toMatchObject({ name: 'MalformedXML' });
    // It is still there to be completed rightly; parts that are not named are dropped.
    await attempt([first!]);
    expect((await read('wrong')).length).toBe(5 * MiB);
  });

  it('may be completed again by whoever lost the answer: the same object, no second event', async () => {
    const upload = await begin('again', [randomBytes(100)]);
    const [one, two] = [await complete(upload), await complete(upload)];
    expect(two.ETag).toBe(one.ETag);
    expect(s3.events.filter(({ key }) => key === 'again')).toHaveLength(1);
  });

  it('heed If-None-Match, and can then still be aborted', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'taken', Body: 'first' }));
    const upload = await begin('taken', [randomBytes(100)]);
    await expect(complete(upload, { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    const { Bucket, Key, UploadId } = upload;
    await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect((await read('taken')).toString()).toBe('first');
  });

  it('refuse part numbers beyond 10,000', async () => {
    const { Bucket, Key, UploadId } = await begin('numbers', []);
    for (const PartNumber of [0, 10_001]) {
      await expect(
        s3.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'x' })),
      ).rejects.toMatchObject({ name: 'InvalidArgument' });
    }
  });

  it('take parts out of stored objects', async () => {
    const content = randomBytes(6 * MiB);
    await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'part source', Body: content }));
    const { Bucket, Key, UploadId } = await begin('from parts', []);
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      s3.client.send(
        new UploadPartCopyCommand({
          ...{ Bucket, Key, UploadId, PartNumber, CopySourceRange },
          CopySource: `${VERSIONED}/part%20source`,
        }),
      );
    const first = await copy(1);
    const second = await copy(2, 'bytes=10-19');
    const Parts = [first, second].map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ETag: CopyPartResult!.ETag,
      ChecksumCRC32: CopyPartResult!.ChecksumCRC32,
    }));
    await s3.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    expect((await read('from parts')).equals(Buffer.concat([content, content.subarray(10, 20)]))).toBe(true);
  });

  it('copied, get the plain MD5 as their ETag; deleted, leave no file', async () => {
    const before = (await readdir(dataFolder(PLAIN))).length;
    const pieces = [randomBytes(5 * MiB), randomBytes(9)];
    await complete(await begin('original', pieces));
    const copied = await s3.client.send(
      new CopyObjectCommand({ Bucket: PLAIN, Key: 'copied', CopySource: `${PLAIN}/original` }),
    );
    const md5 = createHash('md5').update(Buffer.concat(pieces)).digest('hex');
    expect(copied.CopyObjectResult!.ETag).toBe(`"${md5}"`);
    for (const Key of ['original', 'copied']) {
      await s3.client.send(new DeleteObjectCommand({ Bucket: PLAIN, Key }));
    }
    expect(await readdir(dataFolder(PLAIN))).toHaveLength(before);
  });
});
