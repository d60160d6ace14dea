import type { Encoding } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';

/**
 * The same text as UTF-8. UTF-8 itself passes through untouched: the scanner refuses broken rows one by one.
 *
 * @throws ImportFailure `UndecodableFile` where another encoding is broken
 */
export async function* decodeToUtf8(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* chunks;
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  for await (const chunk of chunks) {
    yield Buffer.from(decode(decoder, chunk, encoding, offset));
    offset += chunk.length;
  }
  const rest = decode(decoder, undefined, encoding, offset);
  if (rest !== '') yield Buffer.from(rest);
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  chunk: Buffer | undefined,
  encoding: Encoding,
  offset: number,
): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (error) {
    throw new ImportFailure(
      'UndecodableFile',
      `The file is read as ${encoding}, but has bytes that are not, after byte ${offset}.`,
      { cause: error },
    );
  }
}
