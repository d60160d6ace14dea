import { readdirSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockDirectory } from './directory-lock.ts';
import { removePostgres } from './postgres.ts';

/** All that a stack keeps. Nothing else is deleted: `--directory` may name a folder that has more in it. */
const KEPT = [
  'cdk.out',
  'database-url',
  'dist',
  'executions',
  'logs',
  'notifications.jsonl',
  'rejects',
  's3',
  'stack.json',
];

/**
 * Removes what a stack keeps in a directory, its embedded database included.
 *
 * @throws Error while a stack is running on it
 */
export async function resetLocalStack(directory: string): Promise<void> {
  const folder = resolve(directory);
  const unlock = lockDirectory(folder);
  try {
    await removePostgres(folder);
    for (const name of KEPT) await rm(join(folder, name), { recursive: true, force: true });
  } finally {
    unlock();
  }
  if (readdirSync(folder).length === 0) await rmdir(folder);
}
