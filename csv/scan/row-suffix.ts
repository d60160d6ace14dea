import type { RowValue } from '../row-values.ts';

const LONGEST_LINE = 16;

/** What puts the values behind each row of CSV; null: there are none. */
export function suffixOf(values: readonly RowValue[], delimiter: number): RowSuffix | null {
  return values.length === 0 ? null : new RowSuffix(values, delimiter);
}

/** The bytes that put values behind each accepted row. */
export class RowSuffix {
  /** Constant bytes; between two of them comes the row's line. */
  readonly #pieces: readonly Buffer[];
  readonly #bytes: Buffer;

  constructor(values: readonly RowValue[], delimiter: number) {
    const between = String.fromCharCode(delimiter);
    const texts = [''];
    for (const { text, isLine } of values) {
      // Quoted in any case but NULL's, so that an empty text is one.
      texts[texts.length - 1] += between + (isLine || text === null ? '' : `"${text.replaceAll('"', '""')}"`);
      if (isLine) texts.push('');
    }
    this.#pieces = texts.map((text) => Buffer.from(text));
    const length = this.#pieces.reduce((sum, piece) => sum + piece.length + LONGEST_LINE, 0);
    this.#bytes = Buffer.allocUnsafeSlow(length);
    this.#pieces[0]!.copy(this.#bytes);
  }

  /** For the row that begins in this line; good until the next call. */
  of(line: number): Buffer {
    const [first, ...others] = this.#pieces;
    if (others.length === 0) return first!;
    let end = first!.length;
    for (const piece of others) {
      end += this.#bytes.write(String(line), end, 'latin1');
      end += piece.copy(this.#bytes, end);
    }
    return this.#bytes.subarray(0, end);
  }
}
