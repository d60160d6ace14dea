import { BACKSLASH, COMMA, CR, LF, QUOTE } from '../ascii.ts';
import type { ValueBytes } from '../transform/value.ts';
import type { RowCheck } from './row-check.ts';
import type { RowFields } from './row-fields.ts';
import type { AcceptedRows } from './row-output.ts';
import type { RowSuffix } from './row-suffix.ts';

/** Rows are gathered in blocks of this many bytes: few enough writes, little enough to hold. */
const BLOCK_BYTES = 256 * 1024;

/**
 * Collects accepted rows in order for COPY, each written anew: commas, `"` around values that need it, LF. Nothing
 * between commas is NULL, `""` the empty text, in every column.
 */
export class RewrittenOutput implements AcceptedRows {
  readonly #row: RowFields;
  readonly #check: RowCheck;
  readonly #suffix: RowSuffix | null;
  /** Positions in the file of the columns that the output has. */
  readonly #kept: Int32Array;
  #slices: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(row: RowFields, check: RowCheck, suffix: RowSuffix | null = null) {
    this.#row = row;
    this.#suffix = suffix;
    this.#check = check;
    const { columns } = check;
    this.#kept = Int32Array.from([...columns.keys()].filter((index) => columns[index] !== null));
  }

  add(bytes: Buffer, line: number): void {
    const { starts, ends, quotings, start, at } = this.#row;
    const { columns, values, count } = this.#check.changes;
    // Every byte may be a quote, every value gets two and a delimiter.
    const suffix = this.#suffix?.of(line) ?? null;
    let most = 2 * (at - start) + 3 * this.#kept.length + (suffix?.length ?? 0);
    for (let change = 0; change < count; change++) most += 2 * lengthOf(values[columns[change]!]!);
    this.#openRow(most);
    const value = { bytes, start: 0, end: 0 };
    let change = 0;
    for (let position = 0; position < this.#kept.length; position++) {
      const index = this.#kept[position]!;
      if (position > 0) this.#block[this.#end++] = COMMA;
      const changed = change < count && columns[change] === index;
      if (changed) change++;
      else {
        value.start = starts[index]!;
        value.end = ends[index]!;
      }
      const written = changed ? values[index]! : value;
      if (!this.#check.isNull(index, quotings[index]!, written)) this.#writeValue(written);
    }
    if (suffix !== null) this.#end += suffix.copy(this.#block, this.#end);
    this.#block[this.#end++] = LF;
  }

  cut(): number {
    this.#endSlice();
    return this.#slices.length;
  }

  take(): Buffer[] {
    this.#endSlice();
    const slices = this.#slices;
    this.#slices = [];
    return slices;
  }

  /** In quotes where it is empty, which else were NULL, or `\.`, which alone in a row ended the data, or needs them. */
  #writeValue({ bytes, start, end }: ValueBytes): void {
    const block = this.#block;
    const from = this.#end;
    let to = from;
    let needsQuotes = start === end || bytes[start] === BACKSLASH;
    for (let at = start; at < end && !needsQuotes; at++) {
      const byte = bytes[at]!;
      needsQuotes = byte === COMMA || byte === QUOTE || byte === LF || byte === CR;
      block[to++] = byte;
    }
    if (needsQuotes) {
      to = from;
      block[to++] = QUOTE;
      for (let at = start; at < end; at++) {
        const byte = bytes[at]!;
        if (byte === QUOTE) block[to++] = QUOTE;
        block[to++] = byte;
      }
      block[to++] = QUOTE;
    }
    this.#end = to;
  }

  #openRow(length: number): void {
    if (this.#end + length <= this.#block.length) return;
    this.#endSlice();
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, length));
    this.#start = 0;
    this.#end = 0;
  }

  #endSlice(): void {
    if (this.#end > this.#start) this.#slices.push(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}

function lengthOf({ start, end }: ValueBytes): number {
  return end - start;
}
