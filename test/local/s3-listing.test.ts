import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BucketIndex, compareKeys } from '../../local/s3/bucket-index.ts';
import type { ObjectVersion } from '../../local/s3/object-version.ts';
import { PLAIN, sendRaw, startTestS3, VERSIONED } from './s3-fixture.ts';

const s3 = await startTestS3();

describe('listing', () => {
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd/', 'd/4', 'e', '\uffee', '\u{1f642}'];
  beforeAll(async () => {
    for (const Key of keys.toReversed()) {
      await s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body: 'x' }));
    }
  });
  const list = async (options = {}) => {
    const answer = await s3.client.send(new ListObjectsV2Command({ Bucket: PLAIN, ...options }));
    return {
      keys: answer.Contents?.map(({ Key }) => Key) ?? [],
      prefixes: answer.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
      answer,
    };
  };

  it('is in the order of UTF-8, not of UTF-16', async () => {
    expect((await list()).keys).toEqual(keys);
  });

  it('says what objects are', async () => {
    const [object] = (await list({ Prefix: 'a', FetchOwner: true })).answer.Contents!;
    expect(object).toMatchObject({
      Size: 1,
      StorageClass: 'STANDARD',
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
    });
    expect(object!.LastModified).toBeInstanceOf(Date);
    expect(object!.Owner?.ID).toBe('local');
  });

  it('groups by delimiter, under a prefix', async () => {
    const all = await list({ Delimiter: '/' });
    expect(all.keys).toEqual(['a', 'b0', 'e', '\uffee', '\u{1f642}']);
    expect(all.prefixes).toEqual(['b/', 'd/']);
    expect(all.answer.KeyCount).toBe(7);
    const under = await list({ Delimiter: '/', Prefix: 'b/' });
    expect(under).toMatchObject({ keys: ['b/1', 'b/2'], prefixes: ['b/c/'] });
  });

  it.each([1, 2, 3, 7, 1000])('goes on page by page, %i at a time', async (pageSize) => {
    const found: (string | undefined)[] = [];
    const pages = paginateListObjectsV2({ client: s3.client, pageSize }, { Bucket: PLAIN, Delimiter: '/' });
    for await (const page of pages) {
      expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }
    expect(found.sort()).toEqual(['a', 'b0', 'b/', 'd/', 'e', '\uffee', '\u{1f642}'].sort());
  });

  it('starts after a key', async () => {
    expect((await list({ StartAfter: 'b/2' })).keys).toEqual(keys.slice(3));
    expect((await list({ StartAfter: 'b/2', Prefix: 'b/' })).keys).toEqual(['b/c/3']);
  });

  it('of nothing is empty, and refuses tokens that are none', async () => {
    expect(await list({ Prefix: 'zzz' })).toMatchObject({ keys: [], prefixes: [] });
    expect((await list({ MaxKeys: 0 })).answer).toMatchObject({ KeyCount: 0, IsTruncated: false });
    await expect(list({ ContinuationToken: '***' })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('exists in its first version too', async () => {
    const found: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.client.send(
        new ListObjectsCommand({ Bucket: PLAIN, Delimiter: '/', MaxKeys: 2, Marker }),
      );
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(found).toHaveLength(7);
    expect(new Set(found).size).toBe(7);
  });
});

describe('the index of keys', () => {
  const version = (key: string): ObjectVersion => ({
    kind: 'deleteMarker',
    key,
    versionId: 'null',
    sequencer: '1',
    time: '',
  });
  const anyKey = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '\uffff', '\u{1f642}', '名'),
    minLength: 1,
    maxLength: 6,
  });

  it('orders as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('walks as a plain filter over sorted keys would, however keys came and went', () => {
    const cases = fc.record({
      loaded: fc.array(anyKey),
      added: fc.array(anyKey),
      removed: fc.array(fc.nat()),
      prefix: anyKey.map((key) => key.slice(0, 2)),
      delimiter: fc.constantFrom('', '/', 'ab'),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(cases, ({ loaded, added, removed, prefix, delimiter, limit }) => {
        const index = new BucketIndex();
        const keys = new Set(loaded);
        index.load([...keys].map(version));
        for (const key of added) {
          if (!keys.has(key)) index.add(version(key));
          keys.add(key);
        }
        for (const at of removed) {
          const key = [...keys][at % Math.max(1, keys.size)];
          if (key === undefined) continue;
          index.remove(index.currentOf(key)!);
          keys.delete(key);
        }
        const hidden = (key: string) => key.length === 3;
        const expected: string[] = [];
        for (const key of [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
          if (!key.startsWith(prefix) || hidden(key)) continue;
          const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
          const entry = end === -1 ? key : key.slice(0, end + delimiter.length);
          if (end === -1 || expected.at(-1) !== `${entry}…`) expected.push(end === -1 ? entry : `${entry}…`);
        }
        const found: string[] = [];
        for (let after = ''; ; ) {
          let count = 0;
          for (const step of index.walk({ prefix, delimiter, after }, (key) => !hidden(key))) {
            after = 'key' in step ? step.key : step.commonPrefix;
            found.push('key' in step ? after : `${after}…`);
            if (++count === limit) break;
          }
          if (count < limit) break;
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('buckets', () => {
  it('are listed, made, looked up and removed', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'made-here' }));
    const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).toEqual(['made-here', PLAIN, VERSIONED]);
    expect(
      (await s3.client.send(new HeadBucketCommand({ Bucket: 'made-here' }))).$metadata.httpStatusCode,
    ).toBe(200);
    await expect(s3.client.send(new CreateBucketCommand({ Bucket: 'made-here' }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await s3.client.send(new DeleteBucketCommand({ Bucket: 'made-here' }));
    await expect(s3.client.send(new HeadBucketCommand({ Bucket: 'made-here' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('that hold something are not removed', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'kept', Body: 'x' }));
    await expect(s3.client.send(new DeleteBucketCommand({ Bucket: PLAIN }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
  });

  it.each(['..', 'Upper', 'a', 'a..b', '-a-b', '%2E%2E', 'a%2Fb'])('may not be called %j', async (name) => {
    const request = `PUT /${name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(s3.server.endpoint, request)).toMatch(/^HTTP\/1.1 400 .*<Code>InvalidBucketName</s);
  });

  it('tell their region and whether they keep versions', async () => {
    const location = await s3.client.send(new GetBucketLocationCommand({ Bucket: PLAIN }));
    expect(location.LocationConstraint || '').toBe('');
    const versioning = async (Bucket: string) =>
      (await s3.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await versioning(VERSIONED)).toBe('Enabled');
    expect(await versioning(PLAIN)).toBeUndefined();
    await s3.client.send(new CreateBucketCommand({ Bucket: 'later' }));
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket: 'later', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    expect(await versioning('later')).toBe('Enabled');
  });
});
