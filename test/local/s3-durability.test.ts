import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startS3 } from '../../local/s3/server.ts';
import { clientOf, startTestS3, VERSIONED } from './s3-fixture.ts';

const at = (Key: string) => ({ Bucket: VERSIONED, Key });

describe('a restart', () => {
  it('keeps versions, markers, metadata, checksums and uploads under way', async () => {
    const s3 = await startTestS3();
    const put = (Key: string, Body: string) =>
      s3.client.send(new PutObjectCommand({ ...at(Key), Body, Metadata: { key: encodeURIComponent(Key) } }));
    await put('a\n+%2F', 'one');
    await put('a\n+%2F', 'two');
    await put('deleted', 'x');
    await s3.client.send(new DeleteObjectCommand(at('deleted')));
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at('upload')));
    const part = await s3.client.send(
      new UploadPartCommand({ ...at('upload'), UploadId, PartNumber: 1, Body: 'part' }),
    );
    const list = async () => {
      const answer = await s3.client.send(new ListObjectVersionsCommand({ Bucket: VERSIONED }));
      return { versions: answer.Versions, markers: answer.DeleteMarkers };
    };
    const before = await list();
    const last = s3.events.at(-1)!;

    await s3.restart();

    expect(await list()).toEqual(before);
    expect(before.versions).toHaveLength(3);
    const got = await s3.client.send(new GetObjectCommand({ ...at('a\n+%2F'), ChecksumMode: 'ENABLED' }));
    expect(await got.Body!.transformToString()).toBe('two');
    expect(got).toMatchObject({ Metadata: { key: 'a%0A%2B%252F' }, ChecksumCRC32: expect.any(String) });
    await s3.client.send(
      new CompleteMultipartUploadCommand({
        ...at('upload'),
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] },
      }),
    );
    const read = await s3.client.send(new GetObjectCommand(at('upload')));
    expect(await read.Body!.transformToString()).toBe('part');
    // Told once each, and the new one orders behind the old ones.
    expect(s3.events).toHaveLength(4);
    expect(s3.events.at(-1)!.sequencer > last.sequencer).toBe(true);
  });

  it('goes on with greater sequencers though the clock went back', async () => {
    const s3 = await startTestS3();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 3_600_000);
      await s3.client.send(new PutObjectCommand({ ...at('a'), Body: '1' }));
      const versions = await s3.client.send(new ListObjectVersionsCommand({ Bucket: VERSIONED }));
      // Not even what is left of the objects tells the time.
      const VersionId = versions.Versions![0]!.VersionId;
      await s3.client.send(new DeleteObjectCommand({ ...at('a'), VersionId }));
      vi.useRealTimers();
      await s3.restart();
      await s3.client.send(new PutObjectCommand({ ...at('a'), Body: '2' }));
    } finally {
      vi.useRealTimers();
    }
    const [first, second] = s3.events;
    expect(second!.sequencer > first!.sequencer).toBe(true);
  });

  it('removes what interrupted writes left, and says which objects are broken', async () => {
    const s3 = await startTestS3();
    const folder = join(s3.directory, 'buckets', VERSIONED);
    for (const key of ['whole', 'short', 'unreadable']) {
      await s3.client.send(new PutObjectCommand({ ...at(key), Body: key }));
    }
    const names = await readdir(join(folder, 'versions'));
    const read = async (name: string) => readFile(join(folder, 'versions', name), 'utf8');
    for (const name of names) {
      const version = JSON.parse(await read(name));
      if (version.key === 'short') await writeFile(join(folder, 'data', version.files[0].name), 'sh');
      if (version.key === 'unreadable') await writeFile(join(folder, 'versions', name), '{"key":');
    }
    await writeFile(join(folder, 'data', 'orphan'), 'half an upl');
    await writeFile(join(folder, 'versions', 'x.json.0.tmp'), '{"ke');
    const warnings: string[] = [];
    const warn = vi
      .spyOn(process, 'emitWarning')
      .mockImplementation((warning) => void warnings.push(`${warning}`));
    await s3.restart();
    warn.mockRestore();
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toContain(`s3://${VERSIONED}/short is left out, its data is incomplete`);
    expect(warnings.join()).toContain('.json is unreadable');
    const left = await s3.client.send(new ListObjectVersionsCommand({ Bucket: VERSIONED }));
    expect(left.Versions!.map(({ Key }) => Key)).toEqual(['whole']);
    expect(await readdir(join(folder, 'versions'))).not.toContain('x.json.0.tmp');
    // Whose bytes they are is known again only when what cannot be read has gone.
    expect(await readdir(join(folder, 'data'))).toHaveLength(4);
    for (const name of await readdir(join(folder, 'versions'))) {
      if (!(await read(name)).includes('"whole"')) await rm(join(folder, 'versions', name));
    }
    await s3.restart();
    expect(await readdir(join(folder, 'data'))).toHaveLength(1);
  });
});

it('a download whose bytes are lost on disk breaks off instead of ending early', async () => {
  const s3 = await startTestS3();
  await s3.client.send(new PutObjectCommand({ ...at('cut'), Body: 'x'.repeat(1000) }));
  const folder = join(s3.directory, 'buckets', VERSIONED, 'data');
  const [name] = await readdir(folder);
  await truncate(join(folder, name!), 100);
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await expect(
    fetch(`${s3.server.endpoint}/${VERSIONED}/cut`).then((answer) => answer.text()),
  ).rejects.toThrow();
  expect(String(warn.mock.calls[0]?.[0])).toContain('lacks 900 of the 1000 bytes');
  warn.mockRestore();
});

