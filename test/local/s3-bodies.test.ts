import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../local/s3/aws-chunked.ts';
import { createDigest } from '../../local/s3/checksums.ts';
import { combineCrcs, crc32c, crc64nvme } from '../../local/s3/crc.ts';
import { clientOf, PLAIN, sendRaw, startTestS3 } from './s3-fixture.ts';

const s3 = await startTestS3();
const dataFolder = join(s3.directory, 'buckets', PLAIN, 'data');
const url = (key: string) => `${s3.server.endpoint}/${PLAIN}/${key}`;
const base64 = (algorithm: Parameters<typeof createDigest>[0], content: string | Buffer) => {
  const digest = createDigest(algorithm);
  digest.update(Buffer.from(content));
  return digest.digest().toString('base64');
};
/** A PUT as it is on the wire. */
const putRaw = (key: string, headers: Record<string, string>, body: string) => {
  const lines = Object.entries({ Host: 'localhost', Connection: 'close', ...headers }).map(
    ([k, v]) => `${k}: ${v}\r\n`,
  );
  return sendRaw(s3.server.endpoint, `PUT /${PLAIN}/${key} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
};

describe('checksums', () => {
  it('are those of the published test vectors', () => {
    // "123456789" is the check string of the CRC catalogue.
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc64nvme(Buffer.from('123456789'))).toBe(0xae8b14860a799888n);
    expect(base64('CRC32', '123456789')).toBe(Buffer.from('cbf43926', 'hex').toString('base64'));
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of two pieces is that of the whole', (algorithm) => {
    const value = (bytes: Uint8Array) =>
      BigInt(`0x${Buffer.from(base64(algorithm, Buffer.from(bytes)), 'base64').toString('hex')}`);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        expect(combineCrcs(algorithm, value(a), value(b), b.length)).toBe(value(Buffer.concat([a, b])));
      }),
    );
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s: verified, answered at PUT, and at GET when asked for',
    async (ChecksumAlgorithm) => {
      const content = randomBytes(100_000);
      const field = `Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32';
      const target = { Bucket: PLAIN, Key: ChecksumAlgorithm };
      const answer = await s3.client.send(
        new PutObjectCommand({
          ...target,
          Body: Readable.from([content]),
          ContentLength: 100_000,
          ChecksumAlgorithm,
        }),
      );
      expect(answer[field]).toBe(base64(ChecksumAlgorithm, content));
      const got = await s3.client.send(new GetObjectCommand({ ...target, ChecksumMode: 'ENABLED' }));
      expect(got[field]).toBe(answer[field]);
      expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
      const ranged = await s3.client.send(
        new GetObjectCommand({ ...target, ChecksumMode: 'ENABLED', Range: 'bytes=0-9' }),
      );
      expect(ranged[field]).toBeUndefined();
      await expect(
        s3.client.send(
          new PutObjectCommand({ ...target, Body: 'other', [field]: base64(ChecksumAlgorithm, 'something') }),
        ),
      ).rejects.toMatchObject({ name: 'BadDigest' });
    },
  );

  it('that the SDK does not compute are verified all the same, unknown ones refused', async () => {
    const send = async (header: string, value: string) =>
      (await fetch(url('newer'), { method: 'PUT', body: 'content', headers: { [header]: value } })).status;
    for (const algorithm of ['SHA512', 'MD5'] as const) {
      const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
      expect(await send(header, base64(algorithm, 'content'))).toBe(200);
      expect(await send(header, base64(algorithm, 'other'))).toBe(400);
    }
    expect(await send('x-amz-checksum-xxhash64', 'AAAAAAAAAAA=')).toBe(400);
  });

  it.each([
    ['Content-MD5', createHash('md5').update('other').digest('base64'), 'BadDigest'],
    ['Content-MD5', 'nonsense', 'InvalidDigest'],
    ['x-amz-content-sha256', createHash('sha256').update('other').digest('hex'), 'XAmzContentSHA256Mismatch'],
  ])('a wrong %s (%s) is refused, nothing is stored', async (header, value, code) => {
    const before = await readdir(dataFolder);
    const answer = await fetch(url('refused'), {
      method: 'PUT',
      body: 'content',
      headers: { [header]: value },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect((await fetch(url('refused'))).status).toBe(404);
    expect(await readdir(dataFolder)).toEqual(before);
  });
});

