import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStackDescription, localStackSchema } from '../contract/local-stack.ts';

/** The stack that is running on this directory, if one is: its file says so, and its process lives. */
export function findRunningStack(directory: string): LocalStackDescription | null {
  const file = join(directory, 'stack.json');
  if (!existsSync(file)) return null;
  const parsed = localStackSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null;
}

export function writeStackFile(directory: string, description: LocalStackDescription): void {
  const file = join(directory, 'stack.json');
  writeFileSync(`${file}.new`, JSON.stringify(description, null, 2));
  renameSync(`${file}.new`, file);
}

export function removeStackFile(directory: string): void {
  rmSync(join(directory, 'stack.json'), { force: true });
}

/**
 * Takes the directory for this process, so that two stacks that start at the same time cannot both have it.
 *
 * @throws Error naming the process that has it
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'stack.lock');
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(readFileSync(file, 'utf8'));
    if (tries > 0 || (pid > 0 && isAlive(pid))) {
      throw new Error(`A local stack is running on ${directory} already (process ${pid}): use it, or stop it first.`);
    }
    // Left behind by a stack that was killed.
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
