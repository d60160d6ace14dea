// A disk without room: what the stack writes is there whole or not at all, and can be written once there is room.
import { closeSync, createWriteStream, fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** The disk, the user's share of it, or the size that a process may give to a file. */
const codes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether an error of the file system says that there is no room. */
export function isDiskFull(error: unknown): boolean {
  return codes.has((error as { code?: string } | null)?.code ?? '');
}

/**
 * Appends a line to a file: all of it, or nothing. A piece of a line would become part of the next one.
 *
 * @throws Error of the file system
 */
export function appendLine(file: string, line: string, mode?: number): void {
  const handle = openSync(file, 'a', mode);
  try {
    const { size } = fstatSync(handle);
    try {
      writeFileSync(handle, `${line}\n`);
    } catch (error) {
      ftruncateSync(handle, size);
      throw error;
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes what a process says into a file. Where that fails, what it says from then on is lost, but still read: else it
 * would wait for ever.
 */
export function writeLog(
  file: string,
  outputs: readonly Readable[],
  options?: { flags: string },
): { end(): void } {
  const log = createWriteStream(file, options);
  log.on('error', (error) => {
    process.emitWarning(`${file}: ${error.message}`);
    for (const output of outputs) output.resume();
  });
  for (const output of outputs) output.pipe(log, { end: false });
  return log;
}
