import { rejectCodes } from '../../contract/reject-codes.ts';
import { BACKSLASH, EQUALS, SPACE, TAB } from '../ascii.ts';
import type { Dialect } from './dialect.ts';
import { type RejectError, readValue, type ScanColumn, valueError } from './reject.ts';

/** The error of a value whose quotes make its row malformed, with what they may mean. */
export function quoteError(
  code: 'stray_quote' | 'unterminated_quote',
  column: ScanColumn | null | undefined,
  index: number,
  { cell, before, dialect }: { cell: Buffer; before: Buffer; dialect: Dialect },
): RejectError {
  const reason = rejectCodes[code] + adviseQuote(cell, before, dialect);
  return valueError(column ?? null, index, { code, reason }, readValue(cell));
}

/**
 * What a quote in the wrong place may mean, and how the import would declare it: `; …` for the end of a reason, or
 * nothing.
 *
 * @param cell as it stands in the file, from its first byte on
 * @param before the row's bytes as far as the quote, which it has
 */
export function adviseQuote(cell: Buffer, before: Buffer, dialect: Dialect): string {
  const { quote } = dialect;
  const [first, second] = cell;
  const sign = quote.charCodeAt(0);
  if (first === EQUALS && second === sign) {
    return `; =${quote}…${quote} is how spreadsheets keep text: set the column’s excelText to 'formula'`;
  }
  if (dialect.escape === 'double' && before.includes(BACKSLASH) && before.includes(`\\${quote}`)) {
    return "; if a backslash escapes quotes, set the import’s file.escape to 'backslash'";
  }
  if (dialect.ignoresSpaceAroundQuotes) return '';
  const isSpaced = isSpace(first)
    ? /^[ \t]+$/.test(cell.toString('latin1', 0, cell.indexOf(sign)))
    : first === sign &&
      isSpace(cell.at(-1)) &&
      /^[ \t]+$/.test(cell.toString('latin1', cell.lastIndexOf(sign) + 1));
  return isSpaced
    ? "; white space stands around the quotes: set the import’s file.spaceAroundQuotes to 'ignore'"
    : '';
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
