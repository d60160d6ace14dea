import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed with the test file's end. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-local-'));
  folders.push(folder);
  return folder;
}
