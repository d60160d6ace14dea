import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether there is a pgloader on the PATH. */
export async function hasPgloader(): Promise<boolean> {
  return run('pgloader', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Loads by pgloader, with its own defaults. @param script where its commands may be written */
export async function pgloader(
  databaseUrl: string,
  target: string,
  columns: readonly string[],
  path: string,
  script: string,
  signal: AbortSignal,
): Promise<void> {
  const fields = columns.map((name) => `${name} [null if blanks]`);
  await writeFile(
    script,
    `LOAD CSV FROM '${path}' (${fields})
     INTO ${databaseUrl} TARGET TABLE ${target} (${columns})
     WITH skip header = 1, fields terminated by ',', fields optionally enclosed by '"',
          fields escaped by double-quote;\n`,
  );
  await run('pgloader', ['--quiet', script], { signal, maxBuffer: 16 * 1024 * 1024 });
}