describe('the framing aws-chunked', () => {
  const streaming = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'Content-Encoding': 'aws-chunked',
  };

  it('is what the SDK uses for streams, and is no encoding of the object', async () => {
    const content = randomBytes(3_000_000);
    // With https or a stream the SDK sends its checksum behind the body.
    const client = clientOf(s3.server.endpoint, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
    await client.send(
      new PutObjectCommand({
        Bucket: PLAIN,
        Key: 'framed',
        Body: Readable.from([content.subarray(0, 1_000_001), content.subarray(1_000_001)]),
        ContentLength: content.length,
      }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'framed' }));
    expect(got.ContentEncoding).toBeUndefined();
    expect(got.ContentLength).toBe(content.length);
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
    client.destroy();
  });

  it('with signatures, and with a trailing checksum that must be right', async () => {
    const signed = '5;chunk-signature=00ff\r\nhello\r\n0;chunk-signature=00ff\r\n\r\n';
    const accepted = await putRaw(
      'signed',
      {
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'x-amz-decoded-content-length': '5',
        'Content-Length': String(signed.length),
      },
      signed,
    );
    expect(accepted).toMatch(/^HTTP\/1.1 200/);
    expect(await (await fetch(url('signed'))).text()).toBe('hello');

    for (const [checksum, status] of [
      [base64('CRC32C', 'hello'), 200],
      [base64('CRC32C', 'other'), 400],
    ]) {
      const body = `5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:${checksum}\r\n\r\n`;
      const answer = await putRaw(
        'trailer',
        {
          ...streaming,
          'x-amz-trailer': 'x-amz-checksum-crc32c',
          'x-amz-decoded-content-length': '5',
          'Content-Length': String(body.length),
        },
        body,
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    }
  });

  it.each([
    ['ends before its last chunk', '5\r\nhello\r\n', '5'],
    ['ends within a chunk', '9\r\nhello', '9'],
    ['has another length than declared', '5\r\nhello\r\n0\r\n\r\n', '6'],
    ['has no sizes', 'hello, this is no framing\r\n', '5'],
    ['has longer chunks than their sizes', '3\r\nhello\r\n0\r\n\r\n', '5'],
  ])('that %s is an IncompleteBody', async (_, body, length) => {
    const before = await readdir(dataFolder);
    const headers = {
      ...streaming,
      'x-amz-decoded-content-length': length,
      'Content-Length': String(body.length),
    };
    expect(await putRaw('incomplete', headers, body)).toMatch(/^HTTP\/1.1 400 .*<Code>IncompleteBody</s);
    expect((await fetch(url('incomplete'))).status).toBe(404);
    expect(await readdir(dataFolder)).toEqual(before);
  });

  it('comes out the same however the network cuts it', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.array(fc.nat(300), { maxLength: 8 }), async (chunks, cuts) => {
        const framed = Buffer.concat([
          ...chunks.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)};chunk-signature=ab\r\n`),
            chunk,
            Buffer.from('\r\n'),
          ]),
          Buffer.from('0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'),
        ]);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, framed.length)), framed.length].sort(
          (a, b) => a - b,
        );
        const network = edges.slice(1).map((edge, index) => framed.subarray(edges[index], edge));
        const trailers = new Map<string, string>();
        const decoded: Buffer[] = [];
        for await (const piece of decodeAwsChunked(Readable.from(network), trailers)) decoded.push(piece);
        expect(Buffer.concat(decoded).equals(Buffer.concat(chunks))).toBe(true);
        expect(trailers.get('x-amz-checksum-crc32')).toBe('AAAA');
      }),
    );
  });
});

describe('bodies', () => {
  it('of unknown length come chunked', async () => {
    const answer = await putRaw(
      'chunked',
      { 'Transfer-Encoding': 'chunked' },
      '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(await (await fetch(url('chunked'))).text()).toBe('abcde');
  });

  it('may wait for 100-continue', async () => {
    const answer = await putRaw('continued', { Expect: '100-continue', 'Content-Length': '3' }, 'abc');
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue.*HTTP\/1.1 200/s);
  });

  it.each([
    ['plain', 'Content-Length: 1000000\r\n', 'some of it'],
    ['chunked', 'Transfer-Encoding: chunked\r\n', '1000\r\nsome of it'],
    [
      'aws-chunked',
      'Content-Length: 1000000\r\nx-amz-decoded-content-length: 900000\r\nContent-Encoding: aws-chunked\r\n',
      '1000\r\nsome of it',
    ],
  ])('that break off (%s) leave nothing: no object, no file, no event', async (name, headers, body) => {
    const before = await readdir(dataFolder);
    const events = s3.events.length;
    const { hostname, port } = new URL(s3.server.endpoint);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT /${PLAIN}/broken-${name} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`);
    await expect.poll(async () => (await readdir(dataFolder)).length).toBe(before.length + 1);
    socket.destroy();
    await expect.poll(() => readdir(dataFolder)).toEqual(before);
    expect((await fetch(url(`broken-${name}`))).status).toBe(404);
    expect(s3.events).toHaveLength(events);
  });

  it('larger than 5 GiB are refused, before they are sent', async () => {
    const answer = await sendRaw(
      s3.server.endpoint,
      `PUT /${PLAIN}/huge HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${5 * 1024 ** 3 + 1}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 .*<Code>EntityTooLarge</s);
  });
});
