import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../../contract/definition/file-format.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { decoderFor, UNDECODABLE } from '../decode/decoders.ts';
import { encodingNames } from './encoding-names.ts';
import { FEW, isPlausiblyJapanese, readAsJapanese } from './japanese-evidence.ts';
import { countLines, isAscii, lineEnd } from './lines.ts';
import { describeCandidates, findCandidates, findEastAsian } from './rival-encodings.ts';
import { findEscaped, isEbcdic, isUtf32, type Unread } from './unread-encodings.ts';
import { countUtf8, firstNotUtf8, withoutCutCharacter } from './utf8-evidence.ts';
import { isCertainlyWestern, isUsualWestern, readAsWestern } from './western-evidence.ts';

/** How much of the file's beginning is looked at. */
export const SAMPLE_BYTES = 1024 * 1024;

/** An encoding, and the evidence for it, for people. */
export interface FoundEncoding {
  encoding: Encoding;
  evidence: string;
  /** Whether it is UTF-8 because nothing but ASCII was seen. */
  assumed: boolean;
}

/** UTF-8 with a broken character now and then, rather than another encoding that happens to contain some of it. */
const MOST_BROKEN = 0.1;
/**
 * The encoding of a file: by its byte order mark, by being valid, or by its content being plausible in exactly one of
 * the encodings. It does not guess: where the evidence does not decide, it fails and asks for the import's `encoding`.
 *
 * @param sample the first bytes of the file; `whole` says that there are no more
 * @throws ImportFailure `UndecodableFile`
 */
export function detectEncoding(sample: Buffer, whole: boolean): FoundEncoding {
  if (isUtf32(sample)) refuse({ name: 'UTF-32', evidence: 'its NUL bytes' });
  if (isEbcdic(sample)) refuse({ name: 'EBCDIC (of a mainframe)', evidence: 'its letters and digits' });
  const marked = byMark(sample) ?? byNulBytes(sample);
  if (marked !== null) return marked;
  const text = whole ? sample : withoutCutCharacter(sample);
  if (isUtf8(text)) return validUtf8(text, whole);
  const { good, broken } = countUtf8(text);
  if (broken <= (good + broken) * MOST_BROKEN) return brokenUtf8(broken);
  const found = readOtherwise(text);
  if (found.length === 1) return found[0]!;
  const first = firstNotUtf8(text);
  if (found.length === 0 && good > 0) {
    if (3 * broken < good) return brokenUtf8(broken);
    const { valid, rest } = linesInUtf8(text);
    const [other] = valid > 0 ? readOtherwise(rest) : [];
    if (other !== undefined) {
      throw new ImportFailure(
        'UndecodableFile',
        `Line ${valid} is UTF-8, but line ${lineAt(text, first)} is not (it could be ${encodingNames[other.encoding]}). Save the whole file as UTF-8.`,
      );
    }
  }
  const candidates = new Set([...found.map(({ encoding }) => encoding), ...findCandidates(text)]);
  throw new ImportFailure(
    'UndecodableFile',
    `The file is not UTF-8 (first at byte ${first + 1}, line ${lineAt(text, first)}), and ${describeCandidates([...candidates])}`,
  );
}

/** What UTF-8 is full of in Europe: Latin, Greek and Cyrillic letters, and punctuation. */
const EUROPEAN = /^[\0-\u052f\u2000-\u2122]*$/;
/** In an encoding of several bytes fewer characters than these may be UTF-8 by chance. */
const FEW_UTF8 = 4;

/**
 * Checks the encoding that an import declares against a file that is UTF-8 beyond doubt, since it would be loaded as
 * other characters than were written, such as `MÃ¼ller`.
 *
 * @throws ImportFailure `UndecodableFile`
 */
export function assertNotUtf8(sample: Buffer, whole: boolean, declared: Encoding): void {
  if (declared.startsWith('utf-')) return;
  const text = whole ? sample : withoutCutCharacter(sample);
  if (isAscii(text) || !isUtf8(text)) return;
  const isSingle = /^(windows|iso)-/.test(declared);
  if (!byMark(sample) && !(isSingle ? EUROPEAN.test(text.toString()) : countUtf8(text).good >= FEW_UTF8))
    return;
  throw new ImportFailure(
    'UndecodableFile',
    `The import’s file.encoding is '${declared}', but the file is UTF-8. Remove file.encoding if files come in UTF-8, or save the file as ${encodingNames[declared]}.`,
  );
}

/** Other encodings in which the text is what people write, beyond doubt; none where two are. */
function readOtherwise(text: Buffer): FoundEncoding[] {
  return [...japanese(text), ...western(text)];
}

