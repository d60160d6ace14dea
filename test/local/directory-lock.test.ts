import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockDirectory, lockHolder } from '../../local/directory-lock.ts';
import { makeFolder } from './make-folder.ts';

const script = join(import.meta.dirname, 'take-lock.ts');

/** Another process that tries for the lock and, with it, stays until it is told to go; resolves to what it says. */
function another(directory: string) {
  const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { pid: child.pid!, said, ended, kill: () => child.kill('SIGKILL'), leave: () => child.stdin.end() };
}

describe('a directory’s lock', () => {
  it('is taken once, given back, and taken again', () => {
    const directory = join(makeFolder(), 'made');
    const unlock = lockDirectory(directory);
    expect(lockHolder(directory)).toBe(process.pid);
    expect(() => lockDirectory(directory)).toThrow(
      new RegExp(`running on .*made already \\(process ${process.pid}\\).*delete .*stack.lock`),
    );
    unlock();
    expect([lockHolder(directory), readdirSync(directory)]).toEqual([null, []]);
    lockDirectory(directory)();
  });

  it('names the process that has it', async () => {
    const directory = makeFolder();
    const other = another(directory);
    expect(await other.said).toBe('taken');
    expect(() => lockDirectory(directory)).toThrow(`(process ${other.pid})`);
    other.leave();
    await other.ended;
    lockDirectory(directory)();
  });

  it('of a process that was killed is taken over', async () => {
    const directory = makeFolder();
    const other = another(directory);
    await other.said;
    other.kill();
    await other.ended;
    expect(existsSync(join(directory, 'stack.lock'))).toBe(true);
    const unlock = lockDirectory(directory);
    expect(lockHolder(directory)).toBe(process.pid);
    unlock();
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'of a process whose id is somebody else’s now is taken over',
    () => {
      const directory = makeFolder();
      writeFileSync(join(directory, 'stack.lock'), `${process.pid} 1`);
      expect(lockHolder(directory)).toBeNull();
      lockDirectory(directory)();
    },
  );

  it('that is left behind is taken by one of many who come at once', async () => {
    for (let round = 0; round < 3; round++) {
      const directory = makeFolder();
      writeFileSync(join(directory, 'stack.lock'), '999999999 1');
      const all = Array.from({ length: 6 }, () => another(directory));
      const said = await Promise.all(all.map((each) => each.said));
      expect(said.filter((each) => each === 'taken')).toHaveLength(1);
      for (const each of all) each.leave();
      await Promise.all(all.map((each) => each.ended));
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it('is broken although somebody was killed while breaking it', () => {
    const directory = makeFolder();
    writeFileSync(join(directory, 'stack.lock'), '999999999 1');
    const guard = join(directory, 'stack.lock.breaking');
    mkdirSync(guard);
    utimesSync(guard, new Date(0), new Date(0));
    lockDirectory(directory);
    expect(readFileSync(join(directory, 'stack.lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  });
});
