import { createReadStream } from 'node:fs';
import type { ByteStream } from '../csv/index.ts';

/** A file on the disk as the CSV reader takes it. */
export async function* readChunks(file: string): ByteStream {
  for await (const chunk of createReadStream(file)) yield chunk as Buffer;
}
