import type { Cut, ScanCounters } from './scan-output.ts';

/** Decides where the output is cut: behind so many rows, or the first row that ends so many bytes behind the last cut. */
export class Cutter {
  readonly #every: { rows: number; bytes: number };
  #cuts: Cut[] = [];
  /** Rows before the last cut. */
  #rows = 0;
  #nextRows: number;
  #nextOffset: number;

  constructor(every: { rows: number; bytes: number } | undefined) {
    this.#every = every ?? { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    this.#nextRows = this.#every.rows;
    this.#nextOffset = this.#every.bytes;
  }

  /** Whether the output is to be cut behind so many rows and bytes; never without a row between: a batch has a first. */
  isDue(rows: number, offset: number): boolean {
    return rows >= this.#nextRows || (offset >= this.#nextOffset && rows > this.#rows);
  }

  cut(accepted: number, rejects: number, counters: ScanCounters): void {
    this.#cuts.push({ accepted, rejects, counters });
    this.#rows = counters.rows;
    this.#nextRows = counters.rows + this.#every.rows;
    this.#nextOffset = counters.offset + this.#every.bytes;
  }

  /** The cuts since the last call. */
  take(): Cut[] {
    const cuts = this.#cuts;
    this.#cuts = [];
    return cuts;
  }
}
