import { ImportFailure } from '../../../contract/failures.ts';
import { type Header, readHeader } from '../../../csv/detect/header.ts';
import { plainDialect } from '../../../csv/scan/dialect.ts';
import { type Reject, type ScanCounters, Scanner } from '../../../csv/scan/scanner.ts';
import type { CopyFormat } from '../../../csv/scan/scanner-options.ts';
import type { Case } from './case.ts';
import { scanColumns } from './columns.ts';

/** What the importer makes of a file's rows. */
export interface Scanned {
  accepted: Buffer;
  rejects: Reject[];
  counters: ScanCounters;
  /** The places where batches may end: bytes and rejects before, and what the scanner says of the place. */
  cuts: { accepted: number; rejects: number; counters: ScanCounters }[];
}

const SKIPS_EMPTY = { emptyRows: 'skip', extraValues: 'reject', missingValues: 'reject' } as const;
/** Small batches, so that files of a few rows have some. */
const CUT_EVERY = { rows: 2, bytes: 100 };

/** The header as the importer reads it once it has `bytes` bytes of the file; null: it wants more. */
export function scanHeader(file: Case, bytes: number): Header | ImportFailure | null {
  try {
    const options = { dialect: plainDialect(file.delimiter), final: bytes === file.bytes.length };
    return readHeader(file.bytes.subarray(0, bytes), options);
  } catch (error) {
    if (error instanceof ImportFailure) return error;
    throw error;
  }
}

/** Scans the rows behind the header, in chunks whose memory is overwritten as soon as their output is taken. */
export function scanRows(
  file: Case,
  header: Header,
  chunks: Iterable<number>,
  format: CopyFormat = 'csv',
): Scanned {
  const scanner = new Scanner({
    dialect: plainDialect(file.delimiter),
    columns: scanColumns(file, header.names, format),
    format,
    firstLine: header.firstLine,
    firstOffset: header.dataOffset,
    maxRowBytes: file.maxRowBytes,
    ...(file.skipsEmptyRows ? { shape: SKIPS_EMPTY } : {}),
    cutEvery: CUT_EVERY,
  });
  const accepted: Buffer[] = [];
  const rejects: Reject[] = [];
  const cuts: Scanned['cuts'] = [];
  let acceptedBytes = 0;
  const take = (output: ReturnType<Scanner['push']>) => {
    for (const cut of output.cuts) {
      const before = Buffer.concat(output.accepted.slice(0, cut.accepted)).length;
      cuts.push({
        accepted: acceptedBytes + before,
        rejects: rejects.length + cut.rejects,
        counters: { ...cut.counters },
      });
    }
    accepted.push(...output.accepted.map((bytes) => Buffer.from(bytes)));
    acceptedBytes += Buffer.concat(output.accepted).length;
    for (const reject of output.rejects) rejects.push(reject);
  };
  let at = header.dataOffset;
  for (const size of chunks) {
    if (at >= file.bytes.length) break;
    const chunk = Buffer.from(file.bytes.subarray(at, at + size));
    take(scanner.push(chunk));
    chunk.fill('X');
    at += size;
  }
  take(scanner.finish());
  return { accepted: Buffer.concat(accepted), rejects, counters: { ...scanner.counters }, cuts };
}
