import type { Compression, Delimiter, Encoding } from '../contract/definition/file-format.ts';
import type { ImportColumn, TableImport } from '../contract/definition/import-definition.ts';
import { ImportFailure } from '../contract/failures.ts';
import type { ByteStream } from './byte-stream.ts';
import { hasBinaryForm } from './check/field-check.ts';
import { describeDoubt, findDelimiter, proposeDelimiter } from './detect/find-delimiter.ts';
import { findLaterHeader, headerPlace } from './detect/header-place.ts';
import { isHeaderOf, mapHeader, withoutInvisible } from './detect/map-header.ts';
import { FooterHold, withoutFooter } from './footer.ts';
import { type OpenedText, openText } from './open-text.ts';
import type { Original } from './original.ts';
import type { RowValue } from './row-values.ts';
import { type DeclaredDialect, type Dialect, isPlain, unusualIn } from './scan/dialect.ts';
import { rowRuleFor } from './scan/row-rule.ts';
import type { RowShape } from './scan/row-shape.ts';
import { takesFormula } from './scan/scan-columns.ts';
import type { CopyFormat, RowRule } from './scan/scanner-options.ts';

/** How accepted rows are written where they go as CSV. */
export interface CsvForm {
  delimiter: string;
  /**
   * Whether nothing between delimiters is NULL, and `""` the empty text, in every column; else each column says what
   * they are to COPY.
   */
  isExact: boolean;
}

/** A file whose header has been read and understood. */
export interface OpenedFile extends Original {
  /** The import that reads it. */
  importName: string;
  /** How the bytes are read; the count of a compressed file grows as it is. */
  file: Partial<DeclaredDialect> & {
    encoding: Encoding;
    encodingEvidence: string;
    delimiter: Delimiter;
    delimiterEvidence: string;
    compression: Compression;
    ignoredColumns: string[];
    /** Lines above the header that are skipped, and comments so far. */
    skippedLines: number;
    commentLines: number;
    /** Lines at the end that are skipped, once it is reached. */
    footerLines: number;
    /** What else is dropped; for people. */
    notes: string[];
    bytes: number;
    readonly uncompressedBytes: number;
    /** How its rows go to PostgreSQL: in binary, unless a column has a type that only PostgreSQL reads. */
    copyFormat: CopyFormat;
  };
  dialect: Dialect;
  csv: CsvForm;
  /** What stands above the rows in the file, what its lines end with, and the names that the header has. */
  header: {
    bytes: Buffer;
    newline: Buffer;
    names: string[];
    /** How many lines stand there, and the names; null: just a header of one row. */
    above: { lines: number; columns: string[] } | null;
  };
  /** The lines at the end that are no rows, as they stand in the file; known once all of the body was read. */
  footer(): Buffer;
  /** One per header: the column it fills, or null where it is ignored. */
  columns: (ImportColumn | null)[];
  /** What goes into columns that the file does not have. */
  values: readonly RowValue[];
  /** The columns that are filled: those of the file, in its order, and those of the values. */
  filled: readonly ImportColumn[];
  /** The import's row rule for these columns, if it has one. */
  rowRule: RowRule | null;
  /** What becomes of rows that are empty or not as long as the header, and what is a comment. */
  shape: RowShape;
  /** Physical line where the rows begin. */
  firstLine: number;
  /** Position of their first byte in the text (for UTF-8: in the file). */
  firstOffset: number;
  /** The text from another place on, without what is dropped at its end. */
  withoutEnd(text: ByteStream): ByteStream;
  /** Everything after the header, as UTF-8. */
  body: ByteStream;
}

/**
 * Reads as much of a file of `size` bytes as it takes to understand its header: unpacks, decodes, splits it.
 *
 * @param given what goes into columns that are not in the file, unless it may have them and does
 * @throws ImportFailure `EmptyUpload`, `UndecodableFile`, `UploadTooLarge`, `HeaderInvalid`, and what the source throws
 */
export async function openFile(
  source: ByteStream,
  size: number,
  definition: TableImport,
  given: readonly RowValue[] = [],
): Promise<OpenedFile> {
  const { encoding, maxBytes, maxRatio } = definition.file;
  const place = headerPlace(definition);
  let proposals: Proposals = { delimiter: () => null, laterHeader: () => null };
  try {
    const text = await openText(source, size, {
      maxBytes,
      maxRatio,
      declared: definition.file,
      encoding: encoding === null ? null : { encoding, evidence: 'set by the import', assumed: false },
      place,
      findDelimiter(start, whole) {
        const found = findDelimiter(start, whole, definition, place);
        proposals = {
          delimiter: () => proposeDelimiter(start, whole, definition, found.delimiter, place),
          laterHeader: () => findLaterHeader(start, whole, definition),
        };
        return found;
      },
    }).catch((error: unknown) => {
      throw addProposal(error, proposals.delimiter());
    });
    return await understand(text, size, { definition, given, propose: proposals.delimiter });
  } catch (error) {
    throw proposeFind(error, definition, proposals);
  }
}

