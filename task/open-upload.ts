import type { S3Client } from '@aws-sdk/client-s3';
import type { TableImport } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { describeUpload, type Upload } from '../contract/upload.ts';
import {
  type ByteStream,
  measure,
  type OpenedFile,
  openFile,
  type RowValue,
  SAMPLE_BYTES,
  skip,
} from '../csv/index.ts';
import { type ReadOptions, readUpload } from './source/object-reader.ts';

/** An upload whose header has been read and understood. */
export interface OpenedUpload extends OpenedFile {
  /** How far into the object reading has come, in bytes; its size when the body has been read to its end. */
  bytesRead(): number;
}

/** A place between two rows. */
export interface ResumePoint {
  /** Position in the text of the first byte of a row (for UTF-8: in the file), as {@link OpenedFile.firstOffset}. */
  offset: number;
  /** Physical line of that row. */
  line: number;
}

/**
 * Reads as much of the upload as its header takes. With `resumeAt` the body begins there instead of behind the
 * header: a UTF-8 file is read from that byte on, any other from its beginning, since only so it can be unpacked and
 * decoded.
 *
 * @throws ImportFailure `EmptyUpload`, and those of {@link openFile} and {@link readUpload}
 */
export async function openUpload(
  s3: S3Client,
  upload: Upload,
  definition: TableImport,
  signal: AbortSignal,
  { resumeAt, values = [] }: { resumeAt?: ResumePoint; values?: readonly RowValue[] } = {},
): Promise<OpenedUpload> {
  if (upload.size === 0) throw new ImportFailure('EmptyUpload', `${describeUpload(upload)} has no content.`);
  let read = 0;
  const bytesRead = () => read;
  const readFrom = (from: number, options: ReadOptions = {}): ByteStream => {
    read = from;
    return measure(readUpload(s3, upload, { ...options, signal, from }), (bytes) => {
      read += bytes;
    });
  };
  if (resumeAt === undefined) {
    return { ...(await openFile(readFrom(0), upload.size, definition, values)), bytesRead };
  }
  // Only the header is wanted from the beginning.
  const headOnly = { rangeBytes: SAMPLE_BYTES + 1, ahead: 1 };
  const head = await openFile(readFrom(0, headOnly), upload.size, definition, values);
  await head.body.return();
  const place = { firstLine: resumeAt.line, firstOffset: resumeAt.offset, bytesRead };
  if (head.file.encoding === 'utf-8' && head.file.compression === 'none') {
    return { ...head, ...place, body: head.withoutEnd(readFrom(resumeAt.offset)) };
  }
  const whole = await openFile(readFrom(0), upload.size, definition, values);
  return { ...whole, ...place, body: skip(whole.body, resumeAt.offset - whole.firstOffset) };
}

/** @throws ImportFailure `UploadTruncated` when fewer bytes came than the object has */
export function assertReadWhole({ bytesRead }: OpenedUpload, upload: Upload): void {
  const read = bytesRead();
  if (read === upload.size) return;
  throw new ImportFailure(
    'UploadTruncated',
    `Only ${read} of the ${upload.size} bytes of ${describeUpload(upload)} came.`,
  );
}
