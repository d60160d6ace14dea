import { ImportFailure } from '../contract/failures.ts';
import { describeUpload, type Upload } from '../contract/upload.ts';
import { cut } from '../csv/byte-stream.ts';
import type { Characters } from '../csv/check/check-repertoire.ts';
import { fieldCheckFor } from '../csv/check/field-check.ts';
import { type RefuseRow, type ScanColumn, Scanner } from '../csv/scan/scanner.ts';
import { transformFor } from '../csv/transform/transform.ts';
import { isNullWhenQuotedEmpty, isTextWhenEmpty } from './load/staging.ts';
import type { OpenedUpload } from './open-upload.ts';
import type { RejectFiles } from './results/reject-files.ts';

/**
 * The most that is scanned at a time. A refused row takes several hundred bytes until it is written down, however
 * short it is: 8 MiB of rows of one letter would take gigabytes.
 */
export const SCANNED_BYTES = 64 * 1024;

/** Where scanned rows go. */
export interface RowSink {
  /** Bytes of accepted rows, ready for COPY. */
  accept(bytes: Buffer): Promise<void>;
  /** Called after each chunk. */
  progress?(counters: { rowsRead: number; rowsRejected: number; bytesRead: number }): void;
}

export interface ScanResult {
  read: number;
  accepted: number;
  rejected: number;
}

/**
 * Scans an opened upload to its end: accepted rows go to the sink, refused ones to the reject files.
 *
 * @param refuse asked about each row that is fine by itself, by its ordinal among those rows
 * @throws ImportFailure `UploadTruncated` when fewer bytes came than the object has
 */
export async function scanUpload(
  opened: OpenedUpload & { repertoire?: Characters | null },
  upload: Upload,
  rejects: RejectFiles,
  sink: RowSink,
  refuse?: RefuseRow,
): Promise<ScanResult> {
  const scanner = new Scanner({
    delimiter: opened.delimiter.charCodeAt(0),
    firstLine: opened.firstLine,
    firstOffset: opened.firstOffset,
    columns: scanColumns(opened),
    originalBytes: opened.originalBytes,
    describeByte: opened.describeByte,
    rowRule: opened.rowRule,
    ...(refuse === undefined ? {} : { refuse }),
  });
  const take = async ({ accepted, rejects: refused }: ReturnType<Scanner['push']>) => {
    for (const bytes of accepted) await sink.accept(bytes);
    for (const reject of refused) await rejects.add(reject);
    sink.progress?.({
      rowsRead: scanner.counters.rows,
      rowsRejected: scanner.counters.rejectedRows,
      bytesRead: opened.bytesRead(),
    });
  };
  for await (const chunk of cut(opened.body, SCANNED_BYTES)) await take(scanner.push(chunk));
  await take(scanner.finish());
  if (opened.bytesRead() !== upload.size) {
    throw new ImportFailure(
      'UploadTruncated',
      `Only ${opened.bytesRead()} of the ${upload.size} bytes of ${describeUpload(upload)} came.`,
    );
  }
  const { rows: read, acceptedRows: accepted, rejectedRows: rejected } = scanner.counters;
  return { read, accepted, rejected };
}

/** What the scanner has to know of the file's columns. */
export function scanColumns({
  columns,
  header,
  repertoire = null,
}: {
  columns: OpenedUpload['columns'];
  header: { names: readonly string[] };
  /** The characters that the database can store; null: all. */
  repertoire?: Characters | null;
}): (ScanColumn | null)[] {
  return columns.map((column, index) =>
    column === null
      ? null
      : {
          header: header.names[index]!,
          notNull: column.notNull,
          transform: transformFor(column),
          check: fieldCheckFor(column, repertoire),
          nullWhenQuotedEmpty: isNullWhenQuotedEmpty(column),
          textWhenEmpty: isTextWhenEmpty(column),
        },
  );
}
