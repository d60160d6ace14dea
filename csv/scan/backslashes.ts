import { backslashEscapes, isInvalidEscape } from '../../contract/definition/backslash-escapes.ts';
import { BACKSLASH } from '../ascii.ts';

/*
 * Backslashes as these write them:
 *
 * - PostgreSQL's `COPY … TO` in its text format (manual, COPY, “Text Format”): `\b \f \n \r \t \v`, `\\`, and one before
 *   the delimiter; NULL is `\N`. It never writes the octal and hexadecimal forms that it reads.
 * - MySQL's `SELECT … INTO OUTFILE` and `mysqldump --tab` (manual, LOAD DATA, “Field and Line Handling”): one before
 *   itself, the quote and the first character of the delimiter and of the newline, which stays what it is; NUL is `\0`,
 *   NULL `\N`. LOAD DATA also reads `\b \n \r \t` and `\Z` (Ctrl-Z).
 *
 * Behind any other sign a backslash stands for that sign. Before other letters and digits they disagree (`\x41` is `A`
 * to one and `x41` to the other), and neither writes it: such an escape is an error. So is `\.`, which ends the data for
 * PostgreSQL.
 */
const MEANS_NOTHING = -1;

/** By the byte behind the backslash: what they stand for. */
const meanings = Int16Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  return isInvalidEscape(sign) ? MEANS_NOTHING : (backslashEscapes[sign]?.charCodeAt(0) ?? byte);
});

/** The content of a field with backslashes, and perhaps doubled quotes; null: one of the escapes means nothing. */
export function unescapeBackslashes(field: Buffer, quote: number): Buffer | null {
  const value = Buffer.allocUnsafe(field.length);
  let length = 0;
  for (let at = 0; at < field.length; at++) {
    const byte = field[at]!;
    value[length++] = byte;
    if (byte === quote && field[at + 1] === quote) at++;
    if (byte !== BACKSLASH) continue;
    at++;
    const meaning = at < field.length ? meanings[field[at]!]! : MEANS_NOTHING;
    if (meaning === MEANS_NOTHING) return null;
    value[length - 1] = meaning;
  }
  return value.subarray(0, length);
}
