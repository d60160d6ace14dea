import type { Progress, ReadTo } from '../contract/report.ts';
import type { Upload } from '../contract/upload.ts';
import {
  type Characters,
  type CopyFormat,
  createScanner,
  cut,
  type RefuseRow,
  type Reject,
  SCANNED_BYTES,
  type Scanner,
} from '../csv/index.ts';
import { assertReadWhole, type OpenedUpload } from './open-upload.ts';
import type { RejectFiles } from './results/reject-files.ts';

/** Where scanned rows go. */
export interface RowSink {
  /** Bytes of accepted rows, ready for COPY. */
  accept(bytes: Buffer): Promise<void>;
  /** Called after each chunk. */
  progress?(counters: Pick<Progress, 'rowsRead' | 'rowsRejected' | 'emptyRows' | 'bytesRead'>): void;
}

export interface ScanResult {
  read: number;
  accepted: number;
  rejected: number;
  emptyRows: number;
  /** Whether all of the file that was read is ASCII. */
  ascii: boolean;
  /** Where it ended before the file's end; null: at the end. */
  readTo: ReadTo | null;
}

/** What ends a scan early, what else rejects rows, and what becomes of the others. */
export interface ScanLimits {
  /** With more rejected rows than this, nothing more is read. Default: the file is read to its end. */
  mostRejects?: number;
  /** Asked about each row that is fine by itself, by its ordinal among those rows. */
  refuse?: RefuseRow;
  /** How accepted rows are given to the sink. Default: as CSV. */
  format?: CopyFormat;
}

/**
 * Scans an opened upload: accepted rows go to the sink, refused ones to the reject files.
 *
 * @throws ImportFailure `UploadTruncated` when fewer bytes came than the object has
 */
export async function scanUpload(
  opened: OpenedUpload & { repertoire?: Characters | null },
  upload: Upload,
  rejects: RejectFiles,
  sink: RowSink,
  { mostRejects = Number.POSITIVE_INFINITY, refuse, format = 'csv' }: ScanLimits = {},
): Promise<ScanResult> {
  const scanner = createScanner(opened, {
    repertoire: opened.repertoire ?? null,
    format,
    ...(refuse === undefined ? {} : { refuse }),
  });
  let added = 0;
  /** The row that was one too many. */
  let last: Reject | null = null;
  const take = async ({ accepted, rejects: refused }: ReturnType<Scanner['push']>) => {
    for (const bytes of accepted) await sink.accept(bytes);
    for (const reject of refused) {
      await rejects.add(reject);
      if (++added > mostRejects) {
        last = reject;
        break;
      }
    }
    sink.progress?.({
      rowsRead: scanner.counters.rows,
      rowsRejected: scanner.counters.rejectedRows,
      emptyRows: scanner.counters.emptyRows,
      bytesRead: opened.bytesRead(),
    });
  };
  for await (const chunk of cut(opened.body, SCANNED_BYTES)) {
    await take(scanner.push(chunk));
    if (last !== null) return endAt(last, added, scanner);
  }
  await take(scanner.finish());
  if (last !== null) return endAt(last, added, scanner);
  assertReadWhole(opened, upload);
  opened.file.commentLines += scanner.counters.commentLines;
  const { rows: read, acceptedRows: accepted, rejectedRows: rejected, emptyRows } = scanner.counters;
  return { read, accepted, rejected, emptyRows, ascii: scanner.ascii, readTo: null };
}

function endAt({ line, row }: Reject, rejected: number, { counters, ascii }: Scanner): ScanResult {
  const { emptyRows } = counters;
  return { read: row, accepted: row - rejected, rejected, emptyRows, ascii, readTo: { line, row } };
}
