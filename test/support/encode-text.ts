const tables = new Map<string, Map<string, Buffer>>();

/**
 * Text in an encoding, by any name that `TextDecoder` knows, the other way round of what `TextDecoder` does.
 *
 * @throws Error for a character that the encoding lacks
 */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  if (encoding === 'iso-2022-jp') return encodeJis(text);
  const table = tableOf(encoding);
  return Buffer.concat(
    Array.from(text, (character) => {
      const bytes = table.get(character);
      if (bytes === undefined) throw new Error(`${encoding} has no "${character}"`);
      return bytes;
    }),
  );
}

/** Every character beyond ASCII that the encoding has. */
export function charactersOf(encoding: string): string[] {
  if (encoding === 'iso-2022-jp')
    return [...tableOf('euc-jp')].filter(isInJis).map(([character]) => character);
  return [...tableOf(encoding).keys()].filter((character) => character > '\u007f');
}

/** Whether a character of EUC-JP is one of JIS X 0208: the same two bytes, but for their highest bits. */
function isInJis([, bytes]: readonly [string, Buffer]): boolean {
  return bytes.length === 2 && bytes[0]! >= 0xa1;
}

/** ISO-2022-JP: runs of JIS X 0208 between `ESC $ B` and `ESC ( B`. */
function encodeJis(text: string): Buffer {
  const table = tableOf('euc-jp');
  const runs = text.match(/[\0-\x7f]+|[^\0-\x7f]+/g) ?? [];
  return Buffer.concat(
    runs.map((run) => {
      if (/^[\0-\x7f]/.test(run)) return Buffer.from(run);
      const pairs = Array.from(run, (character) => table.get(character)!);
      if (!pairs.every((bytes) => bytes !== undefined && isInJis(['', bytes]))) {
        throw new Error(`iso-2022-jp lacks a character of "${run}"`);
      }
      const seven = Buffer.concat(pairs).map((byte) => byte & 0x7f);
      return Buffer.concat([Buffer.from('\x1b$B'), seven, Buffer.from('\x1b(B')]);
    }),
  );
}

function tableOf(encoding: string): Map<string, Buffer> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const table = new Map<string, Buffer>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const add = (...bytes: number[]) => {
    let text: string;
    try {
      text = decoder.decode(Uint8Array.from(bytes));
    } catch {
      return;
    }
    const control = text >= '\u0080' && text < '\u00a0';
    // Private characters of Chinese and Korean encodings are not read; their makers alone know them.
    const isPrivate = /^(gb|big5|euc-kr)/.test(encoding) && text >= '\ue000' && text <= '\uf8ff';
    if ([...text].length === 1 && !control && !isPrivate && !table.has(text))
      table.set(text, Buffer.from(bytes));
  };
  for (let first = 0; first < 256; first++) add(first);
  if (/^(shift_jis|euc-|gb|big5)/.test(encoding)) {
    for (let first = 0x80; first < 256; first++) {
      for (let second = 0x40; second < 256; second++) add(first, second);
    }
  }
  if (encoding === 'euc-jp') {
    for (let second = 0xa1; second < 0xff; second++) {
      for (let third = 0xa1; third < 0xff; third++) add(0x8f, second, third);
    }
  }
  tables.set(encoding, table);
  return table;
}
