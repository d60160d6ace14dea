import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that every user may enter, as a project's is; removed with the test file's end. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-local-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}
