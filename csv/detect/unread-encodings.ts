// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what is looked for are bytes
/** Encodings that look like ASCII: their name, what gives them away, and the name to declare. */
const escaped: readonly [name: string, pattern: RegExp, what: string, declared?: 'iso-2022-jp'][] = [
  ['ISO-2022-KR', /\x1b\$\)C/, 'the escape sequence'],
  ['ISO-2022-CN', /\x1b\$[)*+][AGHE]/, 'the escape sequence'],
  ['ISO-2022-JP (JIS)', /\x1b(?:\$[@B]|\([IJ])/, 'the escape sequence', 'iso-2022-jp'],
  ['ISO-2022-JP-2004', /\x1b\$\([DOPQ]/, 'the escape sequence'],
  ['HZ (Chinese)', /~\{(?:[\x21-\x77][\x21-\x7e])+~\}/, 'the sequence ~{'],
];

/** An encoding that is not read by itself, and where it shows; for messages. */
export interface Unread {
  name: string;
  evidence: string;
  /** The name by which an import may declare it, if it is read at all. */
  declared?: 'iso-2022-jp';
}

/** Which of them the sample is, which has nothing but ASCII in it; null: none. */
export function findEscaped(sample: Buffer): Unread | null {
  const text = sample.toString('latin1');
  for (const [name, pattern, what, declared] of escaped) {
    const found = pattern.exec(text);
    if (found === null) continue;
    return { name, evidence: `${what} at byte ${found.index + 1}`, ...(declared && { declared }) };
  }
  const at = findUtf7(text);
  return at < 0 ? null : { name: 'UTF-7', evidence: `the sequence + at byte ${at + 1}` };
}

/** UTF-7 writes what is not ASCII as UTF-16 in Base64, between + and -. Phone numbers and sums make no letters. */
function findUtf7(text: string): number {
  let first = -1;
  for (const { index, 1: code } of text.matchAll(/\+([A-Za-z0-9+/]{3,})-/g)) {
    const bytes = Buffer.from(code!, 'base64');
    const bits = (6 * code!.length) % 16;
    const isWhole = bits < 6 && bytes.toString('base64').replace(/=+$/, '') === code;
    const letters = bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
    if (!isWhole || !/^[\p{L}\p{P}\p{S}\p{M}]+$/u.test(letters) || !/[^\0-\x7f]/.test(letters)) return -1;
    if (first < 0) first = index;
  }
  return first;
}

/** Whether the sample is UTF-32 without a mark: of most characters three bytes are NUL. */
export function isUtf32(sample: Buffer): boolean {
  const units = sample.length >> 2;
  let [little, big] = [0, 0];
  for (let at = 0; at < 4 * units; at += 4) {
    if (sample[at + 2] === 0 && sample[at + 3] === 0 && sample[at] !== 0) little++;
    if (sample[at] === 0 && sample[at + 1] === 0 && sample[at + 3] !== 0) big++;
  }
  return units >= 4 && Math.max(little, big) > 0.9 * units;
}

/** Letters, digits, blanks and delimiters of EBCDIC, as mainframes write text. */
const EBCDIC =
  /[\x40\x4b\x4f\x5e\x60\x61\x6b\x6d\x7d\x7f\x81-\x89\x91-\x99\xa2-\xa9\xc1-\xc9\xd1-\xd9\xe2-\xe9\xf0-\xf9]/g;

/** Whether the sample is EBCDIC, whose lines end with other bytes than those of ASCII. */
export function isEbcdic(sample: Buffer): boolean {
  const text = sample.toString('latin1', 0, 16 * 1024);
  const usual = text.match(EBCDIC)?.length ?? 0;
  const newlines = text.match(/[\x15\x25]/g)?.length ?? 0;
  return newlines > 0 && !text.includes('\n') && usual + 2 * newlines >= 0.9 * text.length;
}
