import { isBlank } from '../white-space.ts';

/** Whether a field stands in quotes, which its positions exclude, and whether escapes (doubled quotes) are inside. */
export const Quoting = { none: 0, quoted: 1, escaped: 2, null: 3 } as const;
export type Quoting = (typeof Quoting)[keyof typeof Quoting];

/** How a row ends: bits, since a CRLF is both; `none` at the end of the file. */
export const Newline = { none: 0, lf: 1, cr: 2, crlf: 3 } as const;
export type Newline = (typeof Newline)[keyof typeof Newline];

/** How far a row could be read. */
export const Reading = {
  complete: 0,
  /** The row may go on behind the last byte, or what that byte means depends on the next. */
  needsBytes: 1,
  /** A quote inside an unquoted field, at `at`. */
  strayQuote: 2,
  /** Something other than a delimiter or newline behind a closing quote, at `at`. */
  textBehindQuote: 3,
  /** The file ends inside quotes. */
  openQuote: 4,
} as const;
export type Reading = (typeof Reading)[keyof typeof Reading];

/**
 * Finds the fields of one row after the other. It may be stopped by the end of a buffer at any byte and goes on
 * from there. Positions are in the buffer at hand and are kept in arrays that serve every row, so that a row
 * allocates nothing.
 */
export abstract class RowFields {
  /** Where each complete field begins and ends, enclosing quotes left out; fields beyond `width` are not kept. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quotings: Uint8Array;
  readonly width: number;
  /** What stands between fields. */
  readonly delimiter: Buffer;

  /** The first byte of the row. */
  start = 0;
  /** The first byte that is not read yet; of a complete row the newline. */
  at = 0;
  /** Where the next row begins; set when the row is complete. */
  next = 0;
  newline: Newline = Newline.none;
  /** Fields that are complete, kept or not. */
  count = 0;
  /** Whether the complete fields beyond `width` hold nothing but white space. */
  extrasBlank = true;
  /** The first byte of the field at hand, behind its opening quote. */
  fieldStart = 0;
  /** Newlines inside the row, which are content. */
  newlines = 0;
  /**
   * Where the row's first line ends inside quotes, inside which field, where that begins, and escaped newlines before;
   * -1 while there is no such end.
   */
  firstLineEnd = -1;
  firstLineField = 0;
  firstLineFieldStart = 0;
  firstLineNewlines = 0;

  constructor(delimiter: Buffer, width: number) {
    this.delimiter = delimiter;
    this.width = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.quotings = new Uint8Array(width);
  }

  /** Reads on in `bytes`, up to `end`; `final`: no byte follows. */
  abstract read(bytes: Buffer, end: number, final: boolean): Reading;

  /** The content of a field with escapes; null: one of them means nothing. */
  abstract unescape(field: Buffer): Buffer | null;

  /** Bytes of the newline at `at`; 0: there is none; -1: the byte behind `end` decides. */
  abstract newlineAt(bytes: Buffer, at: number, end: number, final: boolean): number;

  /** Goes from `at` to the end of the line, whatever is in it; gives what {@link newlineAt} gives for that. */
  abstract skipLine(bytes: Buffer, end: number, final: boolean): number;

  /** Goes to a new row at `start`. */
  begin(start: number): void {
    this.start = start;
    this.at = start;
    this.count = 0;
    this.extrasBlank = true;
    this.newlines = 0;
    this.firstLineEnd = -1;
  }

  /** Moves all positions `distance` bytes to the front, as their buffer was. */
  rebase(distance: number): void {
    this.start -= distance;
    this.at -= distance;
    this.fieldStart -= distance;
    this.firstLineFieldStart -= distance;
    if (this.firstLineEnd >= 0) this.firstLineEnd -= distance;
    for (let index = 0; index < this.count && index < this.width; index++) {
      this.starts[index]! -= distance;
      this.ends[index]! -= distance;
    }
  }

  protected endField(bytes: Buffer, end: number, quoting: Quoting): void {
    const index = this.count++;
    if (index >= this.width) {
      this.extrasBlank &&= isBlank(bytes, this.fieldStart, end);
      return;
    }
    this.starts[index] = this.fieldStart;
    this.ends[index] = end;
    this.quotings[index] = quoting;
  }

  /** Notes a newline inside quotes: if the quote was left open, the row ends at the first of them. */
  protected noteLineEnd(at: number): void {
    if (this.firstLineEnd < 0) {
      this.firstLineEnd = at;
      this.firstLineField = this.count;
      this.firstLineFieldStart = this.fieldStart;
      this.firstLineNewlines = this.newlines;
    }
    this.newlines++;
  }

  protected stop(at: number, reading: Reading): Reading {
    this.at = at;
    return reading;
  }
}