/** What else could be made of a file whose header does not fit. */
interface Proposals {
  /** A sentence; null: nothing. */
  delimiter(): string | null;
  /** The line of a header further down; null: there is none. */
  laterHeader(): number | null;
}

/** The file whose header has been read, unless that does not fit the import. */
async function understand(
  text: OpenedText,
  size: number,
  {
    definition,
    given,
    propose,
  }: { definition: TableImport; given: readonly RowValue[]; propose: Proposals['delimiter'] },
): Promise<OpenedFile> {
  try {
    const { header, delimiter: used, dialect, body, notes, originalBytes, describeByte } = text;
    const { delimiter } = used;
    const doubt = describeDoubt(used);
    const { columns, ignored } = mapHeader(header.names, definition, { delimiter, doubt, propose });
    if (header.firstRow !== null) assertNoHeader(header.firstRow, header.headerLine, columns, definition);
    const names = header.names.map(withoutInvisible);
    const inFile = columns.filter((column) => column !== null);
    const values = given.filter(({ column }) => !inFile.includes(column));
    let footer: Buffer = Buffer.alloc(0);
    const { skipFooter } = definition.file;
    const withoutLines = (rows: ByteStream, from: number | null) =>
      skipFooter === 0
        ? rows
        : withoutFooter(rows, new FooterHold(skipFooter, delimiter), ({ bytes, lines }, offset) => {
            file.footerLines = lines;
            if (from !== null) footer = originalBytes(bytes, from + offset);
          });
    const filled = [...inFile, ...values.map(({ column, given }) => ({ ...column, given }))];
    const file: OpenedFile['file'] = {
      encoding: text.encoding.encoding,
      encodingEvidence: text.encoding.evidence,
      delimiter,
      delimiterEvidence: used.evidence,
      ...unusualIn(definition.file),
      compression: text.compression,
      ignoredColumns: ignored,
      skippedLines: header.skippedLines,
      commentLines: header.commentLines,
      footerLines: 0,
      notes,
      bytes: size,
      get uncompressedBytes() {
        return text.unpackedBytes();
      },
      copyFormat: filled.every(({ type }) => hasBinaryForm(type)) ? 'binary' : 'csv',
    };
    return {
      importName: definition.name,
      file,
      dialect,
      csv: isPlain(dialect, inFile.map(takesFormula))
        ? { delimiter, isExact: false }
        : { delimiter: ',', isExact: true },
      header: { ...text.originalHeader, names, above: describeAbove(header.linesAbove, names, columns) },
      columns,
      values,
      filled,
      rowRule: rowRuleFor(definition, columns, values),
      shape: definition.file,
      firstLine: header.firstLine,
      firstOffset: header.dataOffset,
      footer: () => footer,
      withoutEnd: (all) => withoutLines(text.withoutEnd(all), null),
      body: withoutLines(body, header.dataOffset),
      originalBytes,
      describeByte,
    };
  } catch (error) {
    await text.body.return();
    throw error;
  }
}

/** @throws ImportFailure `HeaderInvalid` where the first row of a file without a header has the names of its columns */
function assertNoHeader(
  firstRow: readonly string[],
  line: number,
  columns: readonly (ImportColumn | null)[],
  definition: TableImport,
): void {
  if (!isHeaderOf(firstRow, columns, definition)) return;
  throw new ImportFailure(
    'HeaderInvalid',
    `Line ${line} has the names of the columns, but import "${definition.name}" lists them in file.header, which is for files without a header: remove that line, or set file.header to 'first'.`,
  );
}

/** The failure of a file whose header does not fit, with the line further down that does. */
function proposeFind(error: unknown, definition: TableImport, proposals: Proposals): unknown {
  if (!(error instanceof ImportFailure) || error.name !== 'HeaderInvalid') return error;
  if (definition.file.header !== 'first') return error;
  const line = proposals.laterHeader();
  if (line === null) return error;
  return new ImportFailure(
    'HeaderInvalid',
    `Line ${line} looks like the header of import "${definition.name}", but it is not the first line: if the lines above it are titles, set the import’s file.header to 'find', or remove them from the file.`,
    { cause: error },
  );
}

/** A header that could not even be split may be one of another delimiter. */
function addProposal(error: unknown, proposal: string | null): unknown {
  if (!(error instanceof ImportFailure) || error.name !== 'HeaderInvalid' || proposal === null) return error;
  return new ImportFailure('HeaderInvalid', `${error.message} ${proposal}`, { cause: error });
}

/** What the report says of the lines above the rows. */
function describeAbove(
  lines: number | null,
  names: readonly string[],
  columns: readonly (ImportColumn | null)[],
): OpenedFile['header']['above'] {
  if (lines === null) return null;
  return { lines, columns: columns.map((column, index) => (column === null ? '' : names[index]!)) };
}
