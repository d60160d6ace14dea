import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prepareDatabase } from '../../local/database.ts';
import { lockDirectory } from '../../local/directory-lock.ts';
import { removePostgres, startPostgres } from '../../local/postgres.ts';
import { findRunningStack } from '../../local/stack-file.ts';
import { Engine } from '../../local/workflow/engine.ts';
import { makeMachine, task, untilEnded } from '../workflow/make-engine.ts';
import { makeFolder } from './make-folder.ts';
import { startTestS3, VERSIONED } from './s3-fixture.ts';

// Each kind of file that the local stack keeps, damaged in each of these ways.

type Damage = (content: string) => string;
const damages: Record<string, Damage> = {
  empty: () => '',
  'cut off': (content) => content.slice(0, content.length / 2),
  garbage: () => '\0\u0001}{ not what was written\n',
  'of a later version': () => '{"format":2}\n',
};
const ways = Object.entries(damages);

function damage(file: string, how: Damage): void {
  writeFileSync(file, how(readFileSync(file, 'utf8')));
}

/** The warnings of the process while `work` goes on. */
async function warningsOf(work: () => unknown): Promise<string[]> {
  const warnings: string[] = [];
  const warn = vi
    .spyOn(process, 'emitWarning')
    .mockImplementation((warning) => void warnings.push(String(warning)));
  try {
    await work();
  } finally {
    warn.mockRestore();
  }
  return warnings;
}

describe('objects', () => {
  const at = (Key: string) => ({ Bucket: VERSIONED, Key });

  /** A server with two objects and an upload in parts, and where their files are. */
  async function keepObjects() {
    const s3 = await startTestS3();
    for (const key of ['one', 'two']) await s3.client.send(new PutObjectCommand({ ...at(key), Body: key }));
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at('parts')));
    await s3.client.send(new UploadPartCommand({ ...at('parts'), UploadId, PartNumber: 1, Body: 'part' }));
    const bucket = join(s3.directory, 'buckets', VERSIONED);
    const versions = readdirSync(join(bucket, 'versions')).map((name) => join(bucket, 'versions', name));
    const metadata = versions.find((file) => JSON.parse(readFileSync(file, 'utf8')).key === 'one')!;
    const [{ name }] = JSON.parse(readFileSync(metadata, 'utf8')).files;
    const data = () => readdirSync(join(bucket, 'data')).toSorted();
    const read = async (key: string) =>
      (await s3.client.send(new GetObjectCommand(at(key)))).Body!.transformToString();
    return {
      s3,
      data,
      read,
      files: {
        'metadata of an object': metadata,
        'bytes of an object': join(bucket, 'data', name),
        'settings of a bucket': join(bucket, 'bucket.json'),
        'an upload in parts': join(bucket, 'uploads', UploadId!, 'upload.json'),
        'a part': join(bucket, 'uploads', UploadId!, '1.json'),
      },
    };
  }
  type Kind = keyof Awaited<ReturnType<typeof keepObjects>>['files'];

  describe.each([
    'metadata of an object',
    'bytes of an object',
    'settings of a bucket',
    'an upload in parts',
    'a part',
  ] satisfies Kind[])('%s', (kind) => {
    it.each(ways)('%s: the file is named, no byte is deleted, all else works', async (_, how) => {
      const { s3, files, data, read } = await keepObjects();
      const original = readFileSync(files[kind], 'utf8');
      const before = data();
      damage(files[kind], how);
      const damaged = readFileSync(files[kind], 'utf8');

      const warnings = await warningsOf(() => s3.restart());
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(files[kind]);
      expect(warnings[0]).toMatch(/delete /);
      expect(data()).toEqual(before);
      expect(await read('two')).toBe('two');
      await s3.client.send(new PutObjectCommand({ ...at('three'), Body: 'three' }));
      expect(await read('three')).toBe('three');
      if (kind !== 'settings of a bucket') expect(readFileSync(files[kind], 'utf8')).toBe(damaged);

      // Restored, everything is there again.
      writeFileSync(files[kind], original);
      expect(await warningsOf(() => s3.restart())).toEqual([]);
      expect(await read('one')).toBe('one');
      expect(data()).toEqual(expect.arrayContaining(before));
    });
  });

  it.each(ways)('the sequencer %s: the start fails, and says what to do', async (_, how) => {
    const { s3, data } = await keepObjects();
    const before = data();
    damage(join(s3.directory, 'sequencer'), how);
    const started = s3.restart();
    // A number that is cut off is a number.
    if (/^[0-9a-f]+$/.test(readFileSync(join(s3.directory, 'sequencer'), 'utf8'))) await started;
    else
      await expect(started).rejects.toThrow(/sequencer should hold one hexadecimal number.*remove the file/);
    expect(data()).toEqual(before);
  });

  it('strangers’ files in its folders are none of its business', async () => {
    const { s3, files, read } = await keepObjects();
    const bucket = dirname(files['settings of a bucket']);
    for (const folder of ['..', '.', 'versions', 'uploads']) {
      writeFileSync(join(bucket, folder, '.DS_Store'), '\0Bud1');
    }
    expect(await warningsOf(() => s3.restart())).toEqual([]);
    expect(await read('one')).toBe('one');
  });
});

