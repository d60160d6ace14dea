/** So many sequences of four bytes stand for characters up to U+FFFF; they are looked up. */
export const GB18030_BMP = 39_420;
/** From this number on they stand for U+10000 and all behind it. */
const FIRST_BEYOND = 189_000;
const LAST_BEYOND = FIRST_BEYOND + 0xfffff;

/** The bytes of the sequence with this number. */
export function fourBytesOf(number: number): Uint8Array {
  return Uint8Array.of(
    0x81 + Math.floor(number / 12_600),
    0x30 + (Math.floor(number / 1260) % 10),
    0x81 + (Math.floor(number / 10) % 126),
    0x30 + (number % 10),
  );
}

/** The character of the four bytes at `at`, or 0; the second one is known to be a digit. */
export function readFourBytes(source: Buffer, at: number, quads: Uint16Array): number {
  const third = source[at + 2] ?? 0;
  const fourth = source[at + 3] ?? 0;
  if (third < 0x81 || third > 0xfe || fourth < 0x30 || fourth > 0x39) return 0;
  const number =
    (source[at]! - 0x81) * 12_600 + (source[at + 1]! - 0x30) * 1260 + (third - 0x81) * 10 + (fourth - 0x30);
  if (number < GB18030_BMP) return quads[number]!;
  return number >= FIRST_BEYOND && number <= LAST_BEYOND ? number - FIRST_BEYOND + 0x10000 : 0;
}
