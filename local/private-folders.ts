import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a stack keeps of people's data, in files: objects, what executions and importers say, rejected rows. */
const FOLDERS = ['executions', 'logs', 'rejects', 's3'];
const FILES = ['notifications.jsonl'];

/** Lets no other user of this machine read what a stack keeps; those of an earlier start, too. */
export function keepPrivate(directory: string): void {
  for (const name of FOLDERS) {
    const folder = join(directory, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  for (const name of FILES) {
    const file = join(directory, name);
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
