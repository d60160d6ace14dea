/** So many bytes to begin with: enough for half a million rows. */
const FIRST_BYTES = 64 * 1024;

/** A set of row numbers, a bit for each up to the highest: millions of rejected rows take no more than a few MB. */
export class Ordinals implements Iterable<number> {
  #bytes = new Uint8Array(FIRST_BYTES);
  #size = 0;
  #highest = 0;

  constructor(numbers: Iterable<number> = []) {
    for (const number of numbers) this.add(number);
  }

  get size(): number {
    return this.#size;
  }

  /** The bits as `get_bit()` of PostgreSQL counts them, up to the highest number. */
  get bits(): Buffer {
    return Buffer.from(this.#bytes.buffer, 0, Math.floor(this.#highest / 8) + 1);
  }

  add(number: number): void {
    if (this.has(number)) return;
    const at = Math.floor(number / 8);
    if (at >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[at]! |= 1 << (number % 8);
    this.#size++;
    this.#highest = Math.max(this.#highest, number);
  }

  has(number: number): boolean {
    return ((this.#bytes[Math.floor(number / 8)] ?? 0) & (1 << (number % 8))) !== 0;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at * 8 <= this.#highest; at++) {
      if (this.#bytes[at] === 0) continue;
      for (let bit = 0; bit < 8; bit++) if (this.has(at * 8 + bit)) yield at * 8 + bit;
    }
  }
}
