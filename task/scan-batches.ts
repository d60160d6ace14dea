import type { Upload } from '../contract/upload.ts';
import { type Characters, type Cut, createScanner, cut, SCANNED_BYTES, type Scanner } from '../csv/index.ts';
import type { Place } from './ledger/checkpoints.ts';
import { assertReadWhole, type OpenedUpload } from './open-upload.ts';

/** Rejected rows are written down by another reading, from the file as a whole. */
const NO_BYTES = Buffer.alloc(0);

/** Consecutive rows of the file that are committed together. */
export interface Batch {
  start: Place;
  end: Place;
  /** Rows, accepted or refused. */
  read: number;
  rejected: number;
  emptyRows: number;
  commentLines: number;
  acceptedRows: number;
  /** Whether all of the file up to here is ASCII. */
  ascii: boolean;
  /** Bytes of the accepted rows, ready for COPY. */
  accepted: Buffer[];
  /** The number in the file of the batch's accepted row of this ordinal, from 1. */
  rowOf(ordinal: number): number;
}

/**
 * Scans an opened upload batch by batch.
 *
 * @param range how many rows come before where it was opened, and the offset at which to stop (null: the file's end)
 * @throws ImportFailure `UploadTruncated` when fewer bytes came than the object has
 */
export async function* scanBatches(
  opened: OpenedUpload & { repertoire?: Characters | null },
  upload: Upload,
  range: { rowsBefore: number; until: number | null },
  cutEvery: { rows: number; bytes: number },
): AsyncGenerator<Batch> {
  const { rowsBefore, until } = range;
  const scanner = createScanner(opened, {
    repertoire: opened.repertoire ?? null,
    rowsBefore,
    cutEvery,
    format: opened.file.copyFormat,
    originalBytes: () => NO_BYTES,
  });
  let start: Cut['counters'] = scanner.counters;
  let accepted: Buffer[] = [];
  /** Numbers of the batch's rejected rows. */
  let refused: number[] = [];

  const placeOf = ({ offset, line, rows }: Cut['counters']): Place => ({
    offset: opened.firstOffset + offset,
    line,
    rows: rowsBefore + rows,
  });
  const endBatch = (end: Cut['counters']): Batch => {
    const batch = {
      start: placeOf(start),
      end: placeOf(end),
      read: end.rows - start.rows,
      rejected: end.rejectedRows - start.rejectedRows,
      emptyRows: end.emptyRows - start.emptyRows,
      commentLines: end.commentLines - start.commentLines,
      acceptedRows: end.acceptedRows - start.acceptedRows,
      ascii: scanner.ascii,
      accepted,
      rowOf: rowFinder(rowsBefore + start.rows, refused),
    };
    start = end;
    accepted = [];
    refused = [];
    return batch;
  };
  const take = function* (output: ReturnType<Scanner['push']>): Generator<Batch> {
    let [slices, rejects] = [0, 0];
    const takeUpTo = (place: { accepted: number; rejects: number }) => {
      accepted.push(...output.accepted.slice(slices, place.accepted));
      refused.push(...output.rejects.slice(rejects, place.rejects).map(({ row }) => rowsBefore + row));
      [slices, rejects] = [place.accepted, place.rejects];
    };
    for (const each of output.cuts) {
      takeUpTo(each);
      yield endBatch(each.counters);
    }
    takeUpTo({ accepted: output.accepted.length, rejects: output.rejects.length });
  };

  const length = until === null ? Number.POSITIVE_INFINITY : until - opened.firstOffset;
  const pieces = firstBytes(cut(opened.body, SCANNED_BYTES), length);
  for await (const chunk of pieces) yield* take(scanner.push(chunk));
  yield* take(scanner.finish());
  if (scanner.counters.offset > start.offset) yield endBatch(scanner.counters);
  if (until === null) assertReadWhole(opened, upload);
}

/** Finds numbers of accepted rows, after `rowsBefore` rows, among refused ones whose numbers are known. */
function rowFinder(rowsBefore: number, refused: readonly number[]): Batch['rowOf'] {
  return (ordinal) => {
    let row = rowsBefore + ordinal;
    for (const other of refused) {
      if (other > row) break;
      row++;
    }
    return row;
  };
}

async function* firstBytes(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  if (left === 0) return;
  for await (const chunk of source) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
