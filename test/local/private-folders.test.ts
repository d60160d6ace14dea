import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepPrivate } from '../../local/private-folders.ts';
import { makeFolder } from './make-folder.ts';

it('what a stack keeps is for its user only, also what an earlier start has left', () => {
  const directory = makeFolder();
  mkdirSync(join(directory, 's3'));
  chmodSync(join(directory, 's3'), 0o755);
  writeFileSync(join(directory, 'notifications.jsonl'), '{}\n', { mode: 0o644 });
  keepPrivate(directory);
  const modes = ['executions', 'logs', 'rejects', 's3', 'notifications.jsonl'].map(
    (name) => statSync(join(directory, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o700, 0o600]);
});
