import { BACKSLASH, CR, DOT, LF, QUOTE } from '../ascii.ts';
import type { ValueBytes } from '../transform/value.ts';
import type { ScanColumn } from './reject.ts';
import type { RowChanges } from './row-changes.ts';
import { Newline, Quoting, type RowFields } from './row-fields.ts';
import type { RowSuffix } from './row-suffix.ts';

/** Rewritten rows are gathered in blocks of this many bytes: few enough writes, little enough to hold. */
const BLOCK_BYTES = 256 * 1024;
/** Copying so few bytes one by one is faster than a call of `Buffer.copy`. */
const SHORT_COPY = 48;
/** The most that rewriting adds to a row without changed values: two quotes and a newline of two bytes. */
const MOST_ADDED = 4;
/** Rows between rewritten ones are copied too, up to so many bytes: it costs less than many small writes. */
const WORTH_A_SLICE = 16 * 1024;

/** Neighbouring columns that the output has, by their positions in the file: first and last. */
type KeptColumns = readonly (readonly [number, number])[];

/** Collects accepted rows for COPY. */
export interface AcceptedRows {
  /**
   * Adds the row that the reader has completed, and that begins in this line of the file; `altered`: not all of its
   * bytes, or others, stand in the file.
   */
  add(bytes: Buffer, line: number, altered?: boolean): void;
  /** Ends the slice at hand; returns how many there are since the last {@link take}. */
  cut(): number;
  /** Everything since the last call, in order. */
  take(): Buffer[];
}

/**
 * Collects accepted rows in order for COPY, which needs one style of newline: that of the first row. Rows that
 * stand in the file as COPY needs them are passed on as slices of it; only others are copied.
 */
export class RowOutput implements AcceptedRows {
  readonly #row: RowFields;
  readonly #delimiter: number;
  readonly #kept: KeptColumns;
  readonly #keepsAll: boolean;
  readonly #changes: RowChanges;
  readonly #quotesEmpty: readonly boolean[];
  readonly #suffix: RowSuffix | null;
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
  /** Bytes in the block since the last row that had to be rewritten. */
  #copiedBytes = 0;

  constructor(
    columns: readonly (ScanColumn | null)[],
    row: RowFields,
    delimiter: number,
    changes: RowChanges,
    suffix: RowSuffix | null = null,
  ) {
    this.#row = row;
    this.#suffix = suffix;
    this.#changes = changes;
    this.#quotesEmpty = columns.map((column) => column?.quotesEmpty ?? false);
    this.#delimiter = delimiter;
    this.#kept = groupKept(columns);
    this.#keepsAll = columns.every((column) => column !== null);
  }

  add(bytes: Buffer, line: number, altered = false): void {
    const { start, at: end, next, newline } = this.#row;
    if (this.#newline === Newline.none) this.#newline = newline === Newline.none ? Newline.lf : newline;
    const asItStands =
      !altered &&
      this.#suffix === null &&
      this.#keepsAll &&
      this.#changes.count === 0 &&
      (newline === this.#newline || newline === Newline.none) &&
      !(end - start === 2 && isEndMarker(bytes, start));
    if (!asItStands) {
      this.#rewrite(bytes, start, end, line);
      this.#copiedBytes = 0;
    } else if (this.#blockEnd > this.#blockStart && this.#copiedBytes < WORTH_A_SLICE) {
      this.#rewrite(bytes, start, end, line);
      this.#copiedBytes += end - start;
    } else if (start === this.#runEnd && bytes === this.#source) this.#runEnd = next;
    else {
      this.#endRun();
      this.#source = bytes;
      this.#runStart = start;
      this.#runEnd = next;
    }
  }

  cut(): number {
    this.#endRun();
    return this.#slices.length;
  }

  take(): Buffer[] {
    this.#endRun();
    const slices = this.#slices;
    this.#slices = [];
    return slices;
  }

  #rewrite(bytes: Buffer, start: number, end: number, line: number): void {
    const { values, columns, count } = this.#changes;
    const suffix = this.#suffix?.of(line) ?? null;
    let added = MOST_ADDED + (suffix?.length ?? 0);
    for (let at = 0; at < count; at++) added += mostBytes(values[columns[at]!]!);
    this.#openRow(end - start + added);
    const rowStart = this.#blockEnd;
    if (this.#keepsAll && count === 0) this.#copy(bytes, start, end);
    else this.#copyCells(bytes);
    if (this.#blockEnd - rowStart === 2 && isEndMarker(this.#block, rowStart)) {
      this.#blockEnd = rowStart;
      for (const byte of [QUOTE, BACKSLASH, DOT, QUOTE]) this.#copyByte(byte);
    }
    if (suffix !== null) this.#copy(suffix, 0, suffix.length);
    if ((this.#newline & Newline.cr) !== 0) this.#copyByte(CR);
    if ((this.#newline & Newline.lf) !== 0) this.#copyByte(LF);
  }

  /** Copies the columns that are kept, with what is changed in them. */
  #copyCells(bytes: Buffer): void {
    const { starts, ends, quotings } = this.#row;
    const { values, columns, count } = this.#changes;
    let change = 0;
    for (const [first, last] of this.#kept) {
      if (first !== this.#kept[0]![0]) this.#copyByte(this.#delimiter);
      // What lies between changed values is copied in one go, delimiters and quotes included.
      let from = starts[first]! - (quotings[first] === Quoting.none ? 0 : 1);
      for (; change < count && columns[change]! <= last; change++) {
        const index = columns[change]!;
        const quoted = quotings[index] !== Quoting.none;
        this.#copy(bytes, from, starts[index]! - (quoted ? 1 : 0));
        const value = values[index]!;
        if (value.isNull !== true) this.#copyValue(value, quoted || this.#isQuotedEmpty(value, index));
        from = ends[index]! + (quoted ? 1 : 0);
      }
      this.#copy(bytes, from, ends[last]! + (quotings[last] === Quoting.none ? 0 : 1));
    }
  }

  #isQuotedEmpty({ start, end }: ValueBytes, index: number): boolean {
    return start === end && this.#quotesEmpty[index]!;
  }

  /** Copies a changed value; in quotes where it had some, so that an empty one stays what it was, or needs them. */
  #copyValue({ bytes, start, end }: ValueBytes, quoted: boolean): void {
    let inQuotes = quoted;
    for (let at = start; at < end && !inQuotes; at++) {
      const byte = bytes[at]!;
      inQuotes = byte === this.#delimiter || byte === QUOTE || byte === LF || byte === CR;
    }
    if (!inQuotes) {
      this.#copy(bytes, start, end);
      return;
    }
    this.#copyByte(QUOTE);
    for (let at = start; at < end; at++) {
      if (bytes[at] === QUOTE) this.#copyByte(QUOTE);
      this.#copyByte(bytes[at]!);
    }
    this.#copyByte(QUOTE);
  }

  #openRow(length: number): void {
    if (this.#source !== null) this.#endRun();
    if (this.#blockEnd + length <= this.#block.length) return;
    this.#endRun();
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, length));
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

/** The most that a changed value takes: each byte a quote, and two around them. */
function mostBytes({ start, end }: ValueBytes): number {
  return 2 * (end - start) + 2;
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
