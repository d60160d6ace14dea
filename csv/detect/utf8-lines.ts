/** What may follow the last letter of a word in Windows-1252: nbsp, …, ’, “, ”, –, —, », «. */
const CLOSING = new Set([0xa0, 0x85, 0x92, 0x93, 0x94, 0x96, 0x97, 0xbb, 0xab]);

/** The length of the UTF-8 character beyond ASCII at `at`, or 0. */
function utf8At(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  for (let next = 1; next < length; next++) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * Where bytes that would be read as Windows-1252 have a character in UTF-8, such as `Ã¼`; -1: nowhere. A letter and
 * signs behind it may look like one, too, so what ends a word does not count.
 */
export function findUtf8(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 0xc2) continue;
    const length = utf8At(bytes, at);
    if (length === 0) continue;
    const [lead, second] = [bytes[at]!, bytes[at + 1]!];
    // As UTF-8 these are the letters of Europe and its punctuation.
    const isUsual = lead <= 0xc5 || (lead === 0xe2 && second <= 0x84);
    const isClosing = bytes.subarray(at + 1, at + length).every((byte) => CLOSING.has(byte));
    if (isUsual || !isClosing) return at;
  }
  return -1;
}

/**
 * How likely the line, which would be read in a Japanese encoding, is UTF-8: all of it is valid so, and `certain`
 * where Japanese text gives that by chance less than once in a million lines, otherwise once in some thousand.
 */
export function looksLikeUtf8(line: Buffer): 'certain' | 'likely' | null {
  let [threes, kana, others] = [0, 0, 0];
  for (let at = 0; at < line.length; ) {
    if (line[at]! < 0x80) {
      at++;
      continue;
    }
    const length = utf8At(line, at);
    if (length === 0) return null;
    if (length === 3) threes++;
    else others++;
    // Their first two bytes are kanji that no text has: 縺, 繧, 繝.
    if (line[at] === 0xe3 && line[at + 1]! >= 0x81 && line[at + 1]! <= 0x83) kana++;
    at += length;
  }
  if (threes === 0) return null;
  return kana > 0 || others > 0 || threes !== 2 ? 'certain' : 'likely';
}