describe('events', () => {
  it('come before the answer, when the object can be read', async () => {
    const order: string[] = [];
    const s3 = await startTestS3({
      onObjectCreated: async ({ key, versionId }) => {
        const got = await s3.client.send(new GetObjectCommand({ ...at(key), VersionId: versionId }));
        order.push(`event: ${await got.Body!.transformToString()}`);
      },
    });
    await s3.client.send(new PutObjectCommand({ ...at('a'), Body: 'content' }));
    order.push('answer');
    expect(order).toEqual(['event: content', 'answer']);
  });

  it('that are not taken fail the request, and are told again after a restart', async () => {
    const s3 = await startTestS3({
      onObjectCreated: () => Promise.reject(new Error('the queue is full')),
    });
    const once = clientOf(s3.server.endpoint, { maxAttempts: 1 });
    await expect(once.send(new PutObjectCommand({ ...at('a'), Body: 'x' }))).rejects.toMatchObject({
      name: 'InternalError',
      message: expect.stringContaining('the queue is full'),
    });
    const again: string[] = [];
    await s3.restart({ onObjectCreated: ({ key }) => void again.push(key) });
    await expect.poll(() => again).toEqual(['a']);
    await s3.restart({ onObjectCreated: ({ key }) => void again.push(key) });
    await s3.client.send(new PutObjectCommand({ ...at('b'), Body: 'x' }));
    expect(again).toEqual(['a', 'b']);
    once.destroy();
  });

  it('of a multipart upload are told when it is completed again', async () => {
    let failures = 1;
    const taken: string[] = [];
    const s3 = await startTestS3({
      onObjectCreated: ({ key }) => {
        if (failures-- > 0) throw new Error('not now');
        taken.push(key);
      },
    });
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at('a')));
    const part = await s3.client.send(
      new UploadPartCommand({ ...at('a'), UploadId, PartNumber: 1, Body: 'part' }),
    );
    // The SDK's own retry is what completes it again.
    await s3.client.send(
      new CompleteMultipartUploadCommand({
        ...at('a'),
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] },
      }),
    );
    expect(taken).toEqual(['a']);
    const { Versions } = await s3.client.send(new ListObjectVersionsCommand({ Bucket: VERSIONED }));
    expect(Versions).toHaveLength(1);
  });
});

describe('kill -9', () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  /** A server in a process of its own that prints its endpoint. */
  async function spawnServer(directory: string) {
    const module = new URL('../../local/s3/server.ts', import.meta.url).href;
    const code = `
      const { startS3 } = await import(${JSON.stringify(module)});
      const { endpoint } = await startS3({
        directory: ${JSON.stringify(directory)}, buckets: [{ name: '${VERSIONED}', versioned: true }],
      });
      console.log(endpoint);`;
    const child = spawn('node', ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    for await (const endpoint of createInterface(child.stdout!)) return { child, endpoint };
    throw new Error('The server ended before it printed its endpoint.');
  }

  it('in the middle of many uploads loses nothing that was answered and keeps nothing by halves', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-kill-'));
    const { child, endpoint } = await spawnServer(directory);
    const answered = new Map<string, string>();
    let stopped = false;
    const writer = async (name: number) => {
      for (let n = 0; !stopped; n++) {
        const [key, content] = [`${name}/${n % 5}`, `${name}-${n}-`.repeat(20_000)];
        const answer = await fetch(`${endpoint}/${VERSIONED}/${key}`, { method: 'PUT', body: content }).catch(
          () => undefined,
        );
        if (answer === undefined) return;
        answered.set(`${key}?versionId=${answer.headers.get('x-amz-version-id')}`, content);
      }
    };
    const writers = Array.from({ length: 6 }, (_, name) => writer(name));
    await expect.poll(() => answered.size).toBeGreaterThan(60);
    child.kill('SIGKILL');
    await once(child, 'exit');
    stopped = true;
    await Promise.all(writers);

    const restarted = await spawnServer(directory);
    for (const [path, content] of answered) {
      const got = await fetch(`${restarted.endpoint}/${VERSIONED}/${path}`);
      expect((await got.text()) === content, path).toBe(true);
    }
    const files = await readdir(join(directory, 'buckets', VERSIONED, 'data'));
    const versions = await readdir(join(directory, 'buckets', VERSIONED, 'versions'));
    expect(files).toHaveLength(versions.length);
    expect(versions.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    restarted.child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });
});

describe('starting', () => {
  it('on a taken port fails before the directory is touched', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const directory = join(tmpdir(), `s3-never-${process.pid}`);
    await expect(startS3({ directory, port, buckets: [] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    other.close();
  });

  it('with a bucket that may not exist fails, and frees its port', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-name-'));
    await expect(startS3({ directory, buckets: [{ name: 'Not_Valid', versioned: true }] })).rejects.toThrow(
      'The bucket name "Not_Valid" is not valid',
    );
    await rm(directory, { recursive: true });
  });
});
