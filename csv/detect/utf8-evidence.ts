import { isUtf8 } from 'node:buffer';

/** The sample without a character that its end may have cut. */
export function withoutCutCharacter(sample: Buffer): Buffer {
  let end = sample.length;
  while (end > 0 && sample.length - end < 3 && (sample[end - 1]! & 0xc0) === 0x80) end--;
  const lead = sample[end - 1] ?? 0;
  const size = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return sample.length - (end - 1) < size ? sample.subarray(0, end - 1) : sample;
}

/** How many characters beyond ASCII are valid UTF-8, and how many sequences are none. */
export function countUtf8(sample: Buffer): { good: number; broken: number } {
  const text = sample.toString('utf8');
  let [good, broken] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0xfffd) broken++;
    // Of a surrogate pair one half counts.
    else if (unit >= 0x80 && (unit & 0xfc00) !== 0xdc00) good++;
  }
  return { good, broken };
}

/** Position of the first byte that is not UTF-8, from 0, in bytes that are not. */
export function firstNotUtf8(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(withoutCutCharacter(bytes.subarray(0, middle)))) good = middle;
    else bad = middle;
  }
  return withoutCutCharacter(bytes.subarray(0, good)).length;
}
