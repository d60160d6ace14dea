import { CR, LF, QUOTE } from '../ascii.ts';
import { isBlank } from '../white-space.ts';

/** Whether a field stands in quotes, which its positions exclude, and whether doubled quotes are inside. */
export const Quoting = { none: 0, quoted: 1, doubled: 2 } as const;
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

/** Where in the grammar the reader stands. */
const State = { fieldStart: 0, unquoted: 1, quoted: 2, rowEnd: 3 } as const;
type State = (typeof State)[keyof typeof State];

/**
 * Finds the fields of one row after the other. It may be stopped by the end of a buffer at any byte and goes on
 * from there. Positions are in the buffer at hand and are kept in arrays that serve every row, so that a row
 * allocates nothing.
 */
export class RowReader {
  /** Where each complete field begins and ends, enclosing quotes left out; fields beyond `width` are not kept. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quotings: Uint8Array;
  readonly width: number;

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
  /** Newlines inside the row's quotes. */
  newlines = 0;
  /** Where the row's first line ends, inside which field, and where that begins; -1 while it has just one line. */
  firstLineEnd = -1;
  firstLineField = 0;
  firstLineFieldStart = 0;

  readonly #delimiter: number;
  /** 1 for the bytes that end an unquoted field, or a stretch of quoted text that needs no attention. */
  readonly #endsUnquoted = new Uint8Array(256);
  readonly #endsQuoted = new Uint8Array(256);
  #state: State = State.fieldStart;
  #quoting: Quoting = Quoting.none;

  constructor(delimiter: number, width: number) {
    this.#delimiter = delimiter;
    this.width = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.quotings = new Uint8Array(width);
    for (const byte of [delimiter, QUOTE, LF, CR]) this.#endsUnquoted[byte] = 1;
    for (const byte of [QUOTE, LF, CR]) this.#endsQuoted[byte] = 1;
  }

  /** Goes to a new row at `start`. */
  begin(start: number): void {
    this.start = start;
    this.at = start;
    this.count = 0;
    this.extrasBlank = true;
    this.newlines = 0;
    this.firstLineEnd = -1;
    this.#state = State.fieldStart;
  }

  /** Reads on in `bytes`, up to `end`; `final`: no byte follows. */
  read(bytes: Buffer, end: number, final: boolean): Reading {
    const delimiter = this.#delimiter;
    const endsUnquoted = this.#endsUnquoted;
    let at = this.at;

    while (this.#state !== State.rowEnd) {
      if (this.#state === State.fieldStart) {
        if (at >= end && !final) return this.#stop(at, Reading.needsBytes);
        const quoted = at < end && bytes[at] === QUOTE;
        if (quoted) at++;
        this.fieldStart = at;
        this.#quoting = quoted ? Quoting.quoted : Quoting.none;
        this.#state = quoted ? State.quoted : State.unquoted;
      }

      if (this.#state === State.unquoted) {
        while (at < end && endsUnquoted[bytes[at]!] === 0) at++;
        if (at >= end) {
          if (!final) return this.#stop(at, Reading.needsBytes);
        } else if (bytes[at] === QUOTE) return this.#stop(at, Reading.strayQuote);
        this.#endField(bytes, at);
      } else {
        const reading = this.#readQuoted(bytes, at, end, final);
        if (reading !== Reading.complete) return reading;
        at = this.at;
      }

      if (at < end && bytes[at] === delimiter) {
        at++;
        this.#state = State.fieldStart;
      } else {
        this.#state = State.rowEnd;
      }
    }

    this.at = at;
    if (at >= end) {
      if (!final) return Reading.needsBytes;
      this.newline = Newline.none;
      this.next = at;
    } else if (bytes[at] === LF) {
      this.newline = Newline.lf;
      this.next = at + 1;
    } else if (at + 1 < end) {
      this.newline = bytes[at + 1] === LF ? Newline.crlf : Newline.cr;
      this.next = at + (this.newline === Newline.crlf ? 2 : 1);
    } else {
      if (!final) return Reading.needsBytes;
      this.newline = Newline.cr;
      this.next = at + 1;
    }
    return Reading.complete;
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

  /** Reads on inside quotes, to behind the closing one. */
  #readQuoted(bytes: Buffer, from: number, end: number, final: boolean): Reading {
    const endsQuoted = this.#endsQuoted;
    let at = from;
    for (;;) {
      while (at < end && endsQuoted[bytes[at]!] === 0) at++;
      if (at >= end) return this.#stop(at, final ? Reading.openQuote : Reading.needsBytes);
      const byte = bytes[at]!;
      const last = at + 1 >= end;
      // What a quote or a CR means depends on the byte behind it.
      if (last && !final && byte !== LF) return this.#stop(at, Reading.needsBytes);
      const next = last ? LF : bytes[at + 1]!;
      if (byte !== QUOTE) {
        if (this.firstLineEnd < 0) {
          this.firstLineEnd = at;
          this.firstLineField = this.count;
          this.firstLineFieldStart = this.fieldStart;
        }
        this.newlines++;
        at += byte === CR && next === LF && !last ? 2 : 1;
      } else if (next === QUOTE) {
        this.#quoting = Quoting.doubled;
        at += 2;
      } else {
        this.#endField(bytes, at++);
        if (next === this.#delimiter || next === LF || next === CR) return this.#stop(at, Reading.complete);
        this.count--;
        return this.#stop(at, Reading.textBehindQuote);
      }
    }
  }

  #endField(bytes: Buffer, end: number): void {
    const index = this.count++;
    if (index >= this.width) {
      this.extrasBlank &&= isBlank(bytes, this.fieldStart, end);
      return;
    }
    this.starts[index] = this.fieldStart;
    this.ends[index] = end;
    this.quotings[index] = this.#quoting;
  }

  #stop(at: number, reading: Reading): Reading {
    this.at = at;
    return reading;
  }
}
