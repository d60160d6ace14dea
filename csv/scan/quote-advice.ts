import type { Dialect } from './dialect.ts';

/**
 * What a quote in the wrong place may mean, and how the import would declare it: `; …` for the end of a reason, or
 * nothing.
 *
 * @param cell as it stands in the file, from its first byte on
 * @param before the row's bytes as far as the quote, which it has
 */
export function adviseQuote(cell: Buffer, before: Buffer, dialect: Dialect): string {
  const { quote, escape: escaped, ignoresSpaceAroundQuotes } = dialect;
  if (quote === 'none') return '';
  // So few bytes show it, and a row may have a million.
  const text = cell.toString('latin1', 0, LOOKED_AT);
  if (text.startsWith(`=${quote}`)) {
    return `; =${quote}…${quote} is how spreadsheets keep text: set the column’s excelText to 'formula'`;
  }
  if (escaped === 'double' && before.lastIndexOf(`\\${quote}`) >= 0) {
    return "; if a backslash escapes quotes, set the import’s file.escape to 'backslash'";
  }
  const isSpaced = /^[ \t]+$/.test(text.slice(0, text.indexOf(quote))) || hasSpaceBehind(text, quote);
  return isSpaced && !ignoresSpaceAroundQuotes
    ? "; white space stands around the quotes: set the import’s file.spaceAroundQuotes to 'ignore'"
    : '';
}

const LOOKED_AT = 1000;

function hasSpaceBehind(text: string, quote: string): boolean {
  return text.startsWith(quote) && /^[ \t]+$/.test(text.slice(text.lastIndexOf(quote) + 1));
}
