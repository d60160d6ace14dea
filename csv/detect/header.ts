import { isUtf8 } from 'node:buffer';
import type { FileDefinition } from '../../contract/definition/file-options.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { rejectCodes } from '../../contract/reject-codes.ts';
import { NUL } from '../ascii.ts';
import type { Dialect } from '../scan/dialect.ts';
import { adviseQuote } from '../scan/quote-advice.ts';
import { readerFor } from '../scan/reader-for.ts';
import { Newline, Quoting, Reading } from '../scan/row-fields.ts';
import { nextLine, readFileStart, skipLinesAside } from './file-start.ts';

/** What stands above the rows of a file. */
export interface Header {
  /** The names of its columns, as they stand in the file, unquoted; those that the import lists, if there is no header. */
  names: string[];
  /** The values of the first row, where the import lists the names; null: they cannot be read, or are no text. */
  firstRow: string[] | null;
  /** What stands above the rows in the file, with its newlines, but for byte order marks and blank lines before it. */
  bytes: Buffer;
  /** What ends the header, or the first row: LF, CRLF or CR; LF where the file ends with it. */
  newline: string;
  /** Position of its first byte in the bytes given. */
  offset: number;
  /** Position of the first byte behind it in the bytes given. */
  dataOffset: number;
  /** Physical line that begins there, from 1. */
  firstLine: number;
  /** Lines above the header that are neither blank nor comments, as far as the import has them skipped. */
  skippedLines: number;
  commentLines: number;
  /** Physical lines in `bytes`; null: they are just a header of one row. */
  linesAbove: number | null;
  /** Physical line of the header; where the import lists the names, of the first row. */
  headerLine: number;
  /** Characters before the first one that can be seen, beyond one byte order mark. */
  invisible: number;
}

/** How the header of a file is found. */
export interface HeaderPlace extends Pick<FileDefinition, 'header' | 'skipLines' | 'comment'> {
  /** With `find`: whether these, which stand in this line, are the names. */
  fits?(names: readonly string[], line: number): boolean;
  /** With `find`: the failure of a file none of whose first lines are. */
  notFound?(lines: number): ImportFailure;
}

interface ReadOptions {
  dialect: Dialect;
  /** Whether no bytes follow those given. */
  final: boolean;
  /** Default: the header is the first line. */
  place?: HeaderPlace;
}

const FIRST_LINE: HeaderPlace = { header: 'first', skipLines: 0, comment: null };
/** No table has so many columns; a file without a newline is not CSV. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** So far down a header is looked for. */
const LAST_LINE = 100;
const newlines = { [Newline.none]: '\n', [Newline.lf]: '\n', [Newline.cr]: '\r', [Newline.crlf]: '\r\n' };

/**
 * Reads the header from the first bytes of a file, past byte order marks, a line `sep=;`, blank lines and whatever the
 * import has skipped; null: it needs more of them.
 *
 * @throws ImportFailure `EmptyUpload` where there is nothing but blank lines; `HeaderInvalid` for a header that is
 *   malformed, not UTF-8, larger than 1 MiB or nowhere to be found.
 */
export function readHeader(bytes: Buffer, options: ReadOptions): Header | null {
  const { final, place = FIRST_LINE } = options;
  const start = readFileStart(bytes, place.skipLines, final);
  if (start === null) return tooFar(bytes);
  const comment = place.comment === null ? null : Buffer.from(place.comment);
  const finds = findsHeader(place);
  let tried = false;
  let from = { at: start.at, line: start.line };
  let comments = 0;
  for (;;) {
    const next = skipLinesAside(bytes, from, comment, final);
    if (next === null) return tooFar(bytes);
    if (next.at === bytes.length) {
      if (!final) return tooFar(bytes);
      if (tried) throw place.notFound!(next.line - 1);
      throw new ImportFailure(
        'EmptyUpload',
        'The file has no header and no rows: it is empty, or has blank lines only.',
      );
    }
    comments += next.comments;
    if (finds && next.line > LAST_LINE) throw place.notFound!(LAST_LINE);
    const lines = Array.isArray(place.header)
      ? readList(bytes, next, place.header, options)
      : finds
        ? tryLines(bytes, next, comment, options)
        : readLines(bytes, next, comment, options);
    if (lines === null) return tooFar(bytes);
    if (lines !== 'other' && (!finds || place.fits!(lines.names, next.line))) {
      const above = finds ? next.line - start.line - comments : 0;
      const isFirst = above === 0 && comments === 0 && start.line === 1;
      const offset = isFirst ? next.at : start.textStart;
      return {
        firstRow: null,
        ...lines,
        bytes: bytes.subarray(offset, lines.dataOffset),
        offset,
        skippedLines: start.line - 1 - (start.hasSeparator ? 1 : 0) + above,
        commentLines: comments + lines.comments,
        headerLine: next.line,
        linesAbove: isFirst && place.header === 'first' ? null : lines.firstLine - (isFirst ? next.line : 1),
        invisible: start.invisible,
      };
    }
    tried = true;
    const at = nextLine(bytes, next.at, final);
    if (at === null) return tooFar(bytes);
    from = { at, line: next.line + 1 };
  }
}

