import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { PLAIN, startTestS3, VERSIONED } from './s3-fixture.ts';

const s3 = await startTestS3();
const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body, ...more }));
const get = (Key: string, more = {}) => s3.client.send(new GetObjectCommand({ Bucket: PLAIN, Key, ...more }));
const md5 = (content: string | Buffer) => createHash('md5').update(content).digest('hex');

describe('put, get, head', () => {
  it('gives back the bytes, the ETag, the length and what was said of the content', async () => {
    const content = randomBytes(300_000);
    const answer = await put('plain.csv', content, {
      ContentType: 'text/csv; charset=utf-8',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'ja',
    });
    expect(answer.ETag).toBe(`"${md5(content)}"`);
    expect(answer.VersionId).toBeUndefined();
    const got = await get('plain.csv');
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
    expect(got).toMatchObject({
      ETag: `"${md5(content)}"`,
      ContentLength: 300_000,
      ContentType: 'text/csv; charset=utf-8',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'ja',
    });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: PLAIN, Key: 'plain.csv' }));
    expect(head).toMatchObject({
      ETag: `"${md5(content)}"`,
      ContentLength: 300_000,
      ContentEncoding: 'gzip',
    });
    expect(Math.abs(Date.now() - head.LastModified!.getTime())).toBeLessThan(60_000);
  });

  it('keeps empty objects', async () => {
    await put('empty', '');
    const got = await get('empty');
    expect(got.ContentLength).toBe(0);
    expect(await got.Body!.transformToString()).toBe('');
  });

  it('gives metadata back as it was sent, RFC 2047 and raw UTF-8 included', async () => {
    const encoded = '=?UTF-8?B?5bGx55Sw?=';
    await put('metadata', 'x', { Metadata: { uploader: encoded, 'a-b': 'c; d' } });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: PLAIN, Key: 'metadata' }));
    expect(head.Metadata).toEqual({ uploader: encoded, 'a-b': 'c; d' });

    const raw = Buffer.from('山田', 'utf8').toString('latin1');
    const url = `${s3.server.endpoint}/${PLAIN}/metadata-raw`;
    const { request } = await import('node:http');
    const putStatus = await new Promise((resolve, reject) => {
      request(
        url,
        { method: 'PUT', headers: { 'x-amz-meta-name': raw, 'content-length': 0 } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(putStatus).toBe(200);
    const value = await new Promise((resolve, reject) => {
      request(url, { method: 'HEAD' }, (response) => resolve(response.headers['x-amz-meta-name']))
        .on('error', reject)
        .end();
    });
    expect(value).toBe(raw);
  });

  it('refuses more than 2 KB of metadata', async () => {
    await expect(put('large-metadata', 'x', { Metadata: { a: 'b'.repeat(2100) } })).rejects.toMatchObject({
      name: 'MetadataTooLarge',
    });
  });

  it('says that keys and buckets are missing in S3’s words', async () => {
    await expect(get('missing')).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' }))).rejects.toMatchObject(
      { name: 'NoSuchBucket' },
    );
    await expect(
      s3.client.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'a', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(
      s3.client.send(new HeadObjectCommand({ Bucket: PLAIN, Key: 'missing' })),
    ).rejects.toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  it('takes response headers from the parameters of a presigned URL', async () => {
    await put('presigned', 'content');
    const answer = await fetch(
      `${s3.server.endpoint}/${PLAIN}/presigned?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Expires=1` +
        '&response-content-disposition=attachment%3B%20filename%3Da.csv&x-amz-checksum-mode=ENABLED',
    );
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=a.csv');
    expect(answer.headers.get('x-amz-checksum-crc32')).not.toBeNull();
    expect(await answer.text()).toBe('content');
    const broken = await fetch(`${s3.server.endpoint}/${PLAIN}/presigned?response-content-type=a%0D%0Ab`);
    expect(broken.status).toBe(400);
  });

  it('does not take a sub-resource that it lacks for the object', async () => {
    await put('tagged', 'content');
    const answer = await fetch(`${s3.server.endpoint}/${PLAIN}/tagged?tagging`, {
      method: 'PUT',
      body: '<x/>',
    });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('<Code>NotImplemented</Code>');
    expect(await (await get('tagged')).Body!.transformToString()).toBe('content');
  });
});

describe('ranges', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'],
    ['bytes=-40', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('%s', async (Range, text, contentRange) => {
    await put('digits', '0123456789');
    const got = await get('digits', { Range });
    expect(got.$metadata.httpStatusCode).toBe(206);
    expect(got.ContentRange).toBe(contentRange);
    expect(await got.Body!.transformToString()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=20-30', 'bytes=-0'])('%s has no byte', async (Range) => {
    await put('digits', '0123456789');
    await expect(get('digits', { Range })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it.each(['bytes=0-1,4-5', 'bytes=5-2', 'rows=1-2'])('%s means the whole object', async (Range) => {
    await put('digits', '0123456789');
    const got = await get('digits', { Range });
    expect(got.$metadata.httpStatusCode).toBe(200);
    expect(await got.Body!.transformToString()).toBe('0123456789');
  });

  it('are heeded by HEAD', async () => {
    await put('digits', '0123456789');
    const head = await s3.client.send(
      new HeadObjectCommand({ Bucket: PLAIN, Key: 'digits', Range: 'bytes=2-3' }),
    );
    expect(head).toMatchObject({ ContentLength: 2, $metadata: { httpStatusCode: 206 } });
  });
});

describe('conditions', () => {
  const etag = `"${md5('one')}"`;
  const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];

  it.each([
    [{ IfMatch: etag }, 200],
    [{ IfMatch: md5('one') }, 200],
    [{ IfMatch: '"other"' }, 412],
    [{ IfNoneMatch: etag }, 304],
    [{ IfNoneMatch: '"other"' }, 200],
    [{ IfModifiedSince: future }, 304],
    [{ IfModifiedSince: past }, 200],
    [{ IfUnmodifiedSince: past }, 412],
    [{ IfUnmodifiedSince: future }, 200],
    [{ IfMatch: etag, IfUnmodifiedSince: past }, 200],
    [{ IfNoneMatch: '"other"', IfModifiedSince: future }, 200],
  ])('a reader with %o gets %i', async (condition, status) => {
    await put('conditional', 'one');
    const commands = [GetObjectCommand, HeadObjectCommand];
    for (const Command of commands) {
      const sent = s3.client.send(
        new Command({ Bucket: PLAIN, Key: 'conditional', ...condition }) as GetObjectCommand,
      );
      if (status === 200) expect((await sent).$metadata.httpStatusCode).toBe(200);
      else await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
    }
  });

  it('a writer with If-None-Match: * wins only where there is no object', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put('once', `writer ${n}`, { IfNoneMatch: '*' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.name).toBe('PreconditionFailed');
    }
  });

  it('a writer with If-Match replaces only that object', async () => {
    await put('replaced', 'one');
    await expect(put('replaced', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await put('replaced', 'two', { IfMatch: etag });
    expect(await (await get('replaced')).Body!.transformToString()).toBe('two');
    await expect(put('replaced-missing', 'two', { IfMatch: etag })).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });
});

describe('keys', () => {
  const keys = [
    'with space.csv',
    'a+b.csv',
    'a%b.csv',
    'a%2Fb.csv',
    'a%20b.csv',
    '顧客/名簿 2026.csv',
    '🙂/\u{10ffff}',
    'new\nline\r\n.csv',
    'tab\tand\u0001control\u007f',
    '../../etc/passwd',
    'a/../b',
    'a/./b',
    './a',
    'a//b',
    '//a',
    '/leading',
    'trailing/',
    '?query=1&x#fragment',
    '<xml>&amp;"\'',
    "quotes!'()*",
    '\\back\\slash',
    ' leading and trailing ',
    'x'.repeat(1024),
    '名'.repeat(341),
    '__proto__',
    'constructor',
  ];

  it.each(keys)('%j comes back as it is', async (Key) => {
    const content = `content of ${Key}`;
    const before = s3.events.length;
    await put(Key, content);
    expect(s3.events.slice(before).map((event) => event.key)).toEqual([Key]);
    expect(await (await get(Key)).Body!.transformToString()).toBe(content);
    const listed = await s3.client.send(
      new ListObjectsV2Command({ Bucket: PLAIN, Prefix: Key, EncodingType: 'url' }),
    );
    expect(listed.Contents!.map((object) => decodeURIComponent(object.Key!))).toContain(Key);
    const source = `${PLAIN}/${encodeURIComponent(Key)}`;
    await s3.client.send(new CopyObjectCommand({ Bucket: VERSIONED, Key, CopySource: source }));
    const copy = await s3.client.send(new GetObjectCommand({ Bucket: VERSIONED, Key }));
    expect(await copy.Body!.transformToString()).toBe(content);
    await s3.client.send(new DeleteObjectCommand({ Bucket: PLAIN, Key }));
    await expect(get(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are deleted by the hundred, and named in the answer', async () => {
    // Raw control characters are no XML, and the SDK sends them raw: only its own DELETE can remove those.
    const all = keys.filter((key) => !key.includes('\u0001'));
    await Promise.all(all.map((key) => put(key, 'x')));
    const answer = await s3.client.send(
      new DeleteObjectsCommand({ Bucket: PLAIN, Delete: { Objects: all.map((Key) => ({ Key })) } }),
    );
    expect(answer.Errors).toBeUndefined();
    expect(answer.Deleted!.map(({ Key }) => Key)).toEqual(all);
    for (const key of all) await expect(get(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('of more than 1,024 bytes are refused', async () => {
    await expect(put('名'.repeat(342), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('that are no UTF-8 are refused', async () => {
    const answer = await fetch(`${s3.server.endpoint}/${PLAIN}/%ff`, { method: 'PUT', body: 'x' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>InvalidURI</Code>');
  });
});

describe('copies', () => {
  it('keep metadata, or replace it if asked to', async () => {
    await put('source', 'content', { ContentType: 'text/csv', Metadata: { a: '1' } });
    const CopySource = `/${PLAIN}/source`;
    const answer = await s3.client.send(new CopyObjectCommand({ Bucket: PLAIN, Key: 'kept', CopySource }));
    expect(answer.CopyObjectResult!.ETag).toBe(`"${md5('content')}"`);
    expect(await get('kept')).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' } });
    await s3.client.send(
      new CopyObjectCommand({
        Bucket: PLAIN,
        Key: 'changed',
        CopySource,
        MetadataDirective: 'REPLACE',
        ContentType: 'text/plain',
        Metadata: { b: '2' },
      }),
    );
    expect(await get('changed')).toMatchObject({ ContentType: 'text/plain', Metadata: { b: '2' } });
    expect(s3.events.slice(-2).map(({ key, reason }) => [key, reason])).toEqual([
      ['kept', 'CopyObject'],
      ['changed', 'CopyObject'],
    ]);
  });

  it('live on when their source is gone', async () => {
    await put('source', 'content');
    await s3.client.send(
      new CopyObjectCommand({ Bucket: PLAIN, Key: 'survivor', CopySource: `${PLAIN}/source` }),
    );
    await s3.client.send(new DeleteObjectCommand({ Bucket: PLAIN, Key: 'source' }));
    expect(await (await get('survivor')).Body!.transformToString()).toBe('content');
  });

  it('of a version, under conditions', async () => {
    const first = await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'v', Body: 'first' }));
    await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'v', Body: 'second' }));
    const CopySource = `${VERSIONED}/v?versionId=${first.VersionId}`;
    const answer = await s3.client.send(new CopyObjectCommand({ Bucket: PLAIN, Key: 'old', CopySource }));
    expect(answer.CopySourceVersionId).toBe(first.VersionId);
    expect(await (await get('old')).Body!.transformToString()).toBe('first');
    await expect(
      s3.client.send(
        new CopyObjectCommand({ Bucket: PLAIN, Key: 'old', CopySource, CopySourceIfMatch: '"other"' }),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('onto themselves must change something', async () => {
    await put('self', 'content');
    const copy = { Bucket: PLAIN, Key: 'self', CopySource: `${PLAIN}/self` };
    await expect(s3.client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await s3.client.send(
      new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', Metadata: { new: '1' } }),
    );
    const got = await get('self');
    expect(got.Metadata).toEqual({ new: '1' });
    expect(await got.Body!.transformToString()).toBe('content');
  });
});