describe('executions', () => {
  const states = { First: task({ Next: 'Last' }), Last: task({ End: true }) };
  const open = (folder: string) => {
    const engine = new Engine({
      stateMachine: makeMachine(states),
      folder,
      maxWaitSeconds: 0.05,
      bindings: { 'lambda:invoke': async () => 'done' },
    });
    engine.setMaxListeners(0);
    onTestFinished(() => engine.close());
    engine.failInterrupted();
    return engine;
  };

  async function keepExecutions() {
    const folder = makeFolder();
    const engine = open(folder);
    for (const name of ['one', 'two']) await untilEnded(engine, engine.start(name, '{}'));
    engine.close();
    const [definition] = readdirSync(join(folder, 'definitions'));
    return {
      folder,
      history: join(folder, 'one.jsonl'),
      definition: join(folder, 'definitions', definition!),
    };
  }

  it.each([
    ['garbage', damages.garbage!],
    ['of a later version', damages['of a later version']!],
    ['null in the middle', (content: string) => content.replace(/\n.*\n/, '\nnull\n')],
    ['a line lost', (content: string) => content.replace(/\n.*\n/, '\n')],
    ['a line cut off in the middle', (content: string) => content.replace(/"\}\}\n/, '\n')],
  ])('a history %s: it is named and left alone, the others go on', async (_, how) => {
    const { folder, history } = await keepExecutions();
    damage(history, how);
    const damaged = readFileSync(history, 'utf8');
    let engine!: Engine;
    const warnings = await warningsOf(() => {
      engine = open(folder);
    });
    expect(warnings).toEqual([expect.stringMatching(/one\.jsonl is damaged \(.*\).*delete it/)]);
    expect(engine.executions.list().map(({ name }) => name)).toEqual(['two']);
    // Its event may be told again: it must not be written to.
    expect(() => engine.start('one', '{}')).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
    await untilEnded(engine, engine.start('three', '{}'));
    expect(readFileSync(history, 'utf8')).toBe(damaged);
  });

  it.each([
    ['empty', damages.empty!],
    ['cut off', damages['cut off']!],
  ])('a history %s is what a crash leaves: what is whole of it counts', async (_, how) => {
    const { folder, history } = await keepExecutions();
    damage(history, how);
    let engine!: Engine;
    expect(
      await warningsOf(() => {
        engine = open(folder);
      }),
    ).toEqual([]);
    const again = engine.executions.byName('one');
    if (readFileSync(history, 'utf8') === '') expect(again).toBeUndefined();
    else expect(again).toMatchObject({ status: 'FAILED', failure: { error: 'LocalStackStopped' } });
  });

  it.each(ways)('a definition %s: it is named, and its executions can be redriven', async (_, how) => {
    const { folder, history, definition } = await keepExecutions();
    damage(history, damages['cut off']!);
    damage(definition, how);
    const other = definition.replace(/\w+\.json$/, 'abc.json');
    writeFileSync(other, readFileSync(definition));
    let engine!: Engine;
    const warnings = await warningsOf(() => {
      engine = open(folder);
    });
    expect(warnings.toSorted()).toEqual(
      [definition, other].toSorted().map((file) => expect.stringContaining(`${file} is damaged`)),
    );
    const execution = engine.executions.byName('one')!;
    engine.redrive(execution);
    await untilEnded(engine, execution);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('a stack’s own files', () => {
  it.each(ways)('%s: stack.json and lock are as if they were not there', (_, how) => {
    const directory = makeFolder();
    for (const name of ['stack.json', 'stack.lock', 'database-url']) {
      writeFileSync(join(directory, name), how('{"pid":1}'));
    }
    expect(findRunningStack(directory)).toBeNull();
    lockDirectory(directory)();
    expect(existsSync(join(directory, 'stack.lock'))).toBe(false);
  });
});

describe('the database', () => {
  const options = (directory: string) => ({ directory, port: 0, fsync: false });
  const cleanup = { add: (stop: () => unknown) => onTestFinished(() => void stop()), run: async () => {} };

  async function keepDatabase() {
    const directory = makeFolder();
    onTestFinished(() => removePostgres(directory));
    const server = await startPostgres(options(directory));
    await server.stop();
    return { directory, base: dirname(server.passwordFile) };
  }

  it('of another version, or damaged: the file is named, and nothing of it is changed', async () => {
    const { directory, base } = await keepDatabase();
    const file = join(base, 'data', 'PG_VERSION');
    const password = readFileSync(join(base, 'password'), 'utf8');
    for (const [content, message] of [
      ['', /damaged: .*PG_VERSION should hold 18, and holds "".*--reset/],
      ['\0\0', /damaged: .*PG_VERSION should hold 18/],
      ['99\n', /is of PostgreSQL 99 \(.*PG_VERSION\), this project has 18: .*--reset/],
    ] as const) {
      writeFileSync(file, content);
      await expect(startPostgres(options(directory))).rejects.toThrow(message);
    }
    expect(readFileSync(join(base, 'password'), 'utf8')).toBe(password);
    writeFileSync(file, '18\n');
    const control = readFileSync(join(base, 'data', 'global', 'pg_control'));
    writeFileSync(join(base, 'data', 'global', 'pg_control'), '');
    await expect(startPostgres(options(directory))).rejects.toThrow(/did not start .*pg_control.*--reset/s);
    writeFileSync(join(base, 'data', 'global', 'pg_control'), control);
    writeFileSync(join(base, 'data', 'postmaster.pid'), '');
    await expect(startPostgres(options(directory))).rejects.toThrow(/postmaster\.pid.*is empty.*--reset/s);
  });

  it.each(['', '0', '-1', '70000', 'no port', '{"format":2}'])(
    'remembers the port %j for none',
    async (port) => {
      const { directory, base } = await keepDatabase();
      writeFileSync(join(base, 'port'), port);
      const server = await startPostgres(options(directory));
      expect(Number(new URL(server.url).port)).toBeGreaterThan(0);
      await server.stop();
    },
  );

  it('gets a new password where the file is damaged, and says where a wrong one is', async () => {
    const { directory, base } = await keepDatabase();
    for (const content of ['', 'short', '{"format":2}']) {
      writeFileSync(join(base, 'password'), content);
      const { url } = await prepareDatabase(options(directory), cleanup as never);
      expect(new URL(url).password).toMatch(/^[\w-]{32}$/);
      await (await startPostgres(options(directory))).stop();
    }
    writeFileSync(join(base, 'password'), 'x'.repeat(32));
    await expect(prepareDatabase(options(directory), cleanup as never)).rejects.toThrow(
      /does not take the password of .*password: .*delete it/,
    );
  });
});
