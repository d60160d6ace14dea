import { ImportFailure } from '../../contract/failures.ts';

/** Files that are often uploaded for CSV: their first bytes, what they are, and what to do. */
const others: readonly [bytes: string, what: string, remedy: string][] = [
  [
    'PK\u0003\u0004',
    'a ZIP archive, which a workbook (.xlsx, .ods) is, too',
    'Save the sheet as CSV (UTF-8), or unpack the archive',
  ],
  ['PK\u0005\u0006', 'an empty ZIP archive', 'Save the sheet as CSV (UTF-8)'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook (.xls)', 'Save the sheet as CSV (UTF-8)'],
  ['\u0028\u00b5\u002f\u00fd', 'compressed by Zstandard', 'Unpack it, or compress it by gzip'],
  ['BZh', 'compressed by bzip2', 'Unpack it, or compress it by gzip'],
  ['\u00fd7zXZ\u0000', 'compressed by xz', 'Unpack it, or compress it by gzip'],
  ['7z\u00bc\u00af\u0027\u001c', 'a 7-Zip archive', 'Unpack it, or compress it by gzip'],
  ['PAR1', 'a Parquet file', 'Export it as CSV'],
  ['%PDF-', 'a PDF', 'Export the table as CSV'],
];
/** CSV may begin with these letters, too: only with the byte behind them it is bzip2. */
const BZIP2 = /^BZh[1-9]1AY&SY/;

/** So many bytes tell. */
export const KIND_BYTES = 16;

/**
 * Whether the file that begins so is compressed by gzip.
 *
 * @throws ImportFailure `UndecodableFile` for what is no text at all, with what it is
 */
export function isGzip(start: Buffer): boolean {
  if (start[0] === 0x1f && start[1] === 0x8b) return true;
  const text = start.toString('latin1', 0, KIND_BYTES);
  const found = others.find(([bytes]) => text.startsWith(bytes) && (bytes !== 'BZh' || BZIP2.test(text)));
  if (found !== undefined) {
    throw new ImportFailure('UndecodableFile', `The file is no CSV: it is ${found[1]}. ${found[2]}.`);
  }
  return false;
}
