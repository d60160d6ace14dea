// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what is looked for are bytes

import type { Compression } from '../../contract/definition/file-format.ts';
import { ImportFailure } from '../../contract/failures.ts';

/** What else is uploaded for CSV, by its first bytes as Latin-1: what it is, and what to do. */
const others: readonly [start: RegExp, what: string, remedy: string][] = [
  [
    /^PK\x03\x04.{26}mimetypeapplication\/vnd\.oasis/s,
    'an OpenDocument file (.ods)',
    'Save the sheet as CSV (UTF-8)',
  ],
  [
    /^PK\x03\x04.{26}(\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/|customXml\/)/s,
    'an Excel workbook (.xlsx)',
    'Save the sheet as CSV (UTF-8)',
  ],
  [/^PK\x05\x06/, 'a ZIP archive without a file in it', 'Pack the CSV file again'],
  [/^PK(\x07\x08|00PK)/, 'a part of a ZIP archive that is split', 'Pack the CSV file into one archive'],
  [/^\xd0\xcf\x11\xe0/, 'an old Excel workbook (.xls)', 'Save the sheet as CSV (UTF-8)'],
  [/^BZh[1-9]1AY&SY/, 'compressed by bzip2', 'Unpack it, or compress it by gzip'],
  [/^\xfd7zXZ\0/, 'compressed by xz', 'Unpack it, or compress it by gzip'],
  [/^7z\xbc\xaf'\x1c/, 'a 7-Zip archive', 'Unpack it, or compress it by gzip'],
  [/^Rar!\x1a\x07/, 'a RAR archive', 'Unpack it, or compress it by gzip'],
  [/^\x04"M\x18/, 'compressed by LZ4', 'Unpack it, or compress it by gzip'],
  [/^.{257}ustar/s, 'a tar archive', 'Unpack it, and compress the CSV file by gzip'],
  [/^PAR1/, 'a Parquet file', 'Export it as CSV'],
  [/^Obj\x01/, 'an Avro file', 'Export it as CSV'],
  [/^ARROW1\0/, 'an Arrow file', 'Export it as CSV'],
  [/^SQLite format 3\0/, 'an SQLite database', 'Export the table as CSV'],
  [/^\0\x01\0\0Standard (Jet|ACE) DB/, 'an Access database', 'Export the table as CSV'],
  [/^%PDF-/, 'a PDF', 'Export the table as CSV'],
  [
    /^(\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF.{4}WEBP)/s,
    'an image',
    'Export the table as CSV',
  ],
  [/^\{\\rtf/, 'a text document (.rtf)', 'Save the table as CSV (UTF-8)'],
  [/^-----BEGIN PGP/, 'encrypted or signed by PGP', 'Upload the CSV file itself'],
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|table|meta)[\s>]/i,
    'a web page (HTML)',
    'Save the table as CSV (UTF-8)',
  ],
  [/^(\xef\xbb\xbf)?\s*<\?xml/, 'XML', 'Export the data as CSV'],
  [/^(\xef\xbb\xbf)?\s*<([a-z][\w:.-]*)(\s[^>]*)?>.*<\/\2>/is, 'XML', 'Export the data as CSV'],
  [/^(\xef\xbb\xbf)?\s*\{[^\n]*\}\s*\n\s*\{\s*"/, 'JSON Lines', 'Export the data as CSV'],
  [/^(\xef\xbb\xbf)?\s*(\{\s*"[^"\n]*"\s*:|\[\s*[{["])/, 'JSON', 'Export the data as CSV'],
];
/** UTF-16 writes ASCII with a NUL in each character. */
const WIDE = /^(?:\xff\xfe|\xfe\xff)/;

/** So many bytes tell. */
export const KIND_BYTES = 4096;

/**
 * How the file that begins so is compressed.
 *
 * @throws ImportFailure `UndecodableFile` for what is no CSV, with what it is and what to do
 */
export function compressionOf(start: Buffer): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  const latin = start.toString('latin1', 0, KIND_BYTES);
  const text = WIDE.test(latin) ? latin.slice(2).replaceAll('\0', '') : latin;
  const found = others.find(([pattern]) => pattern.test(text));
  if (found !== undefined) {
    throw new ImportFailure('UndecodableFile', `The file is no CSV: it is ${found[1]}. ${found[2]}.`);
  }
  if (text.startsWith('PK\u0003\u0004')) return 'zip';
  // A frame, or one that is to be skipped.
  return /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/.test(text) ? 'zstd' : 'none';
}

/** @throws ImportFailure `UndecodableFile` where the unpacked file that begins so is packed again, or no CSV */
export function assertUnpacked(start: Buffer, compression: Compression): void {
  const inside = compressionOf(start);
  if (inside === 'none') return;
  throw new ImportFailure(
    'UndecodableFile',
    `The file is compressed twice: it is ${packed[inside]} inside of ${packed[compression]}. Unpack it once and upload it again.`,
  );
}

const packed: Record<Compression, string> = {
  none: '',
  gzip: 'gzip',
  zip: 'a ZIP archive',
  zstd: 'Zstandard',
};
