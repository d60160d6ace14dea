// Small JSON files that are there completely or not at all, also after a kill in the middle of a write.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { visible } from '../../contract/visible-text.ts';

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

/**
 * Reads a JSON file. One that is damaged, or that a later version wrote in another form, is told of by a warning of the
 * process and left alone: undefined.
 */
export function readJson<T>(path: string, schema: z.ZodType): T | undefined {
  let reason: string;
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { error } = schema.safeParse(value);
    if (error === undefined) return value as T;
    const [{ path: at, message }] = error.issues as [z.core.$ZodIssue];
    reason = at.length === 0 ? message : `${at.join('.')}: ${message}`;
  } catch (error) {
    reason = (error as Error).message;
  }
  process.emitWarning(
    visible(
      `Local S3: ${path} is unreadable (${reason}): what it describes is left out, and kept on the disk. Restore the file, or delete it; the next start then removes what belongs to nobody.`,
    ),
  );
  return undefined;
}

/** The names in a folder, after what interrupted writes left there was removed. */
export function listAndClean(directory: string): string[] {
  return readdirSync(directory).filter((name) => {
    if (!name.endsWith(TEMPORARY)) return true;
    rmSync(join(directory, name), { force: true });
    return false;
  });
}
