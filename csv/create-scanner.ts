import { ImportFailure } from '../contract/failures.ts';
import type { Characters } from './check/check-repertoire.ts';
import type { OpenedFile } from './open-file.ts';
import { scanColumns } from './scan/scan-columns.ts';
import { Scanner, type ScanOutput } from './scan/scanner.ts';
import type { RowRule, ScannerOptions } from './scan/scanner-options.ts';
import { ParseProblem } from './transform/transform-parse.ts';

/**
 * The most that is scanned at a time. A rejected row takes several hundred bytes until it is written down, however
 * short it is: 8 MiB of rows of one letter would take gigabytes.
 */
export const SCANNED_BYTES = 64 * 1024;

/** What a scanner has to know beyond the file that it scans. */
export interface FileScannerOptions
  extends Pick<ScannerOptions, 'refuse' | 'cutEvery' | 'originalBytes' | 'format'> {
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
  return new ImportScanner(file.importName, rowsBefore, {
    dialect: file.dialect,
    values: file.values,
    firstLine: file.firstLine,
    firstOffset: file.firstOffset,
    columns: scanColumns(file, repertoire, options.format),
    originalBytes: file.originalBytes,
    describeByte: file.describeByte,
    shape: file.shape,
    rowRule: numberedFrom(rowsBefore, file.rowRule),
    ...options,
  });
}

/** Tells which row of the file a column's `parse` failed on. */
class ImportScanner extends Scanner {
  readonly #importName: string;
  readonly #rowsBefore: number;

  constructor(importName: string, rowsBefore: number, options: ScannerOptions) {
    super(options);
    this.#importName = importName;
    this.#rowsBefore = rowsBefore;
  }

  override push(chunk: Buffer): ScanOutput {
    return this.#explained(() => super.push(chunk));
  }

  override finish(): ScanOutput {
    return this.#explained(() => super.finish());
  }

  #explained(scan: () => ScanOutput): ScanOutput {
    try {
      return scan();
    } catch (error) {
      if (!(error instanceof ParseProblem)) throw error;
      const { line, rows } = this.counters;
      const where = `in row ${this.#rowsBefore + rows + 1}, line ${line}`;
      throw new ImportFailure(
        'DefinitionInvalid',
        `import "${this.#importName}", field "columns.${error.property}.parse": ${where}, ${error.message}`,
      );
    }
  }
}

function numberedFrom(rowsBefore: number, rule: RowRule | null): RowRule | null {
  if (rule === null || rowsBefore === 0) return rule;
  return (values, line, row) => rule(values, line, rowsBefore + row);
}
