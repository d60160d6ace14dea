import { MINUS } from '../ascii.ts';

/** Rows are gathered in blocks of this many bytes: few enough writes, little enough to hold. */
const BLOCK_BYTES = 256 * 1024;
/** Copying so few bytes one by one is faster than a call of `Buffer.copy`. */
const SHORT_COPY = 48;
/**
 * The most that a field takes beyond its text: its length and 24 bytes, as many as the longest value of a fixed size
 * (a numeric of one digit takes 10, a UUID 16, a `time with time zone` 12).
 */
const MOST_ADDED = 32;
/** A field's length where it is NULL. */
const NULL_LENGTH = -1;
const TWO_32 = 2 ** 32;

/** What hexadecimal digits stand for; -1: none. */
const hexadecimal = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexadecimal[digit.charCodeAt(0)] = value;
  hexadecimal[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Accepted rows as COPY's binary format has them, in network order: the number of fields, and of each its length and
 * its bytes as the type's receive function takes them (PostgreSQL's manual, COPY, "Binary Format"). Header and trailer
 * are the loader's, since rows of several scans may go into one COPY.
 *
 * Fields are written while their values are checked. A row that turns out to be bad is overwritten by the next.
 */
export class BinaryRows {
  readonly #further: number;
  #slices: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  /** Of the block; its methods write in network order. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the rows begin that are not in a slice yet, and the row at hand. */
  #blockStart = 0;
  #rowStart = 0;
  #at = 0;

  /** @param further fields of each row behind those that are checked */
  constructor(further = 0) {
    this.#further = further;
  }

  /** Begins a row of so many checked fields, in the place of one that was not added. */
  beginRow(checked: number): void {
    this.#at = this.#rowStart;
    this.reserve(0);
    this.int16(checked + this.#further);
  }

  /** Adds the row that was written. */
  add(): void {
    this.#rowStart = this.#at;
  }

  /** Ends the slice at hand; returns how many there are since the last {@link take}. */
  cut(): number {
    if (this.#rowStart > this.#blockStart) {
      this.#slices.push(this.#block.subarray(this.#blockStart, this.#rowStart));
      this.#blockStart = this.#rowStart;
    }
    return this.#slices.length;
  }

  /** Everything since the last call, in order. */
  take(): Buffer[] {
    this.cut();
    const slices = this.#slices;
    this.#slices = [];
    return slices;
  }

  /** Makes room for a field whose text has so many bytes; each field begins with this. */
  reserve(length: number): void {
    if (this.#at + length + MOST_ADDED > this.#block.length) this.#grow(length + MOST_ADDED);
  }

  #grow(length: number): void {
    this.cut();
    const row = this.#block.subarray(this.#rowStart, this.#at);
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * (row.length + length)));
    this.#view = new DataView(this.#block.buffer, this.#block.byteOffset, this.#block.length);
    row.copy(this.#block);
    this.#blockStart = 0;
    this.#rowStart = 0;
    this.#at = row.length;
  }

  null(): void {
    this.reserve(0);
    this.int32(NULL_LENGTH);
  }

  /** A field of these bytes. */
  text(bytes: Buffer, start: number, end: number): void {
    this.int32(end - start);
    this.raw(bytes, start, end);
  }

  /** Bytes as they are; `reserve` has made room for them. */
  raw(bytes: Buffer, start: number, end: number): void {
    if (end - start > SHORT_COPY) bytes.copy(this.#block, this.#at, start, end);
    else for (let from = start, to = this.#at; from < end; ) this.#block[to++] = bytes[from++]!;
    this.#at += end - start;
  }

  /** A field of the UUID in `bytes[start, end)`, whose hyphens are where they belong; whether the rest are digits. */
  uuid(bytes: Buffer, start: number, end: number): boolean {
    this.int32(16);
    const block = this.#block;
    let to = this.#at;
    let digits = 0;
    for (let at = start; at < end; at += 2) {
      if (bytes[at] === MINUS) at++;
      const value = (hexadecimal[bytes[at]!]! << 4) | hexadecimal[bytes[at + 1]!]!;
      digits |= value;
      block[to++] = value;
    }
    this.#at = to;
    return digits >= 0;
  }

  byte(value: number): void {
    this.#block[this.#at++] = value;
  }

  int16(value: number): void {
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  int32(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  /** A whole number that a double holds exactly, and a second one below 2^32 that is added to it: together they may not be exact. */
  int64(value: number, more = 0): void {
    let high = Math.floor(value / TWO_32);
    let low = value - high * TWO_32 + more;
    if (low >= TWO_32) {
      low -= TWO_32;
      high++;
    }
    this.int32(high);
    this.int32(low);
  }

  bigint64(value: bigint): void {
    this.#view.setBigInt64(this.#at, value);
    this.#at += 8;
  }

  float32(value: number): void {
    this.#view.setFloat32(this.#at, value);
    this.#at += 4;
  }

  float64(value: number): void {
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }
}
