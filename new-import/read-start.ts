import type { Encoding } from '../contract/definition/file-format.ts';
import { ImportFailure } from '../contract/failures.ts';
import { type OpenedText, openText } from '../csv/index.ts';
import { readChunks } from '../local/read-chunks.ts';

/** The beginning of a file as text. */
export interface Start {
  text: string;
  /** Whether there is no more. */
  whole: boolean;
  compression: OpenedText['compression'];
  encoding: OpenedText['encoding'];
}

/**
 * Reads the first MiB or so, unpacked and decoded as the importer does.
 *
 * @param encoding what the user says; else it is found
 * @throws ImportFailure as the importer does; Error where the encoding must be said
 */
export async function readStart(file: string, size: number, encoding?: Encoding): Promise<Start> {
  let start: { bytes: Buffer; whole: boolean } | null = null;
  const opening = openText(readChunks(file), size, {
    maxBytes: Infinity,
    maxRatio: Infinity,
    encoding: encoding === undefined ? null : { encoding, evidence: 'as you said', assumed: false },
    // No line is taken for a header, which could be malformed.
    place: { header: ['first'], skipLines: 0, comment: null },
    findDelimiter: (bytes, whole) => {
      start = { bytes, whole };
      return { delimiter: ',', evidence: '', certain: false };
    },
  });
  const text = await opening.catch(adviseEncoding);
  await text.body.return();
  const { bytes, whole } = start!;
  return { text: bytes.toString(), whole, compression: text.compression, encoding: text.encoding };
}

/** There is no definition yet that could say the encoding. */
function adviseEncoding(error: unknown): never {
  if (error instanceof ImportFailure && error.message.includes('file.encoding')) {
    throw new Error(`${error.message} For new-import, say it with --encoding.`, { cause: error });
  }
  throw error;
}
