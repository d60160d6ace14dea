import { BACKSLASH, CR, DOT, LF, QUOTE } from './ascii.ts';
import type { ScanColumn } from './reject.ts';
import { Newline, Quoting, type RowReader } from './row-reader.ts';

/** Rewritten rows are gathered in blocks of this many bytes: few enough writes, little enough to hold. */
const BLOCK_BYTES = 256 * 1024;
/** Copying so few bytes one by one is faster than a call of `Buffer.copy`. */
const SHORT_COPY = 48;
/** The most that rewriting adds to a row: two quotes and a newline of two bytes. */
const MOST_ADDED = 4;

/** Neighbouring columns that the output has, by their positions in the file: first and last. */
type KeptColumns = readonly (readonly [number, number])[];

/**
 * Collects accepted rows in order for COPY, which needs one style of newline: that of the first row. Rows that
 * stand in the file as COPY needs them are passed on as slices of it; only others are copied.
 */
export class RowOutput {
  readonly #row: RowReader;
  readonly #delimiter: number;
  readonly #kept: KeptColumns;
  readonly #keepsAll: boolean;
  /** The style of every row that is given out; `none` until there was one. */
  #newline: Newline = Newline.none;

  #slices: Buffer[] = [];
  /** The run of rows that are passed on as they stand, if any. */
  #source: Buffer | null = null;
  #runStart = 0;
  #runEnd = 0;
  /** The run of rewritten rows; never both runs at a time. */
  #block: Buffer = Buffer.alloc(0);
  #blockStart = 0;
  #blockEnd = 0;

  constructor(columns: readonly (ScanColumn | null)[], row: RowReader, delimiter: number) {
    this.#row = row;
    this.#delimiter = delimiter;
    this.#kept = groupKept(columns);
    this.#keepsAll = columns.every((column) => column !== null);
  }

  /** Adds the row that the reader has completed. */
  add(bytes: Buffer): void {
    const { start, at: end, next, newline } = this.#row;
    if (this.#newline === Newline.none) this.#newline = newline === Newline.none ? Newline.lf : newline;
    const asItStands =
      this.#keepsAll &&
      (newline === this.#newline || newline === Newline.none) &&
      !(end - start === 2 && isEndMarker(bytes, start));
    if (!asItStands) this.#rewrite(bytes, start, end);
    else if (start === this.#runEnd && bytes === this.#source) this.#runEnd = next;
    else {
      this.#endRun();
      this.#source = bytes;
      this.#runStart = start;
      this.#runEnd = next;
    }
  }

  /** Ends the slice at hand; returns how many there are since the last {@link take}. */
  cut(): number {
    this.#endRun();
    return this.#slices.length;
  }

  /** Everything since the last call, in order. */
  take(): Buffer[] {
    this.#endRun();
    const slices = this.#slices;
    this.#slices = [];
    return slices;
  }

  #rewrite(bytes: Buffer, start: number, end: number): void {
    this.#openRow(end - start);
    const rowStart = this.#blockEnd;
    if (this.#keepsAll) this.#copy(bytes, start, end);
    else {
      const { starts, ends, quotings } = this.#row;
      for (const [first, last] of this.#kept) {
        if (first !== this.#kept[0]![0]) this.#copyByte(this.#delimiter);
        const quoteBefore = quotings[first] === Quoting.none ? 0 : 1;
        const quoteBehind = quotings[last] === Quoting.none ? 0 : 1;
        this.#copy(bytes, starts[first]! - quoteBefore, ends[last]! + quoteBehind);
      }
    }
    if (this.#blockEnd - rowStart === 2 && isEndMarker(this.#block, rowStart)) {
      this.#blockEnd = rowStart;
      for (const byte of [QUOTE, BACKSLASH, DOT, QUOTE]) this.#copyByte(byte);
    }
    if ((this.#newline & Newline.cr) !== 0) this.#copyByte(CR);
    if ((this.#newline & Newline.lf) !== 0) this.#copyByte(LF);
  }

  #openRow(length: number): void {
    if (this.#source !== null) this.#endRun();
    if (this.#blockEnd + length + MOST_ADDED <= this.#block.length) return;
    this.#endRun();
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, length + MOST_ADDED));
    this.#blockStart = 0;
    this.#blockEnd = 0;
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    if (end - start > SHORT_COPY) bytes.copy(this.#block, this.#blockEnd, start, end);
    else for (let from = start, to = this.#blockEnd; from < end; ) this.#block[to++] = bytes[from++]!;
    this.#blockEnd += end - start;
  }

  #copyByte(byte: number): void {
    this.#block[this.#blockEnd++] = byte;
  }

  #endRun(): void {
    if (this.#source !== null) {
      this.#slices.push(this.#source.subarray(this.#runStart, this.#runEnd));
      this.#source = null;
    } else if (this.#blockEnd > this.#blockStart) {
      this.#slices.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
      this.#blockStart = this.#blockEnd;
    }
  }
}

/** Whether `\.` stands at `at`: alone in a row, PostgreSQL up to 17 silently ends the load there. */
function isEndMarker(bytes: Buffer, at: number): boolean {
  return bytes[at] === BACKSLASH && bytes[at + 1] === DOT;
}

function groupKept(columns: readonly (ScanColumn | null)[]): KeptColumns {
  const groups: [number, number][] = [];
  for (const [index, column] of columns.entries()) {
    const group = groups.at(-1);
    if (column === null) continue;
    if (group !== undefined && group[1] === index - 1) group[1] = index;
    else groups.push([index, index]);
  }
  return groups;
}
