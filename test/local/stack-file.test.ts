import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockDirectory } from '../../local/directory-lock.ts';
import { resetLocalStack } from '../../local/reset.ts';
import { findRunningStack, removeStackFile, writeStackFile } from '../../local/stack-file.ts';
import { localStackSchema } from '../../operator/local-stack.ts';
import { makeFolder } from './make-folder.ts';

const description = {
  pid: process.pid,
  endpoints: {
    s3: 'http://127.0.0.1:9000',
    stepFunctions: 'http://127.0.0.1:8083',
    eventBridge: 'http://127.0.0.1:8084',
  },
  databaseUrl: 'postgres://postgres:secret@127.0.0.1:54320/postgres',
  uploadBucket: 'u',
  resultsBucket: 'r',
  stateMachineArn: 'arn',
};

describe('stack.json', () => {
  it('tells other processes how to find the stack, for as long as it runs', () => {
    const directory = makeFolder();
    expect(findRunningStack(directory)).toBeNull();
    const unlock = lockDirectory(directory);
    expect(findRunningStack(directory)).toBeNull();
    writeStackFile(directory, description);
    expect(findRunningStack(directory)).toEqual(description);
    expect(localStackSchema.parse(JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8')))).toEqual(
      description,
    );
    removeStackFile(directory);
    expect(findRunningStack(directory)).toBeNull();
    unlock();
  });

  it('of a stack that was killed is ignored', () => {
    const directory = makeFolder();
    writeStackFile(directory, { ...description, pid: 999_999_999 });
    expect(findRunningStack(directory)).toBeNull();
    // The id lives, but as another process, which has not taken the directory.
    writeStackFile(directory, description);
    expect(findRunningStack(directory)).toBeNull();
  });

  it('that is damaged is ignored', () => {
    const directory = makeFolder();
    const unlock = lockDirectory(directory);
    writeFileSync(join(directory, 'stack.json'), '{"pid":');
    expect(findRunningStack(directory)).toBeNull();
    unlock();
  });

  it('is for the user only: the database’s URL may hold a password', () => {
    const directory = makeFolder();
    writeStackFile(directory, description);
    const names = ['stack.json', 'database-url'];
    for (const name of names) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    removeStackFile(directory);
    expect(names.filter((name) => existsSync(join(directory, name)))).toEqual([]);
  });
});

describe('a reset', () => {
  it('removes what a stack keeps, and nothing else', async () => {
    const directory = makeFolder();
    for (const name of ['executions', 's3', 'logs', 'mine']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'executions', 'one.jsonl'), '{}');
    writeFileSync(join(directory, 'notifications.jsonl'), '');
    writeFileSync(join(directory, 'letter.txt'), 'dear');
    await resetLocalStack(directory);
    expect(
      ['executions', 's3', 'logs', 'notifications.jsonl', 'stack.lock'].filter((name) =>
        existsSync(join(directory, name)),
      ),
    ).toEqual([]);
    expect([existsSync(join(directory, 'mine')), existsSync(join(directory, 'letter.txt'))]).toEqual([
      true,
      true,
    ]);
  });

  it('leaves no empty folder', async () => {
    const directory = join(makeFolder(), 'stack');
    mkdirSync(join(directory, 'executions'), { recursive: true });
    await resetLocalStack(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it('is refused while a stack has the directory', async () => {
    const directory = makeFolder();
    mkdirSync(join(directory, 'executions'));
    const unlock = lockDirectory(directory);
    await expect(resetLocalStack(directory)).rejects.toThrow('already');
    expect(existsSync(join(directory, 'executions'))).toBe(true);
    unlock();
  });
});
