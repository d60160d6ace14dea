import type { Compression } from '../contract/definition/file-format.ts';
import { type ByteStream, measure, peek, prepend } from './byte-stream.ts';
import { decodeToUtf8 } from './decode/decode.ts';
import { gunzip } from './decode/gunzip.ts';
import type { UnpackLimits } from './decode/unpack-limits.ts';
import { unzip } from './decode/unzip.ts';
import { unzstd } from './decode/unzstd.ts';
import { assertNotUtf8, detectEncoding, type FoundEncoding, SAMPLE_BYTES } from './detect/detect-encoding.ts';
import { assertUnpacked, compressionOf, KIND_BYTES } from './detect/file-kind.ts';
import type { FoundDelimiter } from './detect/find-delimiter.ts';
import { type Header, type HeaderPlace, readHeader } from './detect/header.ts';
import { withoutInvisible } from './detect/map-header.ts';
import { watchEncoding } from './detect/watch-encoding.ts';
import { withoutEndMark } from './end-mark.ts';
import { type Original, originalHeader, originalOf } from './original.ts';
import { type DeclaredDialect, type Dialect, dialectOf, nothingDeclared } from './scan/dialect.ts';

/** What is known of a file before it is opened. */
export interface TextOptions extends UnpackLimits {
  /** Null: found in the file. */
  encoding: FoundEncoding | null;
  /** Default: nothing is. */
  declared?: DeclaredDialect;
  /** Default: the header is the first line. */
  place?: HeaderPlace;
  /** Finds the delimiter in the first bytes of the text; `whole` says that there are no more. */
  findDelimiter(start: Buffer, whole: boolean): FoundDelimiter;
}

/** A file that is unpacked, decoded and split as far as its header. */
export interface OpenedText extends Original {
  compression: Compression;
  encoding: FoundEncoding;
  delimiter: FoundDelimiter;
  dialect: Dialect;
  /** In the text. */
  header: Header;
  /** What stands above the rows as it stands in the file, and what its lines end with. */
  originalHeader: { bytes: Buffer; newline: Buffer };
  /** Bytes of the unpacked file that came so far; of a file that is not compressed, all of them. */
  unpackedBytes(): number;
  /** What is dropped though no option says so; grows as the file is read. For people. */
  notes: string[];
  /** A text that ends as this one does, from any place on, without what is dropped at its end. */
  withoutEnd(text: ByteStream): ByteStream;
  /** Everything after the header, as UTF-8. */
  body: ByteStream;
}

const unpackers = {
  gzip: gunzip,
  zip: unzip,
  zstd: (source: ByteStream, _: number, limits: UnpackLimits) => unzstd(source, limits),
};

/**
 * Reads as much of a file of `size` bytes as its header takes. Ending the body ends the source, and so does an error.
 *
 * @throws ImportFailure `EmptyUpload`, `UndecodableFile`, `UploadTooLarge`, `HeaderInvalid`, and what the source and
 *   `findDelimiter` throw
 */
export async function openText(source: ByteStream, size: number, options: TextOptions): Promise<OpenedText> {
  /** Whatever is built on the source so far; ending it ends the source. */
  let stream = source;
  try {
    const kind = await peek(stream, KIND_BYTES);
    stream = kind.all;
    const compression = compressionOf(kind.head);
    let unpacked = compression === 'none' ? size : 0;
    if (compression !== 'none') {
      stream = measure(unpackers[compression](stream, size, options), (bytes) => {
        unpacked += bytes;
      });
      const inside = await peek(stream, KIND_BYTES);
      stream = inside.all;
      assertUnpacked(inside.head, compression);
    }
    const start = await peek(stream, SAMPLE_BYTES + 1);
    stream = start.all;
    const sample = start.head.subarray(0, SAMPLE_BYTES);
    const found = options.encoding ?? detectEncoding(sample, start.whole);
    if (options.encoding === null) stream = watchEncoding(stream, found.encoding);
    else assertNotUtf8(sample, start.whole, found.encoding);
    const { text, origin } = decodeToUtf8(stream, found.encoding);
    const notes: string[] = [];
    const withoutEnd = (all: ByteStream) =>
      withoutEndMark(all, () => {
        if (!notes.includes(END_MARK_DROPPED)) notes.push(END_MARK_DROPPED);
      });
    stream = withoutEnd(text);
    const beginning = await peek(stream, SAMPLE_BYTES);
    stream = beginning.all;
    const delimiter = options.findDelimiter(beginning.head, beginning.whole);
    const dialect = dialectOf(delimiter.delimiter, options.declared ?? nothingDeclared, beginning.head);
    const { header, body } = await readHeaderOf(stream, dialect, options.place);
    stream = body;
    notes.push(...describeInvisible(header));
    return {
      compression,
      encoding: found,
      delimiter,
      dialect,
      header,
      originalHeader: originalHeader(header, origin, found.encoding),
      notes,
      withoutEnd,
      unpackedBytes: () => unpacked,
      body,
      ...originalOf(origin, found.encoding, { compressed: compression !== 'none', assumed: found.assumed }),
    };
  } catch (error) {
    await stream.return();
    throw error;
  }
}

const END_MARK_DROPPED = 'the end mark ^Z (byte 0x1A) at its end dropped';

async function readHeaderOf(
  text: ByteStream,
  dialect: Dialect,
  place: HeaderPlace | undefined,
): Promise<{ header: Header; body: ByteStream }> {
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await text.next();
    if (!done) start = start.length === 0 ? value : Buffer.concat([start, value]);
    const header = readHeader(start, { dialect, final: done === true, ...(place && { place }) });
    if (header !== null) return { header, body: prepend([start.subarray(header.dataOffset)], text) };
  }
}

/** What of a header is dropped since it cannot be seen. */
function describeInvisible({ names, firstRow, invisible }: Header): string[] {
  const inNames =
    firstRow === null
      ? names.flatMap((name, index) => (withoutInvisible(name) === name ? [] : [index + 1]))
      : [];
  return [
    ...(invisible > 0
      ? [
          `${invisible} invisible ${invisible === 1 ? 'character' : 'characters'} at its beginning dropped, such as a second byte order mark`,
        ]
      : []),
    ...(inNames.length > 0
      ? [
          `invisible characters dropped in ${inNames.length === 1 ? 'header' : 'headers'} ${inNames.join(', ')}`,
        ]
      : []),
  ];
}
