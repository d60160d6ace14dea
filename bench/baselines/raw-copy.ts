import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Sql } from 'postgres';

/** Large enough that the number of reads and writes does not show. */
const CHUNK_BYTES = 256 * 1024;

/** The floor: the file's bytes as they are, from disk into the table, by one COPY on one connection. */
export async function rawCopy(
  sql: Sql,
  target: string,
  columns: readonly string[],
  path: string,
): Promise<void> {
  const copy = await sql
    .unsafe(`copy ${target} (${columns}) from stdin with (format csv, header)`)
    .writable();
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), copy);
}
