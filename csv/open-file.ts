import type { Compression, Delimiter, Encoding } from '../contract/definition/file-format.ts';
import type { ImportColumn, TableImport } from '../contract/definition/import-definition.ts';
import { ImportFailure } from '../contract/failures.ts';
import type { ByteStream } from './byte-stream.ts';
import { hasBinaryForm } from './check/field-check.ts';
import { describeDoubt, findDelimiter, proposeDelimiter } from './detect/find-delimiter.ts';
import { mapHeader } from './detect/map-header.ts';
import { openText } from './open-text.ts';
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
    bytes: number;
    readonly uncompressedBytes: number;
    /** How its rows go to PostgreSQL: in binary, unless a column has a type that only PostgreSQL reads. */
    copyFormat: CopyFormat;
  };
  dialect: Dialect;
  csv: CsvForm;
  /** The header record and the newline behind it as they stand in the file, and the names that are in it. */
  header: { bytes: Buffer; newline: Buffer; names: string[] };
  /** One per header: the column it fills, or null where it is ignored. */
  columns: (ImportColumn | null)[];
  /** What goes into columns that the file does not have. */
  values: readonly RowValue[];
  /** The columns that are filled: those of the file, in its order, and those of the values. */
  filled: readonly ImportColumn[];
  /** The import's row rule for these columns, if it has one. */
  rowRule: RowRule | null;
  /** What becomes of rows that are empty, or not as long as the header. */
  shape: RowShape;
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
 * @param given what goes into columns that are not in the file, unless it may have them and does
 * @throws ImportFailure `EmptyUpload`, `UndecodableFile`, `UploadTooLarge`, `HeaderInvalid`, and what the source throws
 */
export async function openFile(
  source: ByteStream,
  size: number,
  definition: TableImport,
  given: readonly RowValue[] = [],
): Promise<OpenedFile> {
  const { encoding, maxBytes, maxRatio, emptyRows, extraValues, missingValues } = definition.file;
  let propose: () => string | null = () => null;
  const text = await openText(source, size, {
    maxBytes,
    maxRatio,
    declared: definition.file,
    encoding: encoding === null ? null : { encoding, evidence: 'set by the import', assumed: false },
    findDelimiter: (start, whole) => {
      const found = findDelimiter(start, whole, definition);
      propose = () => proposeDelimiter(start, whole, definition, found.delimiter);
      return found;
    },
  }).catch((error: unknown) => {
    throw addProposal(error, propose());
  });
  try {
    const { header, delimiter: used, dialect, body, originalBytes, describeByte } = text;
    const { delimiter } = used;
    const doubt = describeDoubt(used);
    const { columns, ignored } = mapHeader(header.names, definition, { delimiter, doubt, propose });
    const inFile = columns.filter((column) => column !== null);
    const values = given.filter(({ column }) => !inFile.includes(column));
    const filled = [...inFile, ...values.map(({ column, given }) => ({ ...column, given }))];
    return {
      importName: definition.name,
      file: {
        encoding: text.encoding.encoding,
        encodingEvidence: text.encoding.evidence,
        delimiter,
        delimiterEvidence: used.evidence,
        ...unusualIn(definition.file),
        compression: text.compression,
        ignoredColumns: ignored,
        bytes: size,
        get uncompressedBytes() {
          return text.unpackedBytes();
        },
        copyFormat: filled.every(({ type }) => hasBinaryForm(type)) ? 'binary' : 'csv',
      },
      dialect,
      csv: isPlain(dialect, inFile.map(takesFormula))
        ? { delimiter, isExact: false }
        : { delimiter: ',', isExact: true },
      header: { ...text.originalHeader, names: header.names },
      columns,
      values,
      filled,
      rowRule: rowRuleFor(definition, columns, values),
      shape: { emptyRows, extraValues, missingValues },
      firstLine: header.firstLine,
      firstOffset: header.dataOffset,
      body,
      originalBytes,
      describeByte,
    };
  } catch (error) {
    await text.body.return();
    throw error;
  }
}

/** A header that could not even be split may be one of another delimiter. */
function addProposal(error: unknown, proposal: string | null): unknown {
  if (!(error instanceof ImportFailure) || error.name !== 'HeaderInvalid' || proposal === null) return error;
  return new ImportFailure('HeaderInvalid', `${error.message} ${proposal}`, { cause: error });
}
