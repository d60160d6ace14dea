import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { folderOutside, removePostgres } from '../../local/postgres.ts';
import { project } from '../support/copy-project.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeFolder } from './make-folder.ts';

/** The local commands with a data folder of their own, until the test ends. */
export class LocalCommands {
  readonly directory = makeFolder();

  constructor() {
    onTestFinished(() => removePostgres(this.directory));
  }

  /** @param options.synthesise this project's app anew, instead of using what was synthesised for the test run */
  start(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; synthesise?: boolean } = {}) {
    const { cwd = project, env = {}, synthesise = cwd !== project } = options;
    const assembly = synthesise ? {} : { CSV_IMPORT_ASSEMBLY: inject('assemblyFolder') };
    const child: ChildProcess = spawn(
      process.execPath,
      [join(cwd, 'local/main.ts'), ...args, '--directory', this.directory],
      { cwd, env: { PATH: process.env.PATH, ...assembly, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => void child.kill('SIGTERM'));
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr!.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, stdout, stderr })),
    );
    return {
      child,
      ended,
      says: (text: string) => waitFor(text, () => (stdout.includes(text) ? true : null)),
    };
  }

  /** Processes that work in the folder, or in the one that stands in for it: PostgreSQL and importers. */
  leftOver(): string[] {
    const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    return lines.filter(
      (line) => line.includes(this.directory) || line.includes(folderOutside(this.directory)),
    );
  }
}

/** Rows enough for the importer to be busy for a while. */
export function writeLargeFile(): string {
  const rows = Array.from(
    { length: 300_000 },
    (_, index) => `${index},Name ${index},m${index}@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`,
  );
  const file = join(makeFolder(), 'customers-large.csv');
  writeFileSync(
    file,
    `customer_id,name,email,phone,address,birthday,credit_limit,registered_at,notes\n${rows.join('')}`,
  );
  return file;
}
