import { isUtf8 } from 'node:buffer';
import { ImportFailure } from '../../contract/failures.ts';
import { rejectCodes } from '../../contract/reject-codes.ts';
import { CR, LF, NUL } from '../ascii.ts';
import type { Dialect } from '../scan/dialect.ts';
import { adviseQuote } from '../scan/quote-advice.ts';
import { readerFor } from '../scan/reader-for.ts';
import { Newline, Quoting, Reading } from '../scan/row-fields.ts';

/** The first record of a file. */
export interface Header {
  /** As they stand in the file, unquoted. */
  names: string[];
  /** The record as it stands in the file, without byte order mark and newline. */
  bytes: Buffer;
  /** What ends it: LF, CRLF or CR; LF where the file ends with the header. */
  newline: string;
  /** Position of its first byte in the bytes given. */
  offset: number;
  /** Position of the first byte behind it in the bytes given. */
  dataOffset: number;
  /** Physical line that begins there, from 1. */
  firstLine: number;
}

/** No table has so many columns; a file without a newline is not CSV. */
const MAX_HEADER_BYTES = 1024 * 1024;
const BOM = Buffer.from('\ufeff');
const newlines = { [Newline.none]: '\n', [Newline.lf]: '\n', [Newline.cr]: '\r', [Newline.crlf]: '\r\n' };

/**
 * Reads the header from the first bytes of a file, past a byte order mark and blank lines; null: it needs more of
 * them. `final`: there are no more.
 *
 * @throws ImportFailure `EmptyUpload` where there is nothing but blank lines; `HeaderInvalid` for a header that is
 *   malformed, not UTF-8 or larger than 1 MiB.
 */
export function readHeader(bytes: Buffer, options: { dialect: Dialect; final: boolean }): Header | null {
  const { dialect, final } = options;
  const start = skipBlankLines(bytes, final);
  if (start === null) return null;
  if (start.at === bytes.length) {
    if (!final) return null;
    throw new ImportFailure(
      'EmptyUpload',
      'The file has no header and no rows: it is empty, or has blank lines only.',
    );
  }
  const row = readerFor(dialect, 0);
  row.begin(start.at);
  const reading = row.read(bytes, bytes.length, final);
  if (row.at - row.start > MAX_HEADER_BYTES) {
    throw new ImportFailure(
      'HeaderInvalid',
      `The header in line ${start.line} is longer than 1 MiB: a quote is not closed, or the file is not CSV.`,
    );
  }
  if (reading === Reading.needsBytes) return null;
  if (reading !== Reading.complete) {
    const cell = bytes.subarray(row.fieldStart - (reading === Reading.strayQuote ? 0 : 1), row.at + 1);
    const advice = adviseQuote(cell, bytes.subarray(row.start, row.at + 1), dialect);
    throw malformed(reading, start.line + row.newlines, advice);
  }
  const record = bytes.subarray(row.start, row.at);
  if (record.includes(NUL) || !isUtf8(record)) {
    throw new ImportFailure(
      'HeaderInvalid',
      `The header in line ${start.line} is not text in the file’s encoding: save the file as UTF-8, or set the import’s file.encoding.`,
    );
  }
  return {
    names: readNames(record, dialect, row.count, start.line),
    bytes: record,
    newline: newlines[row.newline],
    offset: row.start,
    dataOffset: row.next,
    firstLine: start.line + row.newlines + (row.newline === Newline.none ? 0 : 1),
  };
}

/** Where the header begins; null where the next byte decides. */
function skipBlankLines(bytes: Buffer, final: boolean): { at: number; line: number } | null {
  const start = bytes.subarray(0, BOM.length);
  if (!final && start.length < BOM.length && BOM.subarray(0, start.length).equals(start)) return null;
  let at = start.equals(BOM) ? BOM.length : 0;
  let line = 1;
  for (; at < bytes.length && (bytes[at] === LF || bytes[at] === CR); line++) {
    if (bytes[at] === CR && at + 1 === bytes.length && !final) return null;
    at += bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1;
  }
  return { at, line };
}

function malformed(reading: Reading, line: number, advice: string): ImportFailure {
  const problem =
    reading === Reading.openQuote
      ? 'a quoted header is not closed'
      : reading === Reading.strayQuote
        ? 'a quote stands inside an unquoted header'
        : 'text follows the closing quote of a header';
  return new ImportFailure(
    'HeaderInvalid',
    `The header is malformed in line ${line}: ${problem}${advice}. Quote the whole header and double the quotes inside: "5"" pipe".`,
  );
}

function readNames(record: Buffer, dialect: Dialect, count: number, line: number): string[] {
  const row = readerFor(dialect, count);
  row.begin(0);
  row.read(record, record.length, true);
  return Array.from({ length: count }, (_, index) => {
    const cell = record.subarray(row.starts[index], row.ends[index]);
    const name = row.quotings[index] === Quoting.escaped ? row.unescape(cell) : cell;
    if (name !== null && !name.includes(NUL)) return name.toString();
    throw new ImportFailure(
      'HeaderInvalid',
      `Header ${index + 1} in line ${line} has a backslash that means nothing: ${rejectCodes.invalid_escape}.`,
    );
  });
}
