import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStackDescription, localStackSchema } from '../contract/local-stack.ts';
import { lockHolder } from './directory-lock.ts';

/** The stack that is running on this directory, if one is: its file says so, and its process has the directory. */
export function findRunningStack(directory: string): LocalStackDescription | null {
  const parsed = localStackSchema.safeParse(readJson(join(directory, 'stack.json')));
  return parsed.success && lockHolder(directory) === parsed.data.pid ? parsed.data : null;
}

/** Tells other processes how to find the stack; only the user may read it, since DATABASE_URL may hold a password. */
export function writeStackFile(directory: string, description: LocalStackDescription): void {
  const file = join(directory, 'stack.json');
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify(description, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeStackFile(directory: string): void {
  rmSync(join(directory, 'stack.json'), { force: true });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
