import type { Delimiter, ImportColumn, TableImport } from '../contract/definition/define-import.ts';
import type { Report } from '../contract/report.ts';
import { type ByteStream, measure, peek, prepend } from '../csv/byte-stream.ts';
import { decodeToUtf8 } from '../csv/decode/decode.ts';
import { gunzip } from '../csv/decode/gunzip.ts';
import { detectEncoding, type FoundEncoding, SAMPLE_BYTES } from '../csv/detect/detect-encoding.ts';
import { isGzip, KIND_BYTES } from '../csv/detect/file-kind.ts';
import { describeDoubt, findDelimiter } from '../csv/detect/find-delimiter.ts';
import { type Header, readHeader } from '../csv/detect/header.ts';
import { mapHeader } from '../csv/detect/map-header.ts';
import { type Original, originalHeader, originalOf } from '../csv/original.ts';
import { rowRuleFor } from '../csv/scan/row-rule.ts';
import type { RowRule } from '../csv/scan/scanner-options.ts';

/** A file whose header has been read and understood. */
export interface OpenedFile extends Original {
  /** How the bytes are read; the count of a compressed file grows as it is. */
  file: NonNullable<Report['file']>;
  delimiter: Delimiter;
  /** The header record and the newline behind it as they stand in the file, and the names that are in it. */
  header: { bytes: Buffer; newline: Buffer; names: string[] };
  /** One per header: the column it fills, or null where it is ignored. */
  columns: (ImportColumn | null)[];
  /** The columns that the file fills, in the file's order. */
  filled: ImportColumn[];
  /** The import's row rule for these columns, if it has one. */
  rowRule: RowRule | null;
  /** Physical line where the rows begin. */
  firstLine: number;
  /** Position of their first byte in the text (for UTF-8: in the file). */
  firstOffset: number;
  /** Everything after the header, as UTF-8. */
  body: ByteStream;
}

/**
 * Reads as much of a file of `size` bytes as it takes to understand its header: unpacks, decodes, splits it.
 *
 * @throws ImportFailure `EmptyUpload`, `UndecodableFile`, `UploadTooLarge`, `HeaderInvalid`, and what the source throws
 */
export async function openBytes(
  source: ByteStream,
  size: number,
  definition: TableImport,
): Promise<OpenedFile> {
  /** Whatever is built on the source so far; ending it ends the source. */
  let stream = source;
  try {
    const kind = await peek(stream, KIND_BYTES);
    stream = kind.all;
    const compressed = isGzip(kind.head);
    let unpacked = compressed ? 0 : size;
    if (compressed) {
      stream = measure(gunzip(stream, size, definition), (bytes) => {
        unpacked += bytes;
      });
    }
    const start = await peek(stream, SAMPLE_BYTES + 1);
    stream = start.all;
    const sample = start.head.subarray(0, SAMPLE_BYTES);
    const found = chooseEncoding(sample, start.whole, definition);
    const { text, origin } = decodeToUtf8(stream, found.encoding);
    stream = text;
    const beginning = await peek(stream, SAMPLE_BYTES);
    stream = beginning.all;
    const used = findDelimiter(beginning.head, beginning.whole, definition);
    const { delimiter } = used;
    const read = await readHeaderOf(stream, delimiter);
    stream = read.body;
    const { header } = read;
    const doubt = describeDoubt(used);
    const { columns, ignored } = mapHeader(header.names, definition, { delimiter, doubt });
    return {
      file: {
        encoding: found.encoding,
        encodingGrounds: found.grounds,
        delimiter,
        delimiterGrounds: used.grounds,
        compression: compressed ? 'gzip' : 'none',
        ignoredColumns: ignored,
        bytes: size,
        get uncompressedBytes() {
          return unpacked;
        },
      },
      delimiter,
      header: { ...originalHeader(header, origin, found.encoding), names: header.names },
      columns,
      filled: columns.filter((column) => column !== null),
      rowRule: rowRuleFor(definition, columns),
      firstLine: header.firstLine,
      firstOffset: header.dataOffset,
      body: stream,
      ...originalOf(origin, found.encoding, { compressed, surmised: found.surmised }),
    };
  } catch (error) {
    await stream.return();
    throw error;
  }
}

function chooseEncoding(sample: Buffer, whole: boolean, { encoding }: TableImport): FoundEncoding {
  return encoding === null
    ? detectEncoding(sample, whole)
    : { encoding, grounds: 'set by the import', surmised: false };
}

async function readHeaderOf(
  text: ByteStream,
  delimiter: Delimiter,
): Promise<{ header: Header; body: ByteStream }> {
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await text.next();
    if (!done) start = start.length === 0 ? value : Buffer.concat([start, value]);
    const header = readHeader(start, { delimiter: delimiter.charCodeAt(0), final: done === true });
    if (header !== null) return { header, body: prepend([start.subarray(header.dataOffset)], text) };
  }
}
