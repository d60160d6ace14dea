import { stripVTControlCharacters } from 'node:util';

/** Characters that take two cells of a terminal: East Asian wide and full-width ones. (Unicode, UAX #11) */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** A table for a terminal: padded columns, two spaces between them; cells may be coloured. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly string[] } = {},
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column]!))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell));
        return right.includes(head[column]!) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  return [...plain].length + (plain.match(WIDE)?.length ?? 0);
}
