import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';

/** How much of the file's beginning is looked at. */
export const SAMPLE_BYTES = 1024 * 1024;

/** A double-byte encoding is believed only if this share of what is not ASCII is Japanese script. */
const JAPANESE_SHARE = 0.9;
const JAPANESE = /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII
const NOT_ASCII = /[^\u0000-\u007f]/g;

/**
 * The encoding of a file by its byte order mark, by being valid UTF-8, or by being valid and plausible in exactly
 * one of the Japanese encodings. It does not guess: where the evidence does not decide, it fails and asks for the
 * import's `encoding`.
 *
 * @param sample the first bytes of the file; `whole` says that there are no more
 * @throws ImportFailure `UndecodableFile`
 */
export function detectEncoding(sample: Buffer, whole: boolean): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  const complete = whole ? sample : withoutCutCharacter(sample);
  if (isUtf8(complete)) return 'utf-8';
  // Some broken characters in a file that is UTF-8 otherwise cost their rows, not the file.
  if (hasMoreUtf8ThanNot(complete)) return 'utf-8';
  const candidates = (['shift_jis', 'euc-jp'] as const).filter((encoding) => isPlausible(sample, encoding));
  if (candidates.length === 1) return candidates[0]!;
  throw new ImportFailure(
    'UndecodableFile',
    candidates.length === 0
      ? `The file is not UTF-8 (first at byte ${firstInvalid(complete)}), and neither Shift_JIS nor EUC-JP.`
      : `The file is not UTF-8, and could be ${candidates.join(' or ')}.`,
  );
}

function withoutCutCharacter(sample: Buffer): Buffer {
  let end = sample.length;
  while (end > 0 && sample.length - end < 3 && (sample[end - 1]! & 0xc0) === 0x80) end--;
  return (sample[end - 1] ?? 0) >= 0xc0 ? sample.subarray(0, end - 1) : sample;
}

function hasMoreUtf8ThanNot(sample: Buffer): boolean {
  const text = sample.toString('utf8');
  const broken = text.split('\ufffd').length - 1;
  return (text.match(NOT_ASCII)?.length ?? 0) - broken > broken;
}

function isPlausible(sample: Buffer, encoding: 'shift_jis' | 'euc-jp'): boolean {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  } catch {
    return false;
  }
  const foreign = text.match(NOT_ASCII)?.length ?? 0;
  return (text.match(JAPANESE)?.length ?? 0) >= foreign * JAPANESE_SHARE;
}

/** Position of the first byte that is not UTF-8, from 1. */
function firstInvalid(sample: Buffer): number {
  let [good, bad] = [0, sample.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(withoutCutCharacter(sample.subarray(0, middle)))) good = middle;
    else bad = middle;
  }
  return withoutCutCharacter(sample.subarray(0, good)).length + 1;
}
