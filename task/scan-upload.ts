import type { Upload } from '../contract/upload.ts';
import {
  type Characters,
  createScanner,
  cut,
  type RefuseRow,
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
  const scanner = createScanner(opened, {
    repertoire: opened.repertoire ?? null,
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
  assertReadWhole(opened, upload);
  const { rows: read, acceptedRows: accepted, rejectedRows: rejected } = scanner.counters;
  return { read, accepted, rejected };
}
