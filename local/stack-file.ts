import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStackDescription, localStackSchema } from '../operator/local-stack.ts';
import { lockHolder } from './directory-lock.ts';

/** The stack that is running on this directory, if one is: its file says so, and its process has the directory. */
export function findRunningStack(directory: string): LocalStackDescription | null {
  const parsed = localStackSchema.safeParse(readJson(join(directory, 'stack.json')));
  return parsed.success && lockHolder(directory) === parsed.data.pid ? parsed.data : null;
}

/** Tells other processes how to find the stack; only the user may read it, since DATABASE_URL may hold a password. */
export function writeStackFile(directory: string, description: LocalStackDescription): void {
  // For psql, so that the password need not be shown.
  writeForOwner(join(directory, 'database-url'), description.databaseUrl);
  writeForOwner(join(directory, 'stack.json'), JSON.stringify(description, null, 2));
}

export function removeStackFile(directory: string): void {
  for (const name of ['stack.json', 'database-url']) rmSync(join(directory, name), { force: true });
}

function writeForOwner(file: string, content: string): void {
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
