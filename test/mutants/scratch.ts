import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mutant, mutate } from './find-mutants.ts';

/** A copy of the project that mutants are put into: whatever happens, the project itself stays as it is. */
export class Scratch {
  readonly folder: string;

  /** Copies what Git knows or would add; the packages are linked. */
  constructor(project: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'csv-import-mutants-'));
    const files = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
      cwd: project,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }).split('\0');
    for (const file of files) {
      // One that is deleted, but not yet in a commit, is still listed; so are links to folders.
      const isFile = statSync(join(project, file), { throwIfNoEntry: false })?.isFile() ?? false;
      if (isFile) cpSync(join(project, file), join(this.folder, file));
    }
    symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Does something while a mutant is in the copy. */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutant.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, mutate(source, mutant));
    try {
      return await work();
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
