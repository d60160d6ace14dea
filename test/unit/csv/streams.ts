import type { ByteStream } from '../../../csv/byte-stream.ts';

/** The bytes in chunks of the sizes given, over and over. */
export async function* inChunks(bytes: Buffer, ...sizes: number[]): ByteStream {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
