import type { Encoding } from '../../contract/definition/file-format.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { type ByteStream, closing } from '../byte-stream.ts';
import { encodingNames } from './encoding-names.ts';
import { countLines, endsLine, isAscii, lineEnd } from './lines.ts';
import { findUtf8, looksLikeUtf8 } from './utf8-lines.ts';
import { emptyReading, isCertainlyWestern, readAsWestern } from './western-evidence.ts';

/** A longer line is looked at in parts. */
const LONGEST_LINE = 1024 * 1024;

/** What speaks against an encoding, and the line where it does, from the first of those that it looked at. */
interface Doubt {
  line: number;
  what: string;
}
/** Looks at the file’s lines, some at a time. */
type Watcher = (lines: Buffer) => Doubt | null;

/**
 * Passes a file on whose encoding was found in its beginning, and fails where the rest contradicts it: what would be
 * read as other characters than were written must not be loaded. An encoding that the import declares is not watched.
 *
 * @throws ImportFailure `UndecodableFile`
 */
export function watchEncoding(source: ByteStream, encoding: Encoding): ByteStream {
  if (encoding === 'windows-1252') return closing(source, watched(source, watchWestern()));
  if (encoding === 'shift_jis' || encoding === 'euc-jp') {
    return closing(source, watched(source, watchJapanese(encoding)));
  }
  return source;
}

async function* watched(source: ByteStream, watch: Watcher): ByteStream {
  let before = 0;
  let rest: Buffer = Buffer.alloc(0);
  const look = (lines: Buffer) => {
    const doubt = watch(lines);
    if (doubt !== null) {
      throw new ImportFailure('UndecodableFile', `Line ${before + doubt.line} ${doubt.what}`);
    }
    before += countLines(lines);
  };
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // A carriage return at the end may be half of a newline.
    let end = bytes.length - 1;
    while (end > 0 && !endsLine(bytes, end - 1)) end--;
    if (end === 0 && bytes.length > LONGEST_LINE) end = bytes.length;
    if (end > 0) look(bytes.subarray(0, end));
    rest = Buffer.from(bytes.subarray(end));
    yield chunk;
  }
  look(rest);
}

/** What to do about a file of two encodings. */
const saveAll = 'Save the whole file as UTF-8';

function watchWestern(): Watcher {
  const all = emptyReading();
  return (lines) => {
    const at = findUtf8(lines);
    if (at >= 0) {
      const what = `has characters in UTF-8, but other lines are Windows-1252. ${saveAll}.`;
      return { line: countLines(lines.subarray(0, at)) + 1, what };
    }
    readAsWestern(lines, all);
    if (all.characters === 0 || isCertainlyWestern(all)) return null;
    const what = `has characters that are unusual in Windows-1252, as which the file was read. ${saveAll}, or set the import’s file.encoding to what it is.`;
    return { line: firstDoubtful(lines), what };
  };
}

function firstDoubtful(lines: Buffer): number {
  let line = 1;
  for (let at = 0; at < lines.length; line++) {
    const end = lineEnd(lines, at);
    const { characters, unknown, misplaced, central, provingCentral } = readAsWestern(
      lines.subarray(at, end),
    );
    if (characters > 0 && (unknown > 0 || misplaced > 0 || central > provingCentral)) return line;
    at = end;
  }
  return 1;
}

/** So many lines in Japanese may have one that looks like UTF-8 by chance. */
const LINES_PER_CHANCE = 1000;

function watchJapanese(encoding: 'shift_jis' | 'euc-jp'): Watcher {
  const name = encodingNames[encoding];
  let [japanese, likely] = [0, 0];
  return (lines) => {
    let line = 1;
    for (let at = 0; at < lines.length; line++) {
      const end = lineEnd(lines, at);
      const text = lines.subarray(at, end);
      at = end;
      if (isAscii(text)) continue;
      japanese++;
      const found = looksLikeUtf8(text);
      if (found === 'likely') likely++;
      if (found === 'certain' || (found === 'likely' && likely * LINES_PER_CHANCE > japanese)) {
        return { line, what: `is UTF-8, but other lines are ${name}. ${saveAll}.` };
      }
      if (encoding === 'shift_jis' && hasWesternWord(text)) {
        return { line, what: `could be Windows-1252, but other lines are ${name}. ${saveAll}.` };
      }
    }
    return null;
  };
}

const isSmall = (byte: number) => byte >= 0x61 && byte <= 0x7a;
const isHalfWidth = (byte: number) => byte >= 0xa1 && byte <= 0xdf;
/** With these begin kanji that are rare. */
const RARE_FROM = 0xe0;

/** A rare kanji right behind a small letter, with another for its second byte, is an accented letter. */
function hasWesternWord(line: Buffer): boolean {
  let before = 0;
  for (let at = 0; at < line.length; ) {
    const byte = line[at]!;
    const isPair = byte >= 0x80 && !isHalfWidth(byte);
    if (byte >= RARE_FROM && isSmall(before) && isSmall(line[at + 1] ?? 0)) return true;
    before = byte < 0x80 ? byte : 0;
    at += isPair ? 2 : 1;
  }
  return false;
}
