import { CR, LF } from '../ascii.ts';

/** Where the lines of a file begin that can be its header. */
export interface FileStart {
  /** Position of their first byte, and its physical line, from 1. */
  at: number;
  line: number;
  /** Position of the file's first byte behind its byte order marks and other characters that cannot be seen. */
  textStart: number;
  /** How many such characters there are beyond one byte order mark. */
  invisible: number;
  /** Whether the first line says what the delimiter is. */
  hasSeparator: boolean;
}

/** The byte order mark, and zero-width characters: all have three bytes in UTF-8. */
const invisible = [...'\ufeff\u200b\u200c\u200d\u200e\u200f\u2060'].map((sign) => Buffer.from(sign));
const BOM = invisible[0]!;
const INVISIBLE_BYTES = 3;
/** The line with which Excel is told a file's delimiter. */
const SEPARATOR_LINE = /^"?sep=([ -~\t])"?(?=[\r\n]|$)/i;
const SEPARATOR_BEGUN = /^"?(s(e(p(=([ -~\t]"?)?)?)?)?)?$/i;
const LONGEST_SEPARATOR_LINE = 10;

/** The delimiter that the first line names as in `sep=;`; null: it names none. */
export function readSeparator(bytes: Buffer): string | null {
  const { at } = skipInvisible(bytes);
  return SEPARATOR_LINE.exec(bytes.toString('latin1', at, at + LONGEST_SEPARATOR_LINE))?.[1] ?? null;
}

/** Goes past what comes before the first line that counts; null where the next byte decides. */
export function readFileStart(bytes: Buffer, skipLines: number, final: boolean): FileStart | null {
  const { at: textStart, count } = skipInvisible(bytes);
  if (!final && mayGoOn(bytes.subarray(textStart))) return null;
  const start = {
    textStart,
    invisible: count - (bytes.subarray(0, BOM.length).equals(BOM) ? 1 : 0),
    hasSeparator: readSeparator(bytes) !== null,
  };
  let at = textStart;
  let line = 1;
  for (let left = start.hasSeparator ? Math.max(1, skipLines) : skipLines; left > 0; left--) {
    const next = nextLine(bytes, at, final);
    if (next === null) return null;
    at = next;
    line++;
  }
  return { ...start, at, line };
}

/** Whether the first bytes of a text may turn out to be one more invisible character, or the separator's line. */
function mayGoOn(text: Buffer): boolean {
  return (
    invisible.some((sign) => sign.subarray(0, text.length).equals(text)) ||
    SEPARATOR_BEGUN.test(text.toString('latin1', 0, LONGEST_SEPARATOR_LINE))
  );
}

function skipInvisible(bytes: Buffer): { at: number; count: number } {
  let at = 0;
  const isThere = (sign: Buffer) => bytes.subarray(at, at + INVISIBLE_BYTES).equals(sign);
  while (invisible.some(isThere)) at += INVISIBLE_BYTES;
  return { at, count: at / INVISIBLE_BYTES };
}

/** Where the line behind the one at `at` begins; the end of the bytes if it is the last; null where that is not sure. */
export function nextLine(bytes: Buffer, at: number, final: boolean): number | null {
  let end = at;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
  if (end === bytes.length) return final ? end : null;
  if (bytes[end] === LF) return end + 1;
  if (end + 1 === bytes.length) return final ? end + 1 : null;
  return end + (bytes[end + 1] === LF ? 2 : 1);
}

/** Goes past blank lines and comments; null where the next byte decides. */
export function skipLinesAside(
  bytes: Buffer,
  from: { at: number; line: number },
  comment: Buffer | null,
  final: boolean,
): { at: number; line: number; comments: number } | null {
  let { at, line } = from;
  let comments = 0;
  while (at < bytes.length) {
    const isBlank = bytes[at] === LF || bytes[at] === CR;
    if (!isBlank) {
      if (comment === null) break;
      const start = bytes.subarray(at, at + comment.length);
      if (!final && start.length < comment.length && comment.subarray(0, start.length).equals(start))
        return null;
      if (!start.equals(comment)) break;
      comments++;
    }
    const next = nextLine(bytes, at, final);
    if (next === null) return null;
    at = next;
    line++;
  }
  return { at, line, comments };
}
