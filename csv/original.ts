import type { Encoding } from '../contract/definition/file-format.ts';
import type { TextOrigin } from './decode/text-origin.ts';
import { encodingNames } from './detect/encoding-names.ts';
import type { Header } from './detect/header.ts';
import { type DescribeByte, describeByte as describeUtf8Byte } from './scan/row-check.ts';

/** What rejected rows and their reasons take from the file itself. */
export interface Original {
  /** The file's own bytes of a row that stands at `offset` of the text; the last few MiB are remembered. */
  originalBytes(row: Buffer, offset: number): Buffer;
  /** Where a byte of the text that refuses its row is in the file, and why it does. */
  describeByte: DescribeByte;
}

/** `assumed`: UTF-8 was taken for the encoding since nothing but ASCII had been seen. */
export function originalOf(
  origin: TextOrigin,
  encoding: Encoding,
  { compressed, assumed }: { compressed: boolean; assumed: boolean },
): Original {
  const file = compressed ? 'the unpacked file' : 'the file';
  return {
    originalBytes: (row, offset) => origin.bytesOf(row, offset),
    describeByte(code, inRow, offset) {
      const inFile = origin.offsetOf(offset);
      if (encoding === 'utf-8') {
        const hint =
          ': the file has only ASCII before, so if it is not UTF-8, set the import’s file.encoding';
        const reason = describeUtf8Byte(code, inRow, inFile).replace('the file', file);
        return assumed && code === 'invalid_encoding' ? reason + hint : reason;
      }
      return code === 'nul_byte'
        ? `byte ${inFile + 1} of ${file} is NUL, which PostgreSQL cannot store`
        : `byte ${inFile + 1} of ${file} is not valid ${encodingNames[encoding]}`;
    },
  };
}

/** What stands above the rows in the file, and its newline; before UTF-16 goes the mark by which it is known. */
export function originalHeader(
  header: Header,
  origin: TextOrigin,
  encoding: Encoding,
): { bytes: Buffer; newline: Buffer } {
  const bytes = origin.bytesOf(header.bytes, header.offset);
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const inOrder = (text: string) => {
      const units = Buffer.from(text, 'utf16le');
      return encoding === 'utf-16le' ? units : units.swap16();
    };
    return { bytes: Buffer.concat([inOrder('\ufeff'), bytes]), newline: inOrder(header.newline) };
  }
  return { bytes, newline: Buffer.from(header.newline) };
}
