// The bytes of objects and parts: one file each, written under a name of its own and never changed.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFile } from './object-version.ts';

/** Read in pieces of this many bytes: large enough for disks, small enough for many downloads at once. */
const READ_BYTES = 256 * 1024;

/** A file being written; it means nothing until a JSON names it, and a restart removes it if none does. */
export interface DataWriter {
  write(chunk: Buffer): Promise<void>;
  finish(): Promise<DataFile>;
  /** Closes and removes it; harmless after `finish`, which it undoes. */
  discard(): Promise<void>;
}

export class DataFiles {
  readonly #directory: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  pathOf(name: string): string {
    return join(this.#directory, name);
  }

  async create(): Promise<DataWriter> {
    const name = randomBytes(16).toString('hex');
    const handle = await open(this.pathOf(name), 'wx');
    let size = 0;
    return {
      write: async (chunk) => {
        for (let at = 0; at < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, at);
          at += bytesWritten;
        }
        size += chunk.length;
      },
      finish: async () => {
        await handle.close();
        return { name, size };
      },
      discard: async () => {
        await handle.close();
        await rm(this.pathOf(name), { force: true });
      },
    };
  }

  /** A second name for the same bytes, which outlives the first. */
  async duplicate(file: DataFile): Promise<DataFile> {
    const name = randomBytes(16).toString('hex');
    // Some file systems know no hard links.
    await link(this.pathOf(file.name), this.pathOf(name)).catch(() =>
      copyFile(this.pathOf(file.name), this.pathOf(name)),
    );
    return { name, size: file.size };
  }

  /**
   * Keeps files readable, whatever is removed meanwhile, until the returned function is called (once). Call it
   * right after looking the files up, before anything is awaited.
   */
  hold(files: readonly DataFile[]): () => void {
    for (const { name } of files) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    return () => {
      for (const { name } of files) this.#release(name);
    };
  }

  /**
   * Bytes `start` to `end` (inclusive) of the files one after the other; hold them first.
   *
   * @throws Error if a file is shorter than it was when written.
   */
  async *read(files: readonly DataFile[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const file of files) {
      const from = Math.max(0, start - offset);
      const to = Math.min(file.size - 1, end - offset);
      offset += file.size;
      if (from > to) continue;
      let left = to - from + 1;
      const path = this.pathOf(file.name);
      for await (const piece of createReadStream(path, { start: from, end: to, highWaterMark: READ_BYTES })) {
        left -= (piece as Buffer).length;
        yield piece as Buffer;
      }
      if (left > 0)
        throw new Error(`${path} lacks ${left} of the ${file.size} bytes that were written to it.`);
    }
  }

  /** Removes files, each as soon as nobody reads it. */
  async remove(files: readonly DataFile[]): Promise<void> {
    for (const { name } of files) {
      if (this.#readers.has(name)) this.#doomed.add(name);
      else await rm(this.pathOf(name), { force: true });
    }
  }

  #release(name: string): void {
    const readers = this.#readers.get(name)! - 1;
    if (readers > 0) {
      this.#readers.set(name, readers);
      return;
    }
    this.#readers.delete(name);
    // Left behind by a failure here, it is removed at the next start.
    if (this.#doomed.delete(name)) rm(this.pathOf(name), { force: true }).catch(() => {});
  }
}
