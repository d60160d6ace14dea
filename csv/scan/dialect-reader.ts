import { BACKSLASH, CR, EQUALS, LF, SPACE, TAB, UPPER_N } from '../ascii.ts';
import { unescapeBackslashes } from './backslashes.ts';
import type { Dialect } from './dialect.ts';
import { undoubleQuotes } from './reject.ts';
import { Newline, Quoting, Reading, RowFields } from './row-fields.ts';

/** Where in the grammar the reader stands; `leading`: at a field, or in the white space before its quote. */
const State = { leading: 0, unquoted: 1, quoted: 2, behindQuote: 3 } as const;
type State = (typeof State)[keyof typeof State];

/**
 * Finds the fields of rows in any dialect, at half the speed of the plain one's reader or less. A backslash takes the
 * character behind it for content, inside quotes and outside: a newline, too, which then does not end the line.
 */
export class DialectReader extends RowFields {
  readonly #quote: number;
  readonly #escapesByBackslash: boolean;
  readonly #ignoresSpace: boolean;
  readonly #newline: Dialect['newline'];
  readonly #delimiterStart: number;
  /** 1 for the bytes that need attention in an unquoted field, and inside quotes. */
  readonly #stopsUnquoted = new Uint8Array(256);
  readonly #stopsQuoted = new Uint8Array(256);
  #state: State = State.leading;
  #quoting: Quoting = Quoting.none;
  /** By column: whether its values may be `="…"`, quotes included. */
  readonly #formulas: readonly boolean[];

