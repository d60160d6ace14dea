/** The least that is allocated: most carried rows fit, and one that does not costs a copy. */
const SMALLEST_CARRY = 4096;

/**
 * The bytes of the row that a chunk left unfinished. Nothing in it is overwritten or moved once written, because
 * rows that ended here were given out as slices; a carry that is full is replaced by a larger one.
 */
export class Carry {
  bytes: Buffer = Buffer.alloc(0);
  /** End of what `bytes` holds. */
  end = 0;

  /**
   * Appends `chunk[start, end)`. Where that needs a larger buffer, only what begins at `from` is taken along;
   * gives how far those bytes moved to the front.
   */
  append(chunk: Buffer, start: number, end: number, from: number): number {
    const added = end - start;
    let moved = 0;
    if (this.end + added > this.bytes.length) {
      const kept = this.end - from;
      // Twice the need, so that a row that comes byte by byte is copied a logarithmic number of times.
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST_CARRY, 2 * (kept + added)));
      this.bytes.copy(larger, 0, from, this.end);
      this.bytes = larger;
      this.end = kept;
      moved = from;
    }
    chunk.copy(this.bytes, this.end, start, end);
    this.end += added;
    return moved;
  }

  /** Lets go of everything. */
  clear(): void {
    this.bytes = Buffer.alloc(0);
    this.end = 0;
  }
}
