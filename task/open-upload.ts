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
  /** How far into the object reading has come, in bytes; its size when the body has been read to its end. */
  bytesRead(): number;
}

/** A place between two rows. */
export interface ResumePoint {
  /** Position in the text of the first byte of a row (for UTF-8: in the file), as {@link OpenedUpload.firstOffset}. */
  offset: number;
  /** Physical line of that row. */
  line: number;
}

/**
 * Reads as much of the upload as its header takes. With `resumeAt` the body begins there instead of behind the
 * header: a UTF-8 file is read from that byte on, any other from its beginning, since only so it can be decoded.
 *
 * @throws ImportFailure `EmptyUpload`, `UndecodableFile`, `HeaderInvalid` and those of {@link readUpload}
 */
export async function openUpload(
  s3: S3Client,
  upload: Upload,
  definition: ImportDefinition,
  signal: AbortSignal,
  { resumeAt }: { resumeAt?: ResumePoint } = {},
): Promise<OpenedUpload> {
  if (upload.size === 0) throw new ImportFailure('EmptyUpload', `${describeUpload(upload)} has no content.`);
  let bytesRead = 0;
  const count = (chunk: Buffer) => {
    bytesRead += chunk.length;
  };
  // Whoever resumes wants the header alone from the beginning.
  const headOnly = resumeAt === undefined ? {} : { rangeBytes: SAMPLE_BYTES + 1, ahead: 1 };
  const counted = tap(readUpload(s3, upload, { signal, ...headOnly }), count);
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
  const { columns, ignored } = mapHeader(header.names, definition, delimiter);
  let body = concat(start.subarray(header.dataOffset), text);
  if (resumeAt !== undefined && encoding === 'utf-8') {
    await body.return(undefined);
    bytesRead = resumeAt.offset;
    body = tap(readUpload(s3, upload, { signal, from: resumeAt.offset }), count);
  } else if (resumeAt !== undefined) {
    body = skip(body, resumeAt.offset - header.dataOffset);
  }
  return {
    encoding,
    delimiter,
    header: { bytes: header.bytes, newline: header.newline, names: header.names },
    columns,
    filled: columns.filter((column) => column !== null),
    ignored,
    firstLine: resumeAt?.line ?? header.firstLine,
    firstOffset: resumeAt?.offset ?? header.dataOffset,
    body,
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

async function* skip(source: AsyncGenerator<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function* tap(source: AsyncGenerator<Buffer>, see: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}
