let table: Map<string, Buffer> | undefined;

/**
 * Encodes text as Shift_JIS (CP932), the other way round of what `TextDecoder` does.
 *
 * @throws Error for a character that Shift_JIS lacks
 */
export function encodeShiftJis(text: string): Buffer {
  table ??= buildTable();
  const lookUp = table;
  return Buffer.concat(
    Array.from(text, (character) => {
      const bytes = lookUp.get(character);
      if (bytes === undefined) throw new Error(`Shift_JIS has no "${character}"`);
      return bytes;
    }),
  );
}

function buildTable(): Map<string, Buffer> {
  const decoder = new TextDecoder('shift_jis', { fatal: true });
  const built = new Map<string, Buffer>();
  const add = (...bytes: number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if (!built.has(character)) built.set(character, Buffer.from(bytes));
    } catch {
      // Not a character.
    }
  };
  for (let byte = 0; byte < 0x80; byte++) add(byte);
  for (let byte = 0xa1; byte <= 0xdf; byte++) add(byte);
  for (let lead = 0x81; lead <= 0xfc; lead++) {
    if (lead >= 0xa0 && lead <= 0xdf) continue;
    for (let trail = 0x40; trail <= 0xfc; trail++) if (trail !== 0x7f) add(lead, trail);
  }
  return built;
}
