import type { FileDefinition } from '../contract/definition/file-options.ts';
import { APOSTROPHE, CR, LF, QUOTE, SPACE, TAB } from './ascii.ts';
import { type ByteStream, closing } from './byte-stream.ts';
import { isBlank } from './white-space.ts';

/** The lines at a file's end that are no rows. */
export interface Footer {
  bytes: Buffer;
  /** From the first to the last that is not empty. */
  lines: number;
}

/** So much of a file may be its footer: it is held back until the file ends. */
const MAX_BYTES = 1024 * 1024;

/**
 * Holds back from a text what may be its footer: as many lines as the import has skipped, or the last lines whose first
 * cells it lists. Whatever is not the footer after all is given out in its order.
 */
export class FooterHold {
  /** 1 for what does not make a line at the end a line: white space and delimiters. */
  readonly #isSpace = new Uint8Array(256);
  readonly #findStart: (bytes: Buffer, held: Held) => number;
  #held: Held = { bytes: Buffer.alloc(0), midLine: false };

  constructor(skipFooter: FileDefinition['skipFooter'], delimiter: string) {
    for (const byte of [LF, CR, SPACE, TAB]) this.#isSpace[byte] = 1;
    if (delimiter.length === 1) this.#isSpace[delimiter.charCodeAt(0) & 0xff] = 1;
    this.#findStart =
      typeof skipFooter === 'number'
        ? (bytes, { midLine }) => startOfLast(skipFooter, bytes, midLine, this.#isSpace)
        : ledBy(skipFooter, delimiter);
  }

  /** Takes the next bytes; gives those that cannot be of the footer. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#held.bytes.length === 0 ? chunk : Buffer.concat([this.#held.bytes, chunk]);
    const found = this.#findStart(bytes, this.#held);
    const start = Math.max(found, bytes.length - MAX_BYTES);
    const before = bytes[start - 1];
    const midLine = start === 0 ? this.#held.midLine : before !== LF && before !== CR;
    // A copy, since the chunk is the caller's.
    this.#held = { bytes: Buffer.from(bytes.subarray(start)), midLine };
    return bytes.subarray(0, start);
  }

  /** Ends the text: its footer, and what was held back without being of it. */
  finish(): { rest: Buffer; footer: Footer } {
    const { bytes } = this.#held;
    const start = this.#findStart(bytes, { ...this.#held, final: true });
    const footer = bytes.subarray(start);
    return {
      rest: bytes.subarray(0, start),
      footer: { bytes: footer, lines: countLines(footer.subarray(0, endOfText(footer, this.#isSpace))) },
    };
  }
}

interface Held {
  bytes: Buffer;
  /** Whether the line with which they begin began before. */
  midLine: boolean;
  /** Whether the text ends with them. */
  final?: boolean;
}

/** The text without its footer, which `dropped` is told, with its distance from the first byte. */
export function withoutFooter(
  source: ByteStream,
  hold: FooterHold,
  dropped: (footer: Footer, offset: number) => void,
): ByteStream {
  async function* stream(): ByteStream {
    let offset = 0;
    for await (const chunk of source) {
      const bytes = hold.push(chunk);
      offset += bytes.length;
      if (bytes.length > 0) yield bytes;
    }
    const { rest, footer } = hold.finish();
    if (rest.length > 0) yield rest;
    if (footer.bytes.length > 0) dropped(footer, offset + rest.length);
  }
  return closing(source, stream());
}

/** Where the last `count` lines begin; empty ones at the end do not count. */
function startOfLast(count: number, bytes: Buffer, midLine: boolean, isSpace: Uint8Array): number {
  let at = endOfText(bytes, isSpace);
  if (at === 0) return 0;
  for (let left = count; ; ) {
    const lineStart = startOfLine(bytes, at);
    // A line that began before the bytes at hand is longer than any footer.
    if (lineStart === 0) return midLine ? nextLineIn(bytes, 0) : 0;
    if (--left === 0) return lineStart;
    at = lineStart - (bytes[lineStart - 1] === LF && bytes[lineStart - 2] === CR ? 2 : 1);
  }
}

/** Where the lines begin with which the bytes end and whose first cells are among the words. */
function ledBy(words: readonly string[], delimiter: string): (bytes: Buffer, held: Held) => number {
  const wanted = new Set(words);
  const between = Buffer.from(delimiter);
  /** First bytes of lines worth a look: of the words, a quote or white space. */
  const begins = new Uint8Array(256);
  for (const byte of [SPACE, TAB, QUOTE, APOSTROPHE, 0xc2, 0xe3]) begins[byte] = 1;
  for (const word of words) begins[Buffer.from(word)[0]!] = 1;
  return (bytes, { midLine, final = false }) => {
    let start = -1;
    for (let at = midLine ? nextLineIn(bytes, 0) : 0; at < bytes.length; ) {
      const next = nextLineIn(bytes, at);
      const isWhole = final || next < bytes.length;
      // What the last line is shows with the bytes to come.
      if (!isWhole) return start === -1 ? at : start;
      if (begins[bytes[at]!] === 1 && wanted.has(firstCell(bytes, at, next, between))) {
        if (start === -1) start = at;
      } else if (start !== -1 && !holdsNothing(bytes, at, next, between)) start = -1;
      at = next;
    }
    return start === -1 ? bytes.length : start;
  };
}

/** The text of the line's first cell, without quotes and white space around it. */
function firstCell(bytes: Buffer, at: number, end: number, delimiter: Buffer): string {
  const line = bytes.toString('utf8', at, end).trimStart();
  const [, quote, quoted] = /^(["'])((?:(?!\1).|\1\1)*)\1/s.exec(line) ?? [];
  if (quote !== undefined) return quoted!.replaceAll(quote + quote, quote).trim();
  return line.split(delimiter.toString(), 1)[0]!.trim();
}

/** Whether there are only delimiters, white space and empty quotes. */
function holdsNothing(bytes: Buffer, at: number, end: number, delimiter: Buffer): boolean {
  const rest = Buffer.from(
    bytes.toString('utf8', at, end).replaceAll(delimiter.toString(), '').replaceAll('""', ''),
  );
  return isBlank(rest, 0, rest.length);
}

/** Behind the last byte that makes its line a line. */
function endOfText(bytes: Buffer, isSpace: Uint8Array): number {
  let at = bytes.length;
  while (at > 0 && isSpace[bytes[at - 1]!] === 1) at--;
  return at;
}

function startOfLine(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && bytes[start - 1] !== LF && bytes[start - 1] !== CR) start--;
  return start;
}

/** Where the line behind the one at `at` begins; the end where there is none. */
function nextLineIn(bytes: Buffer, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
  if (bytes[end] === CR && bytes[end + 1] === LF) end++;
  return Math.min(end + 1, bytes.length);
}

function countLines(footer: Buffer): number {
  return footer.length === 0 ? 0 : footer.toString('latin1').split(/\r\n|\r|\n/).length;
}
