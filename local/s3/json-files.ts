// Small JSON files that are there completely or not at all, also after a kill in the middle of a write.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TEMPORARY = '.tmp';

/**
 * Writes to a temporary file and renames it. There is no fsync: what is written survives the process being
 * killed, not the machine losing power, and a laptop's uploads are fast.
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    await writeFile(temporary, JSON.stringify(value));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads a JSON file; undefined (with a warning of the process) if it cannot be read as one. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    process.emitWarning(`Local S3: ${path} is unreadable and is left out: ${(error as Error).message}`);
    return undefined;
  }
}

/** The names in a folder, after what interrupted writes left there was removed. */
export function listAndClean(directory: string): string[] {
  return readdirSync(directory).filter((name) => {
    if (!name.endsWith(TEMPORARY)) return true;
    rmSync(join(directory, name), { force: true });
    return false;
  });
}
