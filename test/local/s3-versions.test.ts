import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';
import { PLAIN, startTestS3, VERSIONED } from './s3-fixture.ts';

const s3 = await startTestS3();
const at = (Key: string) => ({ Bucket: VERSIONED, Key });
const put = async (Key: string, Body: string) =>
  (await s3.client.send(new PutObjectCommand({ ...at(Key), Body }))).VersionId!;
const read = async (Key: string, VersionId?: string) =>
  (await s3.client.send(new GetObjectCommand({ ...at(Key), VersionId }))).Body!.transformToString();

it('says which buckets tell EventBridge of their objects', async () => {
  const { client } = await startTestS3({
    buckets: [
      { name: VERSIONED, versioned: true, eventBridge: true },
      { name: PLAIN, versioned: false },
    ],
  });
  const configurationOf = async (Bucket: string) =>
    (await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).EventBridgeConfiguration;
  expect(await configurationOf(VERSIONED)).toEqual({});
  expect(await configurationOf(PLAIN)).toBeUndefined();
  await expect(configurationOf('none')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  const change = new PutBucketNotificationConfigurationCommand({
    Bucket: PLAIN,
    NotificationConfiguration: {},
  });
  await expect(client.send(change)).rejects.toMatchObject({ name: 'NotImplemented' });
});

describe('a bucket with versions', () => {
  it('keeps each PUT under an id of its own', async () => {
    const [first, second] = [await put('a', 'one'), await put('a', 'two')];
    expect(first).not.toBe(second);
    expect(await read('a')).toBe('two');
    expect(await read('a', first)).toBe('one');
    const head = await s3.client.send(new HeadObjectCommand({ ...at('a'), VersionId: first }));
    expect(head).toMatchObject({ VersionId: first, ContentLength: 3 });
    await expect(read('a', 'no-such-version')).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  it('hides a deleted key behind a marker, and shows it again without', async () => {
    const version = await put('hidden', 'content');
    const deleted = await s3.client.send(new DeleteObjectCommand(at('hidden')));
    expect(deleted.DeleteMarker).toBe(true);
    const url = `${s3.server.endpoint}/${VERSIONED}/hidden`;
    const missing = await fetch(url);
    expect([missing.status, missing.headers.get('x-amz-delete-marker')]).toEqual([404, 'true']);
    for (const method of ['GET', 'HEAD']) {
      const marker = await fetch(`${url}?versionId=${deleted.VersionId}`, { method });
      expect([marker.status, marker.headers.get('x-amz-delete-marker')]).toEqual([405, 'true']);
    }
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket: VERSIONED, Prefix: 'hidden' }));
    expect(listed.KeyCount).toBe(0);
    expect(await read('hidden', version)).toBe('content');

    const undone = await s3.client.send(
      new DeleteObjectCommand({ ...at('hidden'), VersionId: deleted.VersionId }),
    );
    expect(undone).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId });
    expect(await read('hidden')).toBe('content');
  });

  it('removes versions for good, their bytes too', async () => {
    const folder = join(s3.directory, 'buckets', VERSIONED, 'data');
    const before = (await readdir(folder)).length;
    const [first, second] = [await put('gone', 'one'), await put('gone', 'two')];
    expect(await readdir(folder)).toHaveLength(before + 2);
    await s3.client.send(new DeleteObjectCommand({ ...at('gone'), VersionId: second }));
    expect(await read('gone')).toBe('one');
    const answer = await s3.client.send(
      new DeleteObjectsCommand({
        Bucket: VERSIONED,
        Delete: { Objects: [{ Key: 'gone', VersionId: first }, { Key: 'never there' }] },
      }),
    );
    expect(answer.Deleted).toEqual([
      { Key: 'gone', VersionId: first },
      { Key: 'never there', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    await expect(read('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await readdir(folder)).toHaveLength(before);
  });

  it('lists versions newest first, page by page', async () => {
    const ids = { 'v/a': [await put('v/a', '1'), await put('v/a', '2'), await put('v/a', '3')] };
    await s3.client.send(new DeleteObjectCommand(at('v/a')));
    const other = await put('v/b', '1');
    const found: string[] = [];
    let page = {} as { NextKeyMarker?: string; NextVersionIdMarker?: string };
    let latest = 0;
    do {
      const answer = await s3.client.send(
        new ListObjectVersionsCommand({
          Bucket: VERSIONED,
          Prefix: 'v/',
          MaxKeys: 2,
          KeyMarker: page.NextKeyMarker,
          VersionIdMarker: page.NextVersionIdMarker,
        }),
      );
      const entries = [...(answer.DeleteMarkers ?? []), ...(answer.Versions ?? [])];
      expect(entries.length).toBeLessThanOrEqual(2);
      latest += entries.filter(({ IsLatest }) => IsLatest).length;
      found.push(...(answer.Versions ?? []).map(({ VersionId }) => VersionId!));
      page = answer.IsTruncated ? answer : {};
    } while (page.NextKeyMarker !== undefined);
    expect(found).toEqual([...ids['v/a'].toReversed(), other]);
    expect(latest).toBe(2);
  });

  it('numbers events of a key in the order of its versions', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => put('ordered', `${n}`)));
    const { Versions } = await s3.client.send(
      new ListObjectVersionsCommand({ Bucket: VERSIONED, Prefix: 'ordered' }),
    );
    const events = s3.events.filter(({ key }) => key === 'ordered');
    const bySequencer = events.toSorted((a, b) => (a.sequencer < b.sequencer ? 1 : -1));
    expect(bySequencer.map(({ versionId }) => versionId)).toEqual(
      Versions!.map(({ VersionId }) => VersionId),
    );
    expect(new Set(events.map(({ sequencer }) => sequencer)).size).toBe(20);
    for (const { sequencer } of events) expect(sequencer).toMatch(/^[0-9A-F]{16}$/);
  });

  it('once suspended, replaces the version "null" and keeps the others', async () => {
    const kept = await put('suspended', 'kept');
    const set = (Status: 'Enabled' | 'Suspended') =>
      s3.client.send(
        new PutBucketVersioningCommand({ Bucket: VERSIONED, VersioningConfiguration: { Status } }),
      );
    await set('Suspended');
    try {
      expect([await put('suspended', 'x'), await put('suspended', 'y')]).toEqual(['null', 'null']);
      expect(await read('suspended', 'null')).toBe('y');
      expect(await read('suspended', kept)).toBe('kept');
      const { Versions } = await s3.client.send(
        new ListObjectVersionsCommand({ Bucket: VERSIONED, Prefix: 'suspended' }),
      );
      expect(Versions!.map(({ VersionId }) => VersionId)).toEqual(['null', kept]);
    } finally {
      await set('Enabled');
    }
  });
});

describe('a download under way', () => {
  it.each([
    ['replaced', (Key: string) => new PutObjectCommand({ Bucket: PLAIN, Key, Body: 'new' })],
    ['deleted', (Key: string) => new DeleteObjectCommand({ Bucket: PLAIN, Key })],
  ])('is not disturbed when its object is %s', async (name, command) => {
    const content = randomBytes(20_000_000);
    // In four parts, of which the last is opened when the object is long gone.
    await new Upload({ client: s3.client, params: { Bucket: PLAIN, Key: name, Body: content } }).done();
    const folder = join(s3.directory, 'buckets', PLAIN, 'data');
    const before = (await readdir(folder)).length;
    const got = await s3.client.send(new GetObjectCommand({ Bucket: PLAIN, Key: name }));
    await s3.client.send(command(name) as PutObjectCommand);
    const bytes = Buffer.from(await got.Body!.transformToByteArray());
    expect(bytes.equals(content)).toBe(true);
    // What nobody reads any more is removed.
    await expect
      .poll(async () => (await readdir(folder)).length)
      .toBe(name === 'replaced' ? before - 3 : before - 4);
  });
});
