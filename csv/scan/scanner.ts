import { isAscii } from 'node:buffer';
import { Carry } from './carry.ts';
import { beginsWith, findBadByte, findCleanEnd } from './clean-bytes.ts';
import { Cutter } from './cutter.ts';
import type { Dialect } from './dialect.ts';
import { quoteError } from './quote-advice.ts';
import { type Reject, type RejectError, rowError } from './reject.ts';
import type { RowCheck } from './row-check.ts';
import { Newline, Reading, type RowFields } from './row-fields.ts';
import type { AcceptedRows } from './row-output.ts';
import { rowParts } from './row-parts.ts';
import { AS_THEY_ARE, fitRow, isEmptyRow, type RowShape } from './row-shape.ts';
import type { ScanCounters, ScanOutput } from './scan-output.ts';
import type { RefuseRow, RowRule, ScannerOptions } from './scanner-options.ts';

export type { Reject, RejectError, ScanColumn } from './reject.ts';
export type { Cut, ScanCounters, ScanOutput } from './scan-output.ts';
export type { RefuseRow, RowRule, ScannerOptions } from './scanner-options.ts';

/** PostgreSQL takes far longer rows, but one of more than 1 MiB is nearly always an open quote. */
const DEFAULT_MAX_ROW_BYTES = 1024 * 1024;
/** The first bytes of a chunk that are copied behind a row that began in the one before: most rows end there. */
const SMALLEST_STEP = 1024;