  constructor(dialect: Dialect, width: number, formulas: readonly boolean[] = []) {
    const { delimiter, quote, newline } = dialect;
    super(Buffer.from(delimiter), width);
    this.#formulas = dialect.escape === 'double' ? formulas : [];
    this.#delimiterStart = this.delimiter[0]!;
    // No byte is -1.
    this.#quote = quote === 'none' ? -1 : quote.charCodeAt(0);
    this.#escapesByBackslash = dialect.escape === 'backslash';
    this.#ignoresSpace = dialect.ignoresSpaceAroundQuotes;
    this.#newline = newline;
    const always = [LF, ...(newline === 'lf' ? [] : [CR]), ...(this.#escapesByBackslash ? [BACKSLASH] : [])];
    if (quote !== 'none') always.push(this.#quote);
    for (const byte of always) this.#stopsQuoted[byte] = 1;
    for (const byte of [...always, this.#delimiterStart]) this.#stopsUnquoted[byte] = 1;
  }

  override begin(start: number): void {
    super.begin(start);
    this.#beginField(start);
  }

  read(bytes: Buffer, end: number, final: boolean): Reading {
    for (;;) {
      if (this.#state === State.leading && !this.#readLeading(bytes, end, final)) return Reading.needsBytes;
      if (this.#state !== State.behindQuote) {
        const reading =
          this.#state === State.quoted
            ? this.#readQuoted(bytes, end, final)
            : this.#readUnquoted(bytes, end, final);
        if (reading !== Reading.complete) return reading;
      }
      if (this.#ignoresSpace && this.#state === State.behindQuote) this.#skipSpace(bytes, end, final);
      const { at } = this;
      if (at >= end) return final ? this.#endRow(at, Newline.none, 0) : Reading.needsBytes;
      const delimiter = this.#delimiterAt(bytes, at, end, final);
      if (delimiter > 0) {
        this.at = at + delimiter;
        this.#beginField(this.at);
        continue;
      }
      const newline = this.newlineAt(bytes, at, end, final);
      if (delimiter < 0 || newline < 0) return Reading.needsBytes;
      if (newline > 0) {
        const style = newline === 2 ? Newline.crlf : bytes[at] === LF ? Newline.lf : Newline.cr;
        return this.#endRow(at, style, newline);
      }
      this.count--;
      return Reading.textBehindQuote;
    }
  }

  unescape(field: Buffer): Buffer | null {
    return this.#escapesByBackslash
      ? unescapeBackslashes(field, this.#quote)
      : undoubleQuotes(field, this.#quote);
  }

  newlineAt(bytes: Buffer, at: number, end: number, final: boolean): number {
    if (at >= end) return 0;
    if (bytes[at] === LF) return 1;
    if (bytes[at] !== CR || this.#newline === 'lf') return 0;
    if (at + 1 >= end && !final) return -1;
    if (at + 1 < end && bytes[at + 1] === LF) return 2;
    return this.#newline === 'any' ? 1 : 0;
  }

  skipLine(bytes: Buffer, end: number, final: boolean): number {
    while (this.at < end) {
      const newline = this.newlineAt(bytes, this.at, end, final);
      if (newline !== 0) return newline;
      const escaped = this.#escapeAt(bytes, this.at, end, final);
      if (escaped < 0) return -1;
      this.at += Math.max(1, escaped);
    }
    return final ? 0 : -1;
  }

  #beginField(start: number): void {
    this.fieldStart = start;
    this.#state = State.leading;
  }

  #endRow(at: number, newline: Newline, size: number): Reading {
    this.newline = newline;
    this.next = at + size;
    return Reading.complete;
  }

  /** Finds out whether the field stands in quotes; whether there were bytes enough. */
  #readLeading(bytes: Buffer, end: number, final: boolean): boolean {
    if (this.#ignoresSpace) this.#skipSpace(bytes, end, final);
    if (this.at >= end && !final) return false;
    if (this.#ignoresSpace && this.#delimiterAt(bytes, this.at, end, final) < 0) return false;
    if (this.at < end && bytes[this.at] === this.#quote) {
      this.fieldStart = ++this.at;
      this.#quoting = Quoting.quoted;
      this.#state = State.quoted;
    } else {
      this.#quoting = Quoting.none;
      this.#state = State.unquoted;
    }
    return true;
  }

  /** Reads on to the end of an unquoted field. */
  #readUnquoted(bytes: Buffer, end: number, final: boolean): Reading {
    const stops = this.#stopsUnquoted;
    let { at } = this;
    for (;;) {
      while (at < end && stops[bytes[at]!] === 0) at++;
      if (at >= end) {
        if (!final) return this.stop(at, Reading.needsBytes);
        break;
      }
      const byte = bytes[at]!;
      if (byte === this.#quote) {
        if (!this.#beginsFormula(bytes)) return this.stop(at, Reading.strayQuote);
        at++;
        continue;
      }
      const escaped = this.#escapeAt(bytes, at, end, final);
      const ending = this.#delimiterAt(bytes, at, end, final) || this.newlineAt(bytes, at, end, final);
      if (escaped < 0 || ending < 0) return this.stop(at, Reading.needsBytes);
      if (ending > 0) break;
      at += Math.max(1, escaped);
    }
    if (this.#beginsFormula(bytes) && !this.#endsFormula(bytes, at)) return this.stop(at, Reading.strayQuote);
    const isNull =
      this.#quoting === Quoting.escaped &&
      at - this.fieldStart === 2 &&
      bytes[this.fieldStart + 1] === UPPER_N;
    this.endField(bytes, at, isNull ? Quoting.null : this.#quoting);
    return this.stop(at, Reading.complete);
  }

  #beginsFormula(bytes: Buffer): boolean {
    const { fieldStart } = this;
    return (
      this.#formulas[this.count] === true &&
      bytes[fieldStart] === EQUALS &&
      bytes[fieldStart + 1] === this.#quote
    );
  }

  /** Whether the text of the formula that ends at `end` is closed there, and only there. */
  #endsFormula(bytes: Buffer, end: number): boolean {
    let at = this.fieldStart + 2;
    for (; at < end; at++) {
      if (bytes[at] !== this.#quote) continue;
      if (bytes[at + 1] !== this.#quote || at + 1 >= end) break;
      at++;
    }
    return at === end - 1;
  }

  /** Reads on inside quotes, to behind the closing one. */
  #readQuoted(bytes: Buffer, end: number, final: boolean): Reading {
    const stops = this.#stopsQuoted;
    let { at } = this;
    for (;;) {
      while (at < end && stops[bytes[at]!] === 0) at++;
      if (at >= end) return this.stop(at, final ? Reading.openQuote : Reading.needsBytes);
      if (bytes[at] === this.#quote) {
        if (at + 1 >= end && !final) return this.stop(at, Reading.needsBytes);
        if (at + 1 >= end || bytes[at + 1] !== this.#quote) break;
        this.#quoting = Quoting.escaped;
        at += 2;
        continue;
      }
      const escaped = this.#escapeAt(bytes, at, end, final);
      const newline = this.newlineAt(bytes, at, end, final);
      if (escaped < 0 || newline < 0) return this.stop(at, Reading.needsBytes);
      if (newline > 0) this.noteLineEnd(at);
      at += Math.max(1, escaped, newline);
    }
    this.endField(bytes, at, this.#quoting);
    this.#state = State.behindQuote;
    return this.stop(at + 1, Reading.complete);
  }

  /** Bytes of the escape that a backslash at `at` begins, which is noted; 0: none is there; -1: more decide. */
  #escapeAt(bytes: Buffer, at: number, end: number, final: boolean): number {
    if (!this.#escapesByBackslash || bytes[at] !== BACKSLASH) return 0;
    const newline = this.newlineAt(bytes, at + 1, end, final);
    if ((at + 1 >= end && !final) || newline < 0) return -1;
    if (newline > 0) this.newlines++;
    this.#quoting = Quoting.escaped;
    return at + 1 >= end ? 1 : 1 + Math.max(1, newline);
  }

  /** Bytes of the delimiter at `at`; 0: none is there; -1: more decide. */
  #delimiterAt(bytes: Buffer, at: number, end: number, final: boolean): number {
    const { delimiter } = this;
    if (at >= end || bytes[at] !== this.#delimiterStart) return 0;
    for (let index = 1; index < delimiter.length; index++) {
      if (at + index >= end) return final ? 0 : -1;
      if (bytes[at + index] !== delimiter[index]) return 0;
    }
    return delimiter.length;
  }

  #skipSpace(bytes: Buffer, end: number, final: boolean): void {
    let { at } = this;
    while (
      at < end &&
      (bytes[at] === SPACE || bytes[at] === TAB) &&
      this.#delimiterAt(bytes, at, end, final) === 0
    ) {
      at++;
    }
    this.at = at;
  }
}
