import type { S3Client } from '@aws-sdk/client-s3';
import type { Delimiter, ImportColumn, ImportDefinition } from '../contract/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { describeUpload, type Upload } from '../contract/upload.ts';
import { mapHeader, readHeader } from './csv/header.ts';
import { decodeToUtf8 } from './source/decode.ts';
import { detectEncoding, SAMPLE_BYTES } from './source/detect-encoding.ts';
import { readUpload } from './source/object-reader.ts';

/** An upload whose header has been read and understood. */
export interface OpenedUpload {
  encoding: string;
  delimiter: Delimiter;
  /** The header record as it stands in the file, and the newline behind it. */
  header: { bytes: Buffer; newline: string; names: string[] };
  /** One per header: the column it fills, or null where it is ignored. */
  columns: (ImportColumn | null)[];
  /** The columns that the file fills, in the file's order. */
  filled: ImportColumn[];
  ignored: string[];
  /** Physical line where the rows begin. */
  firstLine: number;
  /** Position of their first byte in the text (for UTF-8: in the file). */
  firstOffset: number;
  /** Everything after the header, as UTF-8. */
  body: AsyncGenerator<Buffer>;
  /** Bytes of the object that have been read so far. */
  bytesRead(): number;
}

/** Reads as much of the upload as its header takes. */
export async function openUpload(
  s3: S3Client,
  upload: Upload,
  definition: ImportDefinition,
  signal: AbortSignal,
): Promise<OpenedUpload> {
  if (upload.size === 0) throw new ImportFailure('EmptyUpload', `${describeUpload(upload)} has no content.`);
  let bytesRead = 0;
  const counted = tap(readUpload(s3, upload, { signal }), (chunk) => {
    bytesRead += chunk.length;
  });
  const { head, all } = await peek(counted, SAMPLE_BYTES);
  const encoding =
    definition.encoding ?? detectEncoding(head.subarray(0, SAMPLE_BYTES), head.length <= SAMPLE_BYTES);
  const text = decodeToUtf8(all, encoding);

  const delimiter = definition.delimiter ?? ',';
  let start: Buffer = Buffer.alloc(0);
  let header: ReturnType<typeof readHeader> = null;
  while (header === null) {
    const { value, done } = await text.next();
    if (!done) start = start.length === 0 ? value : Buffer.concat([start, value]);
    header = readHeader(start, { delimiter: delimiter.charCodeAt(0), final: done === true });
  }
  const rest = start.subarray(header.dataOffset);
  const { columns, ignored } = mapHeader(header.names, definition, delimiter);
  return {
    encoding,
    delimiter,
    header: { bytes: header.bytes, newline: header.newline, names: header.names },
    columns,
    filled: columns.filter((column) => column !== null),
    ignored,
    firstLine: header.firstLine,
    firstOffset: header.dataOffset,
    body: concat(rest, text),
    bytesRead: () => bytesRead,
  };
}

/** Takes at least `bytes` bytes off the beginning, and gives a stream that still has them. */
async function peek(
  source: AsyncGenerator<Buffer>,
  bytes: number,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < bytes) {
    const { value, done } = await source.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return { head, all: concat(head, source) };
}

async function* concat(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    // Whoever stops early stops the GETs behind it too.
    await rest.return(undefined);
  }
}

async function* tap(source: AsyncGenerator<Buffer>, see: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}
