import type { Characters } from './check/check-repertoire.ts';
import type { OpenedFile } from './open-file.ts';
import { scanColumns } from './scan/scan-columns.ts';
import { Scanner } from './scan/scanner.ts';
import type { RowRule, ScannerOptions } from './scan/scanner-options.ts';

/**
 * The most that is scanned at a time. A rejected row takes several hundred bytes until it is written down, however
 * short it is: 8 MiB of rows of one letter would take gigabytes.
 */
export const SCANNED_BYTES = 64 * 1024;

/** What a scanner has to know beyond the file that it scans. */
export interface FileScannerOptions extends Pick<ScannerOptions, 'refuse' | 'cutEvery' | 'originalBytes'> {
  /** The characters that the database can store. Default: all. */
  repertoire?: Characters | null;
  /** Rows of the file before the first that is scanned, for the numbers that the row rule gets. Default: 0. */
  rowsBefore?: number;
}

/** The scanner of an opened file's body. */
export function createScanner(
  file: OpenedFile,
  { repertoire = null, rowsBefore = 0, ...options }: FileScannerOptions = {},
): Scanner {
  return new Scanner({
    delimiter: file.delimiter.charCodeAt(0),
    firstLine: file.firstLine,
    firstOffset: file.firstOffset,
    columns: scanColumns(file, repertoire),
    originalBytes: file.originalBytes,
    describeByte: file.describeByte,
    shape: file.shape,
    rowRule: numberedFrom(rowsBefore, file.rowRule),
    ...options,
  });
}

function numberedFrom(rowsBefore: number, rule: RowRule | null): RowRule | null {
  if (rule === null || rowsBefore === 0) return rule;
  return (values, line, row) => rule(values, line, rowsBefore + row);
}
