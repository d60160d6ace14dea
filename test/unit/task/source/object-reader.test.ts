import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { readUpload } from '../../../../task/source/object-reader.ts';
import { clientOf, startTestS3, VERSIONED } from '../../../local/s3-fixture.ts';
import { collect } from '../../csv/streams.ts';

const s3 = await startTestS3();
const content = randomBytes(1_000_003);
const put = await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'a.csv', Body: content }));
const upload = {
  bucket: VERSIONED,
  key: 'a.csv',
  versionId: put.VersionId!,
  etag: put.ETag!.replaceAll('"', ''),
  size: content.length,
  sequencer: '',
};

/** A client that waits before each request, and knows how many are under way. */
function slowClient(delayMs: number) {
  const client = clientOf(s3.server.endpoint);
  const seen = { underWay: 0, most: 0, ranges: [] as string[] };
  client.middlewareStack.add(
    (next) => async (args) => {
      seen.ranges.push((args.input as { Range: string }).Range);
      seen.most = Math.max(seen.most, ++seen.underWay);
      try {
        await sleep(delayMs);
        return await next(args);
      } finally {
        seen.underWay--;
      }
    },
    { step: 'initialize' },
  );
  return { client, seen };
}

describe('readUpload', () => {
  it.each([0, 1, 99_999, 100_000, content.length - 1, content.length])('reads from byte %d', async (from) => {
    const read = await collect(readUpload(s3.client, upload, { from, rangeBytes: 100_000 }));
    expect(read.equals(content.subarray(from))).toBe(true);
  });

  it('asks ahead of its reader, but for no more than it may', async () => {
    const { client, seen } = slowClient(30);
    const stream = readUpload(client, upload, { rangeBytes: 50_000, ahead: 4 });
    await stream.next();
    await expect.poll(() => seen.ranges.length).toBe(4);
    await sleep(100);
    expect(seen.ranges).toHaveLength(4);
    const rest = await collect(stream);
    expect(rest.equals(content.subarray(50_000))).toBe(true);
    expect(seen.most).toBe(4);
    expect(seen.ranges).toHaveLength(Math.ceil(content.length / 50_000));
    client.destroy();
  });

  it('gives chunks of at most 256 KiB', async () => {
    const sizes: number[] = [];
    for await (const chunk of readUpload(s3.client, upload)) sizes.push(chunk.length);
    expect(sizes).toEqual([262_144, 262_144, 262_144, content.length - 3 * 262_144]);
  });

  it('asks for nothing any more once its reader has stopped', async () => {
    const { client, seen } = slowClient(0);
    const stream = readUpload(client, upload, { rangeBytes: 10_000, ahead: 2 });
    await stream.next();
    await stream.return(undefined);
    await expect.poll(() => seen.underWay).toBe(0);
    expect(seen.ranges.length).toBeLessThanOrEqual(3);
    client.destroy();
  });
});
