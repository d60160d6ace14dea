import { backslashEscapes, isInvalidEscape } from '../../../contract/definition/backslash-escapes.ts';
import type { Report } from '../../../contract/report.ts';

/** What a report says of how a file's values are written. */
export type WrittenAs = Pick<
  NonNullable<Report['file']>,
  'delimiter' | 'quote' | 'escape' | 'spaceAroundQuotes' | 'newline'
>;

/** Finds where values and lines of a text end. */
export class TextDialect {
  readonly delimiter: string;
  readonly #quote: string | null;
  readonly #hasBackslashes: boolean;
  readonly #ignoresSpace: boolean;
  readonly #newline: RegExp;
  readonly #lineEnd: RegExp;

  /** @param start the text as far as its first LF: with `newline: 'lf'` the first line shows what ends a line */
  constructor(
    { delimiter, quote = '"', escape: escaped, spaceAroundQuotes, newline }: WrittenAs,
    start: string,
  ) {
    this.delimiter = delimiter;
    this.#quote = quote === 'none' ? null : quote;
    this.#hasBackslashes = escaped === 'backslash';
    this.#ignoresSpace = spaceAroundQuotes === 'ignore';
    const pattern = newline !== 'lf' ? '\\r\\n?|\\n' : /^[^\n]*\r\n/.test(start) ? '\\r?\\n' : '\\n';
    this.#newline = new RegExp(pattern, 'y');
    this.#lineEnd = new RegExp(this.#hasBackslashes ? `\\\\(?:\\r\\n|.)|(${pattern})` : `(${pattern})`, 'gs');
  }

  /** Where the value at `at` has its opening quote; -1: it is not quoted. */
  openingQuote(text: string, at: number): number {
    const quote = this.#ignoresSpace ? this.#behindSpace(text, at) : at;
    return this.#quote !== null && text[quote] === this.#quote ? quote : -1;
  }

  /** Where the quote that is opened at `at` is closed, and where the value ends; null: nowhere. */
  closingQuote(text: string, at: number): { quote: number; end: number } | null {
    for (let quote = at + 1; quote < text.length; quote++) {
      if (text[quote] === '\\' && this.#hasBackslashes) quote++;
      else if (text[quote] === this.#quote) {
        if (text[quote + 1] !== this.#quote) {
          return { quote, end: this.#ignoresSpace ? this.#behindSpace(text, quote + 1) : quote + 1 };
        }
        quote++;
      }
    }
    return null;
  }

  /** Where the value that begins at `at` without a quote ends. */
  endOfPlain(text: string, at: number): number {
    let end = at;
    while (!this.isEnd(text, end)) end += text[end] === '\\' && this.#hasBackslashes ? 2 : 1;
    return Math.min(end, text.length);
  }

  /** Whether a value may end at `at`. */
  isEnd(text: string, at: number): boolean {
    if (at >= text.length || text.startsWith(this.delimiter, at)) return true;
    this.#newline.lastIndex = at;
    return this.#newline.test(text);
  }

  /** Behind the end of the line in which `at` is; null: there is none, or it is not sure yet whether it is longer. */
  lineEnd(text: string, at: number, complete: boolean): number | null {
    this.#lineEnd.lastIndex = at;
    for (let found = this.#lineEnd.exec(text); found !== null; found = this.#lineEnd.exec(text)) {
      if (found[1] === undefined) continue;
      const end = this.#lineEnd.lastIndex;
      return !complete && end === text.length && found[1] === '\r' ? null : end;
    }
    return complete ? text.length : null;
  }

  /** Whether a value that is not quoted has a quote. */
  hasQuote(plain: string): boolean {
    if (this.#quote === null) return false;
    return (this.#hasBackslashes ? plain.replaceAll(/\\./gs, '') : plain).includes(this.#quote);
  }

  /** A value as the importer reads it; as it stands where an escape means nothing. */
  unescape(value: string): string {
    const doubled = this.#quote === null ? value : value.replaceAll(this.#quote + this.#quote, this.#quote);
    if (!this.#hasBackslashes) return doubled;
    const isInvalid = [...doubled.matchAll(/\\(.?)/gs)].some(
      ([, sign]) => sign === '' || isInvalidEscape(sign!),
    );
    return isInvalid
      ? value
      : doubled.replaceAll(/\\(.)/gs, (_, sign: string) => backslashEscapes[sign] ?? sign);
  }

  #behindSpace(text: string, at: number): number {
    let behind = at;
    while ((text[behind] === ' ' || text[behind] === '\t') && !text.startsWith(this.delimiter, behind))
      behind++;
    return behind;
  }
}