/** Whether lines above the header are skipped, however many there are. */
function findsHeader({ header }: Pick<HeaderPlace, 'header'>): boolean {
  return header === 'find' || (typeof header === 'object' && 'rows' in header && header.find);
}

/** More bytes are needed, unless these are more than any header has. */
function tooFar(bytes: Buffer): null {
  if (bytes.length <= 2 * MAX_HEADER_BYTES) return null;
  throw new ImportFailure('HeaderInvalid', 'The header does not end within the first 2 MiB of the file.');
}

type HeaderLines = Pick<Header, 'names' | 'newline' | 'dataOffset' | 'firstLine'> & { comments: number };
type Place = { at: number; line: number };

/** The header rows that begin there. */
function readLines(
  bytes: Buffer,
  from: Place,
  comment: Buffer | null,
  options: ReadOptions,
): HeaderLines | null {
  const { header } = options.place ?? FIRST_LINE;
  const several = typeof header === 'object' && 'rows' in header ? header : { rows: 1, names: 'first' };
  const rows: string[][] = [];
  let record = readRecord(bytes, from, options);
  let comments = 0;
  while (record !== null) {
    rows.push(record.names);
    if (rows.length === several.rows) return { ...record, comments, names: chooseNames(rows, several.names) };
    const next = skipLinesAside(
      bytes,
      { at: record.dataOffset, line: record.firstLine },
      comment,
      options.final,
    );
    if (next === null) return null;
    comments += next.comments;
    if (next.at === bytes.length && options.final) {
      throw new ImportFailure(
        'HeaderInvalid',
        `The file ends after ${rows.length} of the ${several.rows} header rows that the import’s file.header has.`,
      );
    }
    record = readRecord(bytes, next, options);
  }
  return null;
}

function chooseNames(rows: readonly string[][], names: string): string[] {
  if (names !== 'joined') return names === 'first' ? rows[0]! : rows.at(-1)!;
  const width = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: width }, (_, index) =>
    rows
      .map((row) => row[index]?.trim() ?? '')
      .filter(Boolean)
      .join(' '),
  );
}

/** The same where lines may also be anything else. */
function tryLines(...args: Parameters<typeof readLines>): HeaderLines | 'other' | null {
  try {
    return readLines(...args);
  } catch (error) {
    if (error instanceof ImportFailure) return 'other';
    throw error;
  }
}

/** Of a file without a header: its rows begin there. */
function readList(
  bytes: Buffer,
  { at, line }: Place,
  list: readonly string[],
  options: ReadOptions,
): (HeaderLines & Pick<Header, 'firstRow'>) | null {
  const first = tryLines(bytes, { at, line }, null, options);
  if (first === null) return null;
  const { names: firstRow, newline } = first === 'other' ? { names: null, newline: '\n' } : first;
  return { names: [...list], firstRow, newline, dataOffset: at, firstLine: line, comments: 0 };
}

function readRecord(bytes: Buffer, { at, line }: Place, { dialect, final }: ReadOptions) {
  const row = readerFor(dialect, 0);
  row.begin(at);
  const reading = row.read(bytes, bytes.length, final);
  if (row.at - row.start > MAX_HEADER_BYTES) {
    throw new ImportFailure(
      'HeaderInvalid',
      `The header in line ${line} is longer than 1 MiB: a quote is not closed, or the file is not CSV.`,
    );
  }
  if (reading === Reading.needsBytes) return null;
  if (reading !== Reading.complete) {
    const cell = bytes.subarray(row.fieldStart - (reading === Reading.strayQuote ? 0 : 1), row.at + 1);
    const advice = adviseQuote(cell, bytes.subarray(row.start, row.at + 1), dialect);
    throw malformed(reading, line + row.newlines, advice);
  }
  const record = bytes.subarray(row.start, row.at);
  if (record.includes(NUL) || !isUtf8(record)) {
    throw new ImportFailure(
      'HeaderInvalid',
      `The header in line ${line} is not text in the file’s encoding: save the file as UTF-8, or set the import’s file.encoding.`,
    );
  }
  return {
    names: readNames(record, dialect, row.count, line),
    newline: newlines[row.newline],
    dataOffset: row.next,
    firstLine: line + row.newlines + (row.newline === Newline.none ? 0 : 1),
  };
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
