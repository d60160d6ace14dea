import { CR, LF, QUOTE } from '../ascii.ts';
import { undoubleQuotes } from './reject.ts';
import { Newline, Quoting, Reading, RowFields } from './row-fields.ts';

/** Where in the grammar the reader stands. */
const State = { fieldStart: 0, unquoted: 1, quoted: 2, rowEnd: 3 } as const;
type State = (typeof State)[keyof typeof State];

/** Finds the fields of rows in the plain dialect: a delimiter of one byte, `"` around values and doubled inside. */
export class RowReader extends RowFields {
  readonly #delimiter: number;
  /** 1 for the bytes that end an unquoted field, or a stretch of quoted text that needs no attention. */
  readonly #endsUnquoted = new Uint8Array(256);
  readonly #endsQuoted = new Uint8Array(256);
  #state: State = State.fieldStart;
  #quoting: Quoting = Quoting.none;

  constructor(delimiter: number, width: number) {
    super(Buffer.from([delimiter]), width);
    this.#delimiter = delimiter;
    for (const byte of [delimiter, QUOTE, LF, CR]) this.#endsUnquoted[byte] = 1;
    for (const byte of [QUOTE, LF, CR]) this.#endsQuoted[byte] = 1;
  }

  override begin(start: number): void {
    super.begin(start);
    this.#state = State.fieldStart;
  }

  read(bytes: Buffer, end: number, final: boolean): Reading {
    const delimiter = this.#delimiter;
    const endsUnquoted = this.#endsUnquoted;
    let at = this.at;

    while (this.#state !== State.rowEnd) {
      if (this.#state === State.fieldStart) {
        if (at >= end && !final) return this.stop(at, Reading.needsBytes);
        const quoted = at < end && bytes[at] === QUOTE;
        if (quoted) at++;
        this.fieldStart = at;
        this.#quoting = quoted ? Quoting.quoted : Quoting.none;
        this.#state = quoted ? State.quoted : State.unquoted;
      }

      if (this.#state === State.unquoted) {
        while (at < end && endsUnquoted[bytes[at]!] === 0) at++;
        if (at >= end) {
          if (!final) return this.stop(at, Reading.needsBytes);
        } else if (bytes[at] === QUOTE) return this.stop(at, Reading.strayQuote);
        this.endField(bytes, at, this.#quoting);
      } else {
        const reading = this.#readQuoted(bytes, at, end, final);
        if (reading !== Reading.complete) return reading;
        at = this.at;
      }

      if (at < end && bytes[at] === delimiter) {
        at++;
        this.#state = State.fieldStart;
      } else {
        this.#state = State.rowEnd;
      }
    }

    this.at = at;
    if (at >= end) {
      if (!final) return Reading.needsBytes;
      this.newline = Newline.none;
      this.next = at;
    } else if (bytes[at] === LF) {
      this.newline = Newline.lf;
      this.next = at + 1;
    } else if (at + 1 < end) {
      this.newline = bytes[at + 1] === LF ? Newline.crlf : Newline.cr;
      this.next = at + (this.newline === Newline.crlf ? 2 : 1);
    } else {
      if (!final) return Reading.needsBytes;
      this.newline = Newline.cr;
      this.next = at + 1;
    }
    return Reading.complete;
  }

  unescape(field: Buffer): Buffer {
    return undoubleQuotes(field, QUOTE);
  }

  newlineAt(bytes: Buffer, at: number, end: number, final: boolean): number {
    if (at >= end) return 0;
    if (bytes[at] === LF) return 1;
    if (bytes[at] !== CR) return 0;
    if (at + 1 >= end) return final ? 1 : -1;
    return bytes[at + 1] === LF ? 2 : 1;
  }

  skipLine(bytes: Buffer, end: number, final: boolean): number {
    let at = this.at;
    while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++;
    this.at = at;
    return at >= end && !final ? -1 : this.newlineAt(bytes, at, end, final);
  }

  /** Reads on inside quotes, to behind the closing one. */
  #readQuoted(bytes: Buffer, from: number, end: number, final: boolean): Reading {
    const endsQuoted = this.#endsQuoted;
    let at = from;
    for (;;) {
      while (at < end && endsQuoted[bytes[at]!] === 0) at++;
      if (at >= end) return this.stop(at, final ? Reading.openQuote : Reading.needsBytes);
      const byte = bytes[at]!;
      const last = at + 1 >= end;
      // What a quote or a CR means depends on the byte behind it.
      if (last && !final && byte !== LF) return this.stop(at, Reading.needsBytes);
      const next = last ? LF : bytes[at + 1]!;
      if (byte !== QUOTE) {
        this.noteLineEnd(at);
        at += byte === CR && next === LF && !last ? 2 : 1;
      } else if (next === QUOTE) {
        this.#quoting = Quoting.escaped;
        at += 2;
      } else {
        this.endField(bytes, at++, this.#quoting);
        if (next === this.#delimiter || next === LF || next === CR) return this.stop(at, Reading.complete);
        this.count--;
        return this.stop(at, Reading.textBehindQuote);
      }
    }
  }
}