function refuse(unread: Unread | null): void {
  if (unread === null) return;
  throw new ImportFailure(
    'UndecodableFile',
    unread.declared === undefined
      ? `The file is ${unread.name}, by ${unread.evidence}, which is not read. Save it as UTF-8.`
      : `The file is ${unread.name}, by ${unread.evidence}. Set the import’s file.encoding to '${unread.declared}', or save the file as UTF-8.`,
  );
}

const lineAt = (bytes: Buffer, at: number) => countLines(bytes.subarray(0, at)) + 1;

/** The first line with characters in UTF-8, 0: none; and those that are not UTF-8. */
function linesInUtf8(text: Buffer): { valid: number; rest: Buffer } {
  const rest: Buffer[] = [];
  let [line, valid] = [1, 0];
  for (let at = 0; at < text.length; line++) {
    const end = lineEnd(text, at);
    const bytes = text.subarray(at, end);
    if (!isUtf8(bytes)) rest.push(bytes);
    else if (valid === 0 && !isAscii(bytes)) valid = line;
    at = end;
  }
  return { valid, rest: Buffer.concat(rest) };
}

function byMark(sample: Buffer): FoundEncoding | null {
  const found = (encoding: Encoding) => ({ encoding, evidence: 'by its byte order mark', assumed: false });
  const begins = (...bytes: number[]) => bytes.every((byte, index) => sample[index] === byte);
  if (begins(0xef, 0xbb, 0xbf)) return found('utf-8');
  if (begins(0xff, 0xfe, 0, 0) || begins(0, 0, 0xfe, 0xff)) {
    refuse({ name: 'UTF-32', evidence: 'its byte order mark' });
  }
  if (begins(0xff, 0xfe)) return found('utf-16le');
  return begins(0xfe, 0xff) ? found('utf-16be') : null;
}

/** Delimiters, digits and newlines make so much of UTF-16 NUL in the one half of its units, even where it is Japanese. */
const LEAST_NUL = 0.1;
/** In the other half only few characters have NUL, the ideographic space among them: so many for each in the one. */
const MOST_NUL = 0.34;

/** UTF-16 without a mark. */
function byNulBytes(sample: Buffer): FoundEncoding | null {
  const units = sample.length >> 1;
  let [first, second] = [0, 0];
  for (let at = 0; at < 2 * units; at += 2) {
    if (sample[at] === 0) first++;
    if (sample[at + 1] === 0) second++;
  }
  const most = Math.max(first, second);
  if (most < 4 || most < units * LEAST_NUL || Math.min(first, second) > most * MOST_NUL) return null;
  const encoding = second > first ? 'utf-16le' : 'utf-16be';
  const text = Buffer.allocUnsafe(3 * units + 4);
  const { written } = decoderFor(encoding)(sample.subarray(0, 2 * units), 0, text, 3 * units, false);
  const decoded = text.subarray(0, written);
  // NUL bytes in text of another kind make no lines.
  if (decoded.includes(UNDECODABLE) || !/[\r\n]/.test(decoded.toString('latin1'))) return null;
  const percent = Math.round((100 * most) / units);
  const half = second > first ? 'second' : 'first';
  const evidence = `no byte order mark, but NUL is the ${half} byte of ${percent} % of its units`;
  return { encoding, evidence, assumed: false };
}

function validUtf8(text: Buffer, whole: boolean): FoundEncoding {
  const part = whole ? 'all of it' : 'the first MiB';
  const ascii = isAscii(text);
  if (ascii) refuse(findEscaped(text));
  return {
    encoding: 'utf-8',
    evidence: `${part} is ${ascii ? 'plain ASCII' : 'valid UTF-8'}`,
    assumed: ascii,
  };
}

function brokenUtf8(broken: number): FoundEncoding {
  return {
    encoding: 'utf-8',
    evidence: `valid UTF-8 but for ${broken} broken character${broken === 1 ? '' : 's'}`,
    assumed: false,
  };
}

function japanese(sample: Buffer): FoundEncoding[] {
  return (['shift_jis', 'euc-jp'] as const).flatMap((encoding) => {
    const reading = readAsJapanese(sample, encoding);
    if (!isPlausiblyJapanese(reading, encoding)) return [];
    if (reading.characters < FEW && (findEastAsian(sample).length > 0 || isUsualWestern(sample))) return [];
    const percent = Math.round(100 * (reading.common + reading.halfWidth));
    const evidence = `not UTF-8; ${percent} % of its ${reading.characters} characters beyond ASCII are common Japanese ones`;
    return [{ encoding, evidence, assumed: false }];
  });
}

function western(sample: Buffer): FoundEncoding[] {
  const reading = readAsWestern(sample);
  if (!isCertainlyWestern(reading)) return [];
  const evidence = `not UTF-8; its ${reading.characters} characters beyond ASCII are letters and signs as western languages have them`;
  return [{ encoding: 'windows-1252', evidence, assumed: false }];
}
