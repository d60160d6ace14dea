import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../../../../csv/decode/gunzip.ts';
import { collect, inChunks } from '../streams.ts';

const limits = { maxBytes: 1e9, maxRatio: 200 };
const unpack = (bytes: Buffer, size = 64 * 1024, changes: Partial<typeof limits> = {}) =>
  collect(gunzip(inChunks(bytes, size), bytes.length, { ...limits, ...changes }));
const undecodable = (message: string | RegExp) =>
  expect.objectContaining({ name: 'UndecodableFile', message: expect.stringMatching(message) });
const text = Array.from({ length: 50_000 }, (_, index) => `${index},${(index * 7919) % 10_007}\n`).join('');
const packed = gzipSync(text);

describe('gzip', () => {
  it('is unpacked, whatever the chunks', async () => {
    for (const size of [97, 4096, 65_536, packed.length]) {
      expect((await unpack(packed, size)).toString() === text).toBe(true);
    }
  });

  it('may have several members, cut anywhere', async () => {
    const bytes = Buffer.concat(['a,b\n', '', '1,2\n', '3,4\n'].map((part) => gzipSync(part)));
    for (let size = 1; size <= bytes.length; size++) {
      expect((await unpack(bytes, size)).toString()).toBe('a,b\n1,2\n3,4\n');
    }
  });

  it.each([
    [
      'cut off',
      packed.subarray(0, -5),
      `ends in the middle of its compressed data, after byte ${packed.length - 5}`,
    ],
    ['cut off in its header', packed.subarray(0, 5), 'ends in the middle .* after byte 5'],
    ['corrupt', corrupt(packed, 100_000), /is corrupt between bytes \d+ and \d+ \(.*\)/],
    [
      'followed by zeros',
      Buffer.concat([packed, Buffer.alloc(3)]),
      `ends at byte ${packed.length}, but 3 more bytes follow`,
    ],
    [
      'followed by text',
      Buffer.concat([packed, Buffer.from('1,2\n')]),
      /is corrupt between .*incorrect header check/,
    ],
    ['with a wrong checksum', corrupt(packed, packed.length - 6), /is corrupt .*incorrect data check/],
    ['with a wrong length', corrupt(packed, packed.length - 2), /is corrupt .*incorrect length check/],
  ])('%s is refused with the byte', async (_, bytes, message) => {
    for (const size of [10_000, bytes.length]) {
      await expect(unpack(bytes, size)).rejects.toThrow(undecodable(message));
    }
    await expect(unpack(bytes)).rejects.toThrow(/Compress the CSV file again/);
  });

  it('that unpacks to more than the import takes is too large', async () => {
    const tooLarge = { name: 'UploadTooLarge', message: expect.stringContaining('maxBytes') };
    await expect(unpack(packed, 1000, { maxBytes: text.length - 1 })).rejects.toMatchObject(tooLarge);
    expect(await unpack(packed, 1000, { maxBytes: text.length })).toHaveLength(text.length);
  });

  it('that unpacks to many times its size is too large, once that is more than 1 MiB', async () => {
    const small = gzipSync(Buffer.alloc(1024 * 1024, '\n'));
    expect(await unpack(small)).toHaveLength(1024 * 1024);
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, '\n'));
    let given = 0;
    async function* counted() {
      for await (const chunk of inChunks(bomb, 4096)) {
        given += chunk.length;
        yield chunk;
      }
    }
    await expect(collect(gunzip(counted(), bomb.length, limits))).rejects.toMatchObject({
      name: 'UploadTooLarge',
      message: expect.stringMatching(/unpack to more than 200 times as much .* raise maxRatio/),
    });
    // It gave up at the beginning.
    expect(given).toBeLessThan(bomb.length);
    expect(await unpack(bomb, 65_536, { maxRatio: 1100 })).toHaveLength(100 * 1024 * 1024);
  });

  it('ends its source when its reader stops early, and passes on the source’s error', async () => {
    let ended = false;
    async function* source() {
      try {
        yield* inChunks(packed, 1000);
      } finally {
        ended = true;
      }
    }
    for await (const chunk of gunzip(source(), packed.length, limits)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => ended).toBe(true);
    ended = false;
    const unread = source();
    await unread.next();
    await gunzip(unread, packed.length, limits).return();
    expect(ended).toBe(true);
    async function* broken() {
      yield packed.subarray(0, 1000);
      throw new Error('S3 broke off');
    }
    await expect(collect(gunzip(broken(), packed.length, limits))).rejects.toThrow('S3 broke off');
  });
});

function corrupt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
