import type { FileDefinition } from '../../contract/definition/file-options.ts';
import { isBlank } from '../white-space.ts';
import { Quoting, type RowFields } from './row-fields.ts';

/** What becomes of rows that are not as long as the header, or hold nothing. */
export type RowShape = Pick<FileDefinition, 'emptyRows' | 'extraValues' | 'missingValues'> &
  Partial<Pick<FileDefinition, 'comment'>>;

/** Rows of other lengths are rejected, and empty ones are rows. */
export const AS_THEY_ARE: RowShape = { emptyRows: 'load', extraValues: 'reject', missingValues: 'reject' };

/**
 * Whether the complete row has no value: nothing but white space between its delimiters and quotes. In a file of one
 * column, quotes are a value: without it, nothing at all would stand in the line.
 */
export function isEmptyRow(row: RowFields, bytes: Buffer): boolean {
  const { starts, ends, quotings, count, width } = row;
  if (width === 1 && quotings[0] !== Quoting.none) return false;
  for (let index = 0; index < count && index < width; index++) {
    if (!isBlank(bytes, starts[index]!, ends[index]!)) return false;
  }
  return row.extrasBlank;
}

/**
 * Makes a complete row as long as the header, where the import allows it: without its extra values, if they are empty,
 * or with empty ones for those that it lacks at its end. Afterwards the reader's positions are in the bytes returned;
 * null: it stays as it is.
 */
export function fitRow(
  row: RowFields,
  bytes: Buffer,
  { extraValues, missingValues }: RowShape,
): Buffer | null {
  const { count, width } = row;
  if (count > width) {
    if (extraValues !== 'dropEmpty' || !row.extrasBlank) return null;
    row.count = width;
    row.at = row.ends[width - 1]! + (row.quotings[width - 1] === Quoting.none ? 0 : 1);
    return bytes;
  }
  if (missingValues !== 'empty') return null;
  const { start, at, next } = row;
  const delimiters = Buffer.alloc(width - count, row.delimiter[0]);
  const fitted = Buffer.concat([bytes.subarray(start, at), delimiters, bytes.subarray(at, next)]);
  row.rebase(start);
  for (let index = count; index < width; index++) {
    const place = row.at + index - count + 1;
    row.starts[index] = place;
    row.ends[index] = place;
    row.quotings[index] = Quoting.none;
  }
  row.count = width;
  row.at += width - count;
  row.next = fitted.length;
  return fitted;
}

/** What is wrong with a row of another length than the header, and which option of the import would take it. */
export function describeMisfit({ count, width, extrasBlank }: RowFields): string {
  const found = `${count} value${count === 1 ? '' : 's'}, the header has ${width}`;
  if (count < width) return `${found}: the missing ones may be empty (file.missingValues: 'empty')`;
  return extrasBlank
    ? `${found}, and the extra values are empty (file.extraValues: 'dropEmpty' drops them)`
    : found;
}
