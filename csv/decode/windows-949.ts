const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/**
 * Adds the syllables that Windows has in EUC-KR beyond KS X 1001 (the WHATWG's EUC-KR; `TextDecoder` here lacks
 * them): those that the standard leaves out, in the order of Unicode, in the pairs that it leaves free.
 */
export function addHangulOfWindows949({ pairs, sizes }: { pairs: Uint16Array; sizes: Uint8Array }): void {
  pairs[0xa2e6] = 0x20ac; // €
  pairs[0xa2e7] = 0x00ae; // ®
  const standard = new Set(pairs);
  let syllable = FIRST_SYLLABLE;
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    sizes[lead] = 2;
    for (let trail = 0x41; trail <= (lead <= 0xa0 ? 0xfe : 0xa0); trail++) {
      if ((trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81)) continue;
      while (standard.has(syllable)) syllable++;
      if (syllable > LAST_SYLLABLE) return;
      pairs[(lead << 8) | trail] = syllable++;
    }
  }
}
