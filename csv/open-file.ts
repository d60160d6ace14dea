import type { Delimiter, Encoding } from '../contract/definition/file-format.ts';
import type { ImportColumn, TableImport } from '../contract/definition/import-definition.ts';
import type { ByteStream } from './byte-stream.ts';
import { hasBinaryForm } from './check/field-check.ts';
import { describeDoubt, findDelimiter } from './detect/find-delimiter.ts';
import { mapHeader } from './detect/map-header.ts';
import { openText } from './open-text.ts';
import type { Original } from './original.ts';
import type { RowValue } from './row-values.ts';
import { rowRuleFor } from './scan/row-rule.ts';
import type { RowShape } from './scan/row-shape.ts';
import type { CopyFormat, RowRule } from './scan/scanner-options.ts';

/** A file whose header has been read and understood. */
export interface OpenedFile extends Original {
  /** The import that reads it. */
  importName: string;
  /** How the bytes are read; the count of a compressed file grows as it is. */
  file: {
    encoding: Encoding;
    encodingEvidence: string;
    delimiter: Delimiter;
    delimiterEvidence: string;
    compression: 'gzip' | 'none';
    ignoredColumns: string[];
    bytes: number;
    readonly uncompressedBytes: number;
    /** How its rows go to PostgreSQL: in binary, unless a column has a type that only PostgreSQL reads. */
    copyFormat: CopyFormat;
  };
  delimiter: Delimiter;
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
  const text = await openText(source, size, {
    maxBytes,
    maxRatio,
    encoding: encoding === null ? null : { encoding, evidence: 'set by the import', assumed: false },
    findDelimiter: (start, whole) => findDelimiter(start, whole, definition),
  });
  try {
    const { header, delimiter: used, body, originalBytes, describeByte } = text;
    const { delimiter } = used;
    const doubt = describeDoubt(used);
    const { columns, ignored } = mapHeader(header.names, definition, { delimiter, doubt });
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
        compression: text.compression,
        ignoredColumns: ignored,
        bytes: size,
        get uncompressedBytes() {
          return text.unpackedBytes();
        },
        copyFormat: filled.every(({ type }) => hasBinaryForm(type)) ? 'binary' : 'csv',
      },
      delimiter,
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
