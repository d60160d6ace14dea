import { TextDecoder } from 'node:util';

/** A row's cells, unquoted; null where quotes make it impossible to tell them apart. */
export type Cells = string[] | null;

/** In characters: no row has more bytes, so that what is longer is no row. */
const LONGEST_ROW = 1024 * 1024;

/**
 * Splits rows.csv as it comes: in the upload's encoding and delimiter, with rows that are wrong. A row with a stray
 * quote ends with its line, as the importer takes it; the last row of what is there may be cut off.
 */
export class RowText {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder: TextDecoder;
  readonly #delimiter: string;
  #text = '';
  #ended = false;

  /** @param encoding as a report has it */
  constructor(chunks: AsyncIterable<Uint8Array>, encoding: string, delimiter: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#decoder = new TextDecoder(encoding);
    this.#delimiter = delimiter;
  }

  /**
   * The next row; undefined where there is none.
   *
   * @param unclosed position of the value whose quote is known not to be closed: the row ends with that line
   */
  async next(unclosed: number | null = null): Promise<Cells | undefined> {
    for (;;) {
      const row = splitRow(this.#text, this.#delimiter, unclosed, this.#ended);
      if (row !== null) {
        this.#text = this.#text.slice(row.length);
        return row.cells;
      }
      if (this.#ended || this.#text.length > LONGEST_ROW) return undefined;
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    this.#ended = done === true;
    this.#text += this.#decoder.decode(value, { stream: !this.#ended });
  }
}

const NEWLINE = /\r\n?|\n/g;

/**
 * The row that the text begins with.
 *
 * @param complete whether the text ends where the file does
 * @returns null where the text does not have all of it; its length has the newline
 */
function splitRow(
  text: string,
  delimiter: string,
  unclosed: number | null,
  complete: boolean,
): { cells: Cells; length: number } | null {
  if (text === '') return null;
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = text[at] === '"' && cells.length !== unclosed;
    const end = isQuoted ? endOfQuoted(text, at) : endOfPlain(text, at, delimiter);
    // What a quote that is open may close comes yet, and so may the LF behind a CR.
    if (end === null || (!complete && end >= text.length - 1)) {
      return complete ? lineFrom(text, at, null, complete) : null;
    }
    const raw = text.slice(at, end);
    const isBroken = isQuoted ? !isEnd(text, end, delimiter) : raw.includes('"');
    if (isBroken || cells.length === unclosed) return lineFrom(text, at, null, complete);
    cells.push(isQuoted ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (text[end] !== delimiter) return lineFrom(text, end, cells, complete);
    at = end + 1;
  }
}

/** The row that ends with the line in which `at` is. */
function lineFrom(text: string, at: number, cells: Cells, complete: boolean) {
  NEWLINE.lastIndex = at;
  const newline = NEWLINE.exec(text);
  if (newline === null) return complete ? { cells, length: text.length } : null;
  if (!complete && NEWLINE.lastIndex === text.length && newline[0] === '\r') return null;
  return { cells, length: NEWLINE.lastIndex };
}

/** Behind the closing quote; null where there is none. */
function endOfQuoted(text: string, start: number): number | null {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at + 1;
  }
  return null;
}

function endOfPlain(text: string, start: number, delimiter: string): number {
  let at = start;
  while (at < text.length && !isEnd(text, at, delimiter)) at++;
  return at;
}

function isEnd(text: string, at: number, delimiter: string): boolean {
  const sign = text[at];
  return sign === undefined || sign === delimiter || sign === '\n' || sign === '\r';
}
