import { TextDecoder } from 'node:util';
import { TextDialect, type WrittenAs } from './text-dialect.ts';

/** A row's cells, unquoted; null where quotes make it impossible to tell them apart. */
export type Cells = string[] | null;

/** In characters: no row has more bytes, so that what is longer is no row. */
const LONGEST_ROW = 1024 * 1024;

/**
 * Splits rows.csv as it comes: in the upload's encoding and dialect, with rows that are wrong. A row with a stray
 * quote ends with its line, as the importer takes it; the last row of what is there may be cut off.
 */
export class RowText {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder: TextDecoder;
  readonly #writtenAs: WrittenAs;
  #dialect: TextDialect | null = null;
  #text = '';
  #ended = false;

  /** @param file as a report has it */
  constructor(chunks: AsyncIterable<Uint8Array>, file: WrittenAs & { encoding: string }) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#decoder = new TextDecoder(file.encoding);
    this.#writtenAs = file;
  }

  /**
   * The next row; undefined where there is none.
   *
   * @param unclosed position of the value whose quote is known not to be closed: the row ends with that line
   */
  async next(unclosed: number | null = null): Promise<Cells | undefined> {
    for (;;) {
      const row = this.#split(unclosed);
      if (row !== null) {
        this.#text = this.#text.slice(row.length);
        return row.cells;
      }
      if (this.#ended || this.#text.length > LONGEST_ROW) return undefined;
      await this.#read();
    }
  }

  /** Goes past so many lines, whatever is in them. */
  async skipLines(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      // A CR at the end may be half a newline.
      const newline = /\r\n|\n|\r(?!$)/.exec(this.#text) ?? (this.#ended ? /\r$/.exec(this.#text) : null);
      if (newline !== null) {
        this.#text = this.#text.slice(newline.index + newline[0].length);
        left--;
      } else if (this.#ended) return;
      else await this.#read();
    }
  }

  #split(unclosed: number | null): Row | null {
    if (this.#dialect === null) {
      if (this.#writtenAs.newline === 'lf' && !this.#text.includes('\n') && !this.#ended) return null;
      this.#dialect = new TextDialect(this.#writtenAs, this.#text);
    }
    return splitRow(this.#text, this.#dialect, unclosed, this.#ended);
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    this.#ended = done === true;
    this.#text += this.#decoder.decode(value, { stream: !this.#ended });
  }
}

/** A row and how much of the text it takes, its newline included. */
interface Row {
  cells: Cells;
  length: number;
}

/**
 * The row that the text begins with.
 *
 * @param complete whether the text ends where the file does
 * @returns null where the text does not have all of it
 */
function splitRow(
  text: string,
  dialect: TextDialect,
  unclosed: number | null,
  complete: boolean,
): Row | null {
  if (text === '') return null;
  const lineFrom = (at: number, cells: Cells): Row | null => {
    const length = dialect.lineEnd(text, at, complete);
    return length === null ? null : { cells, length };
  };
  const { length } = dialect.delimiter;
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const opened = cells.length === unclosed ? -1 : dialect.openingQuote(text, at);
    const closed = opened < 0 ? null : dialect.closingQuote(text, opened);
    const end = opened < 0 ? dialect.endOfPlain(text, at) : (closed?.end ?? null);
    // What a quote that is open may close comes yet, and so may the LF behind a CR.
    if (end === null || (!complete && end + length >= text.length))
      return complete ? lineFrom(at, null) : null;
    const plain = text.slice(at, end);
    const isBroken = closed === null ? dialect.hasQuote(plain) : !dialect.isEnd(text, end);
    if (isBroken || cells.length === unclosed) return lineFrom(at, null);
    cells.push(dialect.unescape(closed === null ? plain : text.slice(opened + 1, closed.quote)));
    if (!text.startsWith(dialect.delimiter, end)) return lineFrom(end, cells);
    at = end + length;
  }
}
