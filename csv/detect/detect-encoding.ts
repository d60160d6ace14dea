import { isUtf8 } from 'node:buffer';
import { type Encoding, encodings } from '../../contract/definition/file-format.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { decoderFor, UNDECODABLE } from '../decode/decoders.ts';
import { isPlausiblyJapanese, readAsJapanese } from './japanese-evidence.ts';
import { countUtf8, firstNotUtf8, withoutCutCharacter } from './utf8-evidence.ts';
import { isPlausiblyWestern, readAsWestern } from './western-evidence.ts';

/** How much of the file's beginning is looked at. */
export const SAMPLE_BYTES = 1024 * 1024;

/** An encoding, and the evidence for it, for people. */
export interface FoundEncoding {
  encoding: Encoding;
  evidence: string;
  /** Whether it is UTF-8 because nothing but ASCII was seen. */
  assumed: boolean;
}

/** What people call the encodings. */
export const encodingNames: Record<Encoding, string> = {
  'utf-8': 'UTF-8',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'windows-1252': 'Windows-1252',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
};

/** UTF-8 with a broken character now and then, rather than another encoding that happens to contain some of it. */
const MOST_BROKEN = 0.1;
/** ISO-2022-JP switches to Japanese by these; all its bytes are ASCII. */
const ESCAPES = ['\u001b$B', '\u001b$@'];

/**
 * The encoding of a file: by its byte order mark, by being valid, or by its content being plausible in exactly one of
 * the encodings. It does not guess: where the evidence does not decide, it fails and asks for the import's `encoding`.
 *
 * @param sample the first bytes of the file; `whole` says that there are no more
 * @throws ImportFailure `UndecodableFile`
 */
export function detectEncoding(sample: Buffer, whole: boolean): FoundEncoding {
  const marked = byMark(sample) ?? byNulBytes(sample);
  if (marked !== null) return marked;
  const text = whole ? sample : withoutCutCharacter(sample);
  if (isUtf8(text)) return validUtf8(text, whole);
  const { good, broken } = countUtf8(text);
  if (broken <= (good + broken) * MOST_BROKEN) return brokenUtf8(broken);
  const candidates = [...japanese(sample), ...western(sample)];
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0 && broken < good) return brokenUtf8(broken);
  const at = `not UTF-8 (first at byte ${firstNotUtf8(text) + 1})`;
  const names = candidates.map(({ encoding }) => encodingNames[encoding]);
  throw new ImportFailure(
    'UndecodableFile',
    names.length === 0
      ? `The file is ${at}, and its content is plausible neither in Shift_JIS nor in EUC-JP nor in Windows-1252. ${remedy}`
      : `The file is ${at}, and could be ${names.join(' or ')}. ${remedy}`,
  );
}

const remedy = `Save it as UTF-8, or set the import’s file.encoding, one of ${encodings.join(', ')}.`;

function byMark(sample: Buffer): FoundEncoding | null {
  const found = (encoding: Encoding) => ({ encoding, evidence: 'by its byte order mark', assumed: false });
  const begins = (...bytes: number[]) => bytes.every((byte, index) => sample[index] === byte);
  if (begins(0xef, 0xbb, 0xbf)) return found('utf-8');
  if (begins(0xff, 0xfe, 0, 0) || begins(0, 0, 0xfe, 0xff)) {
    throw new ImportFailure('UndecodableFile', `The file is UTF-32, by its byte order mark. ${remedy}`);
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
  const japanese = ESCAPES.find((sequence) => text.includes(sequence, 0, 'latin1'));
  if (japanese !== undefined) {
    const at = text.indexOf(japanese, 0, 'latin1') + 1;
    throw new ImportFailure(
      'UndecodableFile',
      `The file is ISO-2022-JP (JIS), by the escape sequence at byte ${at}, which is not read. Save it as UTF-8 or Shift_JIS.`,
    );
  }
  const part = whole ? 'all of it' : 'the first MiB';
  const ascii = text.every((byte) => byte < 0x80);
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
    const percent = Math.round(100 * (reading.common + reading.halfWidth));
    const evidence = `not UTF-8; ${percent} % of its ${reading.characters} characters beyond ASCII are common Japanese ones`;
    return [{ encoding, evidence, assumed: false }];
  });
}

function western(sample: Buffer): FoundEncoding[] {
  const reading = readAsWestern(sample);
  if (!isPlausiblyWestern(reading)) return [];
  const percent = Math.round(100 * reading.plausible);
  return [
    {
      encoding: 'windows-1252',
      evidence: `not UTF-8; ${percent} % of its ${reading.characters} characters beyond ASCII are western letters and signs where such stand`,
      assumed: false,
    },
  ];
}
