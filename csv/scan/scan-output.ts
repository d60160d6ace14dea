import type { Reject } from './reject.ts';

/*
 * How bytes become rows
 *
 * - LF, CRLF and lone CR each end a physical line, inside quotes too, and may be mixed. Nothing at all between two
 *   newlines is a blank line: no row, not numbered, not passed on. In a file of one column it is an empty row.
 * - A line that begins with the import's sign for comments is one, whatever its quotes.
 * - Nothing but white space between delimiters is an empty row; where these are skipped, it is no row either.
 * - A quote opens a quoted field only as the field's first byte. Inside, `""` is a quote, and newlines and
 *   delimiters are content.
 * - A quote further on in an unquoted field, or text behind a closing quote: `stray_quote`. What the quotes of the
 *   rest of the line mean is anybody's guess, so the row ends with its line.
 * - But text behind a closing quote in a record of several lines means that a quote was left open further up and
 *   took the lines in between for content; so does the end of the file inside quotes, or a record of several lines
 *   that grows over the limit. Then only the first line is refused, as `unterminated_quote`, and scanning starts
 *   over with the second. Lines that were read in vain this way contain no open quote themselves, so none of them
 *   is looked at a third time, whatever the file holds.
 * - A single line over the limit is `row_too_large`.
 * - A record is refused for the number of its fields, for a NUL byte, for invalid UTF-8, and for fields that are
 *   not what their columns take; of a record that is malformed, only the fields before the fault are looked at.
 *
 * What COPY needs beyond that: one style of newline, which is that of the first accepted row; `\.` alone in a row
 * stands in quotes, since PostgreSQL up to 17 takes the bare form for the end of the data and says nothing.
 *
 * The outcome never depends on where chunks end.
 */

/** What became of the bytes so far. */
export interface ScanOutput {
  /**
   * Accepted rows, ready for `COPY … (FORMAT csv, DELIMITER …)`, or in binary, without header and trailer. Of CSV
   * slices of the chunk given wherever possible, so write them before the chunk's memory is used again.
   */
  accepted: Buffer[];
  rejects: Reject[];
  cuts: Cut[];
}

/** A place between two rows, in the output and in the file. */
export interface Cut {
  /** How many of the output's `accepted` and `rejects` come before it. */
  accepted: number;
  rejects: number;
  counters: ScanCounters;
}

/** How far a scanner has come. */
export interface ScanCounters {
  /** Records read, without blank lines and empty rows: always acceptedRows + rejectedRows. */
  readonly rows: number;
  readonly acceptedRows: number;
  readonly rejectedRows: number;
  /** Rows without a value that were skipped. */
  readonly emptyRows: number;
  readonly commentLines: number;
  /** Physical line of the first byte that is not consumed yet, from 1. */
  readonly line: number;
  /** Bytes consumed: whole rows and blank lines, counted from the first byte given. */
  readonly offset: number;
}
