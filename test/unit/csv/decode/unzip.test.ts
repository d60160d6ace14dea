import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unzip } from '../../../../csv/decode/unzip.ts';
import { unzstd } from '../../../../csv/decode/unzstd.ts';
import { makeZip } from '../../../support/make-zip.ts';
import { collect, inChunks } from '../streams.ts';

const limits = { maxBytes: 1e9, maxRatio: 200 };
const content = Array.from({ length: 20_000 }, (_, index) => `${index},${(index * 7919) % 10_007}\n`).join(
  '',
);
const file = { name: 'november.csv', content };
const unpackZip = (bytes: Buffer, size = 64 * 1024, changes: Partial<typeof limits> = {}) =>
  collect(unzip(inChunks(bytes, size), bytes.length, { ...limits, ...changes }));
const unpackZstd = (bytes: Buffer, size = 64 * 1024, changes: Partial<typeof limits> = {}) =>
  collect(unzstd(inChunks(bytes, size), { ...limits, ...changes }));
const undecodable = (message: string | RegExp) =>
  expect.objectContaining({ name: 'UndecodableFile', message: expect.stringMatching(message) });

describe('a ZIP archive', () => {
  it.each([
    ['deflated', makeZip([file])],
    ['stored', makeZip([{ ...file, method: 0 }])],
    ['with a data descriptor', makeZip([{ ...file, descriptor: 'signed' }])],
    ['with a descriptor without signature', makeZip([{ ...file, descriptor: 'bare' }])],
    ['of zip64', makeZip([{ ...file, zip64: true }])],
    ['of zip64 with a descriptor', makeZip([{ ...file, zip64: true, descriptor: 'signed' }])],
    ['with a comment', makeZip([file], { comment: 'export' })],
    [
      'with a folder',
      makeZip([
        { name: 'data/', content: '', method: 0 },
        { ...file, name: 'data/a.csv' },
      ]),
    ],
    [
      'of macOS',
      makeZip([
        { ...file, descriptor: 'signed' },
        { name: '__MACOSX/._november.csv', content: 'x' },
      ]),
    ],
  ])('%s is unpacked, whatever the chunks', async (_, bytes) => {
    for (const size of [7, 4096, 65_536, bytes.length]) {
      expect((await unpackZip(bytes, size)).toString() === content).toBe(true);
    }
  });

  it.each([
    [
      'of several files',
      makeZip([file, { name: 'b.csv', content: 'id\n' }]),
      /has several files. Upload each/,
    ],
    ['of folders only', makeZip([{ name: 'a/', content: '', method: 0 }]), /has no file in it/],
    ['with a password', makeZip([{ ...file, flags: 1 }]), /is encrypted. Pack the CSV file without/],
    ['with AES', makeZip([{ ...file, flags: 1, method: 99 }]), /is encrypted/],
    ['by LZMA', makeZip([{ ...file, method: 14 }]), /is compressed by LZMA, which is not read/],
    ['by another method', makeZip([{ ...file, method: 77 }]), /is compressed by method 77/],
    ['stored without its size', makeZip([{ ...file, method: 0, descriptor: 'signed' }]), /without its size/],
    ['with a wrong checksum', makeZip([{ ...file, checksum: 1 }]), /damaged: the checksum/],
    ['with a wrong size', makeZip([{ ...file, unpacked: 5 }]), /damaged: the file in it is not as long/],
    ['that lists fewer files', makeZip([file], { listed: 0 }), /damaged: its directory does not list/],
    ['cut in its data', makeZip([file]).subarray(0, 5000), /damaged: it ends early, after byte \d+/],
    [
      'cut in its directory',
      makeZip([file]).subarray(0, -30),
      /damaged: it ends early|is missing or cut off/,
    ],
    [
      'followed by something',
      Buffer.concat([makeZip([file]), Buffer.from('more')]),
      /ends at byte \d+, but 4 more bytes/,
    ],
    ['corrupt', corrupt(makeZip([file]), 3000), /damaged: /],
  ])('%s is refused by name', async (_, bytes, message) => {
    for (const size of [1000, bytes.length]) {
      await expect(unpackZip(bytes, size)).rejects.toThrow(undecodable(message));
    }
  });

  it('that is a bomb is given up', async () => {
    const bomb = makeZip([{ name: 'a.csv', content: Buffer.alloc(20 * 1024 * 1024) }]);
    const tooLarge = expect.objectContaining({ name: 'UploadTooLarge' });
    await expect(unpackZip(bomb)).rejects.toThrow(tooLarge);
    await expect(unpackZip(makeZip([file]), 1000, { maxBytes: 1000 })).rejects.toThrow(tooLarge);
  });

  it('ends its source, and passes on the source’s error', async () => {
    async function* broken() {
      yield makeZip([file]).subarray(0, 1000);
      throw new Error('S3 broke off');
    }
    await expect(collect(unzip(broken(), 9999, limits))).rejects.toThrow('S3 broke off');
  });
});

describe('Zstandard', () => {
  const packed = zstdCompressSync(content);
  const skipped = Buffer.from('502a4d1803000000616263', 'hex');

  it('is unpacked, of several frames too', async () => {
    for (const size of [97, 4096, packed.length]) {
      expect((await unpackZstd(packed, size)).toString() === content).toBe(true);
      const frames = Buffer.concat([skipped, zstdCompressSync('a,b\n'), zstdCompressSync('1,2\n')]);
      expect((await unpackZstd(frames, size)).toString()).toBe('a,b\n1,2\n');
    }
  });

  it.each([
    ['cut off', packed.subarray(0, -5), /ends in the middle of its compressed data, after byte \d+/],
    [
      'followed by text',
      Buffer.concat([packed, Buffer.from('1,2\n')]),
      /something else follows it, from byte \d+ on/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(unpackZstd(bytes)).rejects.toThrow(undecodable(message));
  });

  it('that is a bomb is given up', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(20 * 1024 * 1024));
    await expect(unpackZstd(bomb)).rejects.toThrow(expect.objectContaining({ name: 'UploadTooLarge' }));
  });
});

function corrupt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