/** What the scanner is doing; each may last over several chunks. */
const Phase = { betweenRows: 0, reading: 1, skipping: 2, comment: 3 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/** Of a row that the import's rule refuses; the rule's own words may quote the row. */
const ROW_RULE_REASON = 'the import’s row rule rejects the row';

/** Splits bytes into rows, checks them, and tells those that COPY may have from those that are refused. */
export class Scanner {
  readonly #dialect: Dialect;
  readonly #maxRowBytes: number;
  readonly #shape: RowShape;
  readonly #skipsEmpty: boolean;
  readonly #comment: Buffer | null;
  /** Whether a file has one column, so that a blank line is a row of it. */
  readonly #oneColumn: boolean;
  readonly #firstOffset: number;
  readonly #rowRule: RowRule | null;
  readonly #refuseGood: RefuseRow | null;
  readonly #originalBytes: (row: Buffer, offset: number) => Buffer;

  readonly #carry = new Carry();
  /** The row at hand; between rows, `start` is where the next one begins. */
  readonly #row: RowFields;
  readonly #check: RowCheck;
  readonly #output: AcceptedRows;
  #rejects: Reject[] = [];
  #phase: Phase = Phase.betweenRows;
  #finished = false;

  /** In a row that is skipped: what for, where the cell at fault begins and where it goes wrong. */
  #tooLarge = false;
  #cellStart = 0;
  #faultAt = 0;
  /** A row that is skipped and too large to be carried: its first bytes, and what is wrong with it. */
  #truncated: { bytes: Buffer; errors: RejectError[] } | null = null;

  /** Bytes given before the buffer that is being scanned. */
  #base = 0;
  #line: number;
  #accepted = 0;
  #rejected = 0;
  #empty = 0;
  #comments = 0;
  /** Rows that are fine by themselves. */
  #good = 0;
  #ascii = true;
  readonly #cutter: Cutter;

  constructor(options: ScannerOptions) {
    const { row, check, output } = rowParts(options);
    this.#dialect = options.dialect;
    this.#row = row;
    this.#check = check;
    this.#output = output;
    this.#maxRowBytes = options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
    this.#shape = options.shape ?? AS_THEY_ARE;
    this.#skipsEmpty = this.#shape.emptyRows === 'skip';
    this.#comment = this.#shape.comment ? Buffer.from(this.#shape.comment) : null;
    this.#oneColumn = options.shape !== undefined && options.columns.length === 1;
    this.#firstOffset = options.firstOffset ?? 0;
    this.#rowRule = options.rowRule ?? null;
    this.#refuseGood = options.refuse ?? null;
    // A copy, since the chunk is the caller's.
    this.#originalBytes = options.originalBytes ?? ((row) => Buffer.from(row));
    this.#line = options.firstLine;
    this.#cutter = new Cutter(options.cutEvery);
  }

  /** Takes the next bytes of the file; a row may end in any later chunk. */
  push(chunk: Buffer): ScanOutput {
    this.#assertOpen();
    this.#ascii &&= isAscii(chunk);
    if (this.#finishCarried(chunk)) {
      this.#scan(chunk, chunk.length, chunk.length, findCleanEnd(chunk, this.#row.start), false);
      const { start } = this.#row;
      if (start < chunk.length) this.#carry.append(chunk, start, chunk.length, 0);
      this.#rebase(start);
    }
    return this.#take();
  }

  /** Ends the file: its last row needs no newline. */
  finish(): ScanOutput {
    this.#assertOpen();
    this.#finished = true;
    const { bytes, end } = this.#carry;
    this.#scan(bytes, end, end + 1, 0, true);
    return this.#take();
  }

  /** Whether all bytes so far are ASCII. */
  get ascii(): boolean {
    return this.#ascii;
  }

  get counters(): ScanCounters {
    return {
      rows: this.#accepted + this.#rejected,
      acceptedRows: this.#accepted,
      rejectedRows: this.#rejected,
      emptyRows: this.#empty,
      commentLines: this.#comments,
      line: this.#line,
      offset: this.#base + this.#row.start,
    };
  }

  #assertOpen(): void {
    if (this.#finished) throw new Error('This scanner has finished its file: make another one for the next.');
  }

  #take(): ScanOutput {
    const rejects = this.#rejects;
    this.#rejects = [];
    return { accepted: this.#output.take(), rejects, cuts: this.#cutter.take() };
  }

  /**
   * Ends the rows that begin in the carry with as much of the chunk as they need. Whether they did end, so that
   * the next row begins in the chunk; otherwise all of the chunk went into the carry.
   */
  #finishCarried(chunk: Buffer): boolean {
    const carry = this.#carry;
    let taken = 0;
    while (carry.end > 0) {
      if (taken === chunk.length) return false;
      // In growing steps: most rows end soon, and a long one must not take many.
      const step = Math.min(chunk.length - taken, Math.max(SMALLEST_STEP, carry.end - this.#row.start));
      this.#rebase(carry.append(chunk, taken, taken + step, this.#row.start));
      taken += step;
      const chunkStart = carry.end - taken;
      this.#scan(carry.bytes, carry.end, chunkStart, 0, false);
      if (this.#row.start >= chunkStart) {
        this.#rebase(chunkStart);
        carry.clear();
        return true;
      }
    }
    return true;
  }

  /** Moves all positions by as many bytes as their buffer lost at its front. */
  #rebase(distance: number): void {
    if (distance === 0) return;
    this.#base += distance;
    this.#cellStart -= distance;
    this.#faultAt -= distance;
    this.#row.rebase(distance);
  }

  /**
   * Goes on with the row at hand and every further one that begins before `stopAt`, until the bytes before `end`
   * are used up. Rows that end at `cleanEnd` or before have no bad byte; `final`: no byte follows `end`.
   */
  #scan(bytes: Buffer, end: number, stopAt: number, cleanEnd: number, final: boolean): void {
    const row = this.#row;
    for (;;) {
      if (this.#phase === Phase.betweenRows) {
        const { start } = row;
        if (this.#cutter.isDue(this.#accepted + this.#rejected, this.#base + start)) {
          this.#cutter.cut(this.#output.cut(), this.#rejects.length, this.counters);
        }
        if (start >= end || start >= stopAt) return;
        const newline = row.newlineAt(bytes, start, end, final);
        if (newline < 0) return;
        if (newline > 0 && (!this.#oneColumn || this.#skipsEmpty)) {
          if (this.#oneColumn) this.#empty++;
          this.#passLine(start + newline, 1);
          continue;
        }
        if (this.#comment !== null && bytes[start] === this.#comment[0]) {
          const found = beginsWith(this.#comment, bytes, start, end);
          if (found === null && !final) return;
          if (found) {
            row.at = start;
            this.#phase = Phase.comment;
            continue;
          }
        }
        row.begin(start);
        this.#phase = Phase.reading;
      }
      if (this.#phase === Phase.comment) {
        if (!this.#skipComment(bytes, end, final)) return;
        continue;
      }
      if (this.#phase === Phase.skipping) {
        if (!this.#skip(bytes, end, final)) return;
        continue;
      }
      const reading = row.read(bytes, end, final);
      // What counts is where in the row something is, not how much of it has come: chunks must not matter.
      if (row.at - row.start > this.#maxRowBytes) this.#refuseTooLarge(bytes, end);
      else if (reading === Reading.complete) this.#endRow(bytes, cleanEnd);
      else if (reading === Reading.needsBytes) return;
      else this.#refuseMalformed(reading, bytes, end);
    }
  }

  /** Accepts, skips or refuses the complete row. */
  #endRow(bytes: Buffer, cleanEnd: number): void {
    const row = this.#row;
    if (this.#skipsEmpty && isEmptyRow(row, bytes)) this.#empty++;
    else {
      const errors =
        row.count === row.width
          ? this.#accept(bytes, cleanEnd, this.#firstOffset + this.#base, false)
          : this.#acceptMisfit(bytes, cleanEnd);
      if (errors !== null) this.#refuse(this.#original(bytes, row.start, row.at), errors);
    }
    this.#passLine(row.next, row.newlines + (row.newline === Newline.none ? 0 : 1));
  }

  /** Accepts the row, whose `bytes[0]` is at `base` in the text, or gives everything that is wrong with it. */
  #accept(bytes: Buffer, cleanEnd: number, base: number, altered: boolean): RejectError[] | null {
    const row = this.#row;
    const valid =
      !this.#check.hasBadField(bytes) &&
      (row.at <= cleanEnd || findBadByte(bytes.subarray(row.start, row.at)) === null);
    const errors = valid ? this.#findRefusal(bytes) : this.#check.findErrors(bytes, base);
    if (errors !== null) return errors;
    this.#accepted++;
    this.#output.add(bytes, this.#line, altered);
    return null;
  }

  /** The same of a row that is not as long as the header. */
  #acceptMisfit(bytes: Buffer, cleanEnd: number): RejectError[] | null {
    const row = this.#row;
    const { start, at, next } = row;
    const base = this.#firstOffset + this.#base;
    const fitted = fitRow(row, bytes, this.#shape);
    if (fitted === null) return this.#check.findErrors(bytes, base);
    const errors =
      fitted === bytes
        ? this.#accept(bytes, cleanEnd, base, true)
        : this.#accept(fitted, 0, base + start, true);
    row.start = start;
    row.at = at;
    row.next = next;
    return errors;
  }

  /** Asks those who may reject a row whose values are fine; null lets it in. */
  #findRefusal(bytes: Buffer): RejectError[] | null {
    const row = this.#accepted + this.#rejected + 1;
    if (this.#rowRule !== null) {
      const reason = this.#rowRule(this.#check.readValues(bytes), this.#line, row);
      if (reason !== null) return [rowError('rule_violated', ROW_RULE_REASON, reason)];
    }
    const refusal = this.#refuseGood?.(++this.#good, row, this.#line) ?? null;
    if (refusal === null) return null;
    const { column, code, reason, words } = refusal;
    const described = this.#check.describe(bytes, column, code, reason);
    return [words === undefined ? described : { ...described, words }];
  }

  #refuseTooLarge(bytes: Buffer, end: number): void {
    const { start, firstLineEnd } = this.#row;
    if (firstLineEnd >= 0 && firstLineEnd - start <= this.#maxRowBytes) {
      this.#refuseFirstLine(bytes, end);
      return;
    }
    // Whether the line's end was inside quotes, nobody knows.
    if (firstLineEnd >= 0) {
      this.#row.at = firstLineEnd;
      this.#row.newlines = this.#row.firstLineNewlines;
    }
    this.#tooLarge = true;
    this.#phase = Phase.skipping;
  }

  #refuseMalformed(reading: Reading, bytes: Buffer, end: number): void {
    const row = this.#row;
    const behindQuote = reading === Reading.textBehindQuote;
    if (reading === Reading.openQuote || (behindQuote && row.firstLineEnd >= 0)) {
      this.#refuseFirstLine(bytes, end);
      return;
    }
    this.#tooLarge = false;
    this.#cellStart = row.fieldStart - (behindQuote ? 1 : 0);
    this.#faultAt = row.at;
    this.#phase = Phase.skipping;
  }

  /** Refuses the first line of a record whose quote was left open, and starts over with the second. */
  #refuseFirstLine(bytes: Buffer, end: number): void {
    const row = this.#row;
    const severalLines = row.firstLineEnd >= 0;
    const lineEnd = severalLines ? row.firstLineEnd : end;
    // The open quote is that of the field in which the line ends; the fields behind it were read in vain.
    const index = severalLines ? row.firstLineField : row.count;
    const cellStart = severalLines ? row.firstLineFieldStart : row.fieldStart;
    this.#refuse(this.#original(bytes, row.start, lineEnd), [
      ...this.#check.findFieldErrors(bytes, Math.min(index, row.width), this.#firstOffset + this.#base),
      quoteError('unterminated_quote', this.#check.columns[index], index, {
        cell: bytes.subarray(cellStart, lineEnd),
        before: bytes.subarray(row.start, lineEnd),
        dialect: this.#dialect,
      }),
    ]);
    const newline = row.newlineAt(bytes, lineEnd, end, true);
    const escaped = severalLines ? row.firstLineNewlines : row.newlines;
    this.#passLine(lineEnd + newline, escaped + (newline > 0 ? 1 : 0));
  }

  /** Looks for the end of a comment; whether it was found. */
  #skipComment(bytes: Buffer, end: number, final: boolean): boolean {
    const row = this.#row;
    const newline = row.skipLine(bytes, end, final);
    if (newline < 0) {
      // Nothing of it is needed.
      row.start = row.at;
      return false;
    }
    this.#comments++;
    this.#passLine(row.at + newline, newline > 0 ? 1 : 0);
    return true;
  }

  /** Looks for the end of the line of a row that is refused; whether it was found. */
  #skip(bytes: Buffer, end: number, final: boolean): boolean {
    const row = this.#row;
    const newline = row.skipLine(bytes, end, final);
    const lineEnd = row.at;
    const tooLong = lineEnd - row.start > this.#maxRowBytes;
    if (tooLong && this.#truncated === null) {
      const rowEnd = row.start + this.#maxRowBytes;
      const kept = this.#original(bytes, row.start, rowEnd);
      this.#truncated = { bytes: kept, errors: this.#findFault(bytes, rowEnd) };
    }
    if (newline < 0) {
      // What is kept already need not be carried.
      if (this.#truncated !== null) row.start = lineEnd;
      return false;
    }
    if (this.#truncated !== null) this.#refuse(this.#truncated.bytes, this.#truncated.errors);
    else this.#refuse(this.#original(bytes, row.start, lineEnd), this.#findFault(bytes, lineEnd));
    this.#truncated = null;
    this.#passLine(lineEnd + newline, row.newlines + (newline > 0 ? 1 : 0));
    return true;
  }

  /** What is wrong with the row that is skipped; looks at nothing from `rowEnd` on. */
  #findFault(bytes: Buffer, rowEnd: number): RejectError[] {
    if (this.#tooLarge) return [rowError('row_too_large', `must have at most ${this.#maxRowBytes} bytes`)];
    const { count, width, delimiter } = this.#row;
    const length = bytes.subarray(this.#faultAt, Math.max(this.#faultAt, rowEnd)).indexOf(delimiter);
    const cellEnd = length < 0 ? Math.max(this.#faultAt, rowEnd) : this.#faultAt + length;
    const cell = bytes.subarray(this.#cellStart, cellEnd);
    const before = bytes.subarray(this.#row.start, this.#faultAt + 1);
    return [
      ...this.#check.findFieldErrors(bytes, Math.min(count, width), this.#firstOffset + this.#base),
      quoteError('stray_quote', this.#check.columns[count], count, { cell, before, dialect: this.#dialect }),
    ];
  }

  #original(bytes: Buffer, start: number, end: number): Buffer {
    return this.#originalBytes(bytes.subarray(start, end), this.#firstOffset + this.#base + start);
  }

  #refuse(bytes: Buffer, errors: RejectError[]): void {
    this.#rejected++;
    const row = this.#accepted + this.#rejected;
    this.#rejects.push({ row, line: this.#line, errors, bytes });
  }

  /** Goes to the start of a line, so many lines below. */
  #passLine(next: number, lines: number): void {
    this.#line += lines;
    this.#row.start = next;
    this.#row.at = next;
    this.#phase = Phase.betweenRows;
  }
}
