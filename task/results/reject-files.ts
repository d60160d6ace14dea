import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { Attempt } from '../../contract/environment.ts';
import { guardFormulas } from '../../contract/formula-guard.ts';
import { FIRST_REJECTS, type ReadTo, type RejectSummary, type Report } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import type { OpenedFile, Reject } from '../../csv/index.ts';
import type { ResultsStore } from './results-store.ts';

const errorColumns = ['line', 'row', 'column', 'code', 'reason', 'value'];
/**
 * So much is gathered before it is passed on: what uploads it keeps every piece by itself until a part of 5 MiB is
 * full, and millions of pieces of a few bytes would take a hundred times their size.
 */
const BLOCK_BYTES = 64 * 1024;
/** Makes spreadsheets read the file as UTF-8. */
const BOM = '\ufeff';

/**
 * The two files of an attempt's rejected rows, streamed to the results bucket as the rows are found: `rows.csv` (what
 * stands above the rows, these, and the footer, as they stand in the file) and `errors.csv` (one line per error). Nothing is written for a
 * file without rejects. All are counted, but only the first `maxWritten` are written.
 */
export class RejectFiles {
  readonly #store: ResultsStore;
  readonly #keys: { rows: string; errors: string };
  readonly #header: Buffer;
  readonly #above: OpenedFile['header']['above'];
  readonly #newline: Buffer;
  readonly #footer: () => Buffer;
  readonly #maxWritten: number;
  #written = 0;
  #rows: StoredStream | null = null;
  #errors: StoredStream | null = null;
  readonly #byCode: Record<string, number> = {};
  readonly #first: RejectSummary[] = [];

  constructor(
    store: ResultsStore,
    { runId, attempt }: Attempt,
    { header, footer }: Pick<OpenedFile, 'header' | 'footer'>,
    maxWritten: number,
  ) {
    this.#store = store;
    this.#maxWritten = maxWritten;
    this.#keys = {
      rows: storageKeys.rejectedRows(runId, attempt),
      errors: storageKeys.rejectErrors(runId, attempt),
    };
    this.#header = header.bytes;
    this.#above = header.above;
    this.#newline = header.newline;
    this.#footer = footer;
  }

  async add(reject: Reject): Promise<void> {
    this.#count(reject);
    if (this.#written === this.#maxWritten) return;
    this.#written++;
    if (this.#rows === null || this.#errors === null) {
      this.#rows = new StoredStream(this.#store, this.#keys.rows);
      this.#errors = new StoredStream(this.#store, this.#keys.errors);
      await this.#rows.write(this.#header);
      await this.#errors.write(Buffer.from(BOM + stringify([errorColumns])));
    }
    const { line, row } = reject;
    const lines = reject.errors.map(({ column, code, reason, words, value }) => [
      line,
      row,
      column === null ? null : guardFormulas(column),
      code,
      guardFormulas(words ?? reason),
      guardFormulas(value),
    ]);
    await this.#rows.write(Buffer.concat([reject.bytes, this.#newline]));
    await this.#errors.write(Buffer.from(stringify(lines)));
  }

  #count({ line, row, errors }: Reject): void {
    for (const { column, code, reason } of errors) {
      this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
      if (this.#first.length < FIRST_REJECTS) this.#first.push({ line, row, column, code, reason });
    }
  }

  /**
   * Completes both files; what the report says of them, or null where there was no reject.
   *
   * @param readTo where reading stopped before the file's end
   */
  async close(readTo: ReadTo | null): Promise<Report['rejects']> {
    if (this.#rows === null || this.#errors === null) return null;
    // Without it, rows would be taken for the footer when the file comes back.
    await this.#rows.write(this.#footer());
    await Promise.all([this.#rows.close(), this.#errors.close()]);
    return {
      rowsKey: this.#keys.rows,
      errorsKey: this.#keys.errors,
      byCode: this.#byCode,
      first: this.#first,
      above: this.#above,
      written: this.#written,
      readTo,
    };
  }

  /** Gives both files up. */
  discard(): void {
    this.#rows?.discard();
    this.#errors?.discard();
  }
}

class StoredStream {
  readonly #body = new PassThrough();
  readonly #stored: Promise<void>;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;

  constructor(store: ResultsStore, key: string) {
    this.#stored = store.writeStream(key, this.#body);
    this.#stored.catch(() => {
      // Seen by write() and close(); must not count as unhandled before.
    });
  }

  async write(bytes: Buffer): Promise<void> {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= BLOCK_BYTES) await this.#pass();
  }

  async #pass(): Promise<void> {
    const block = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (!this.#body.write(block)) await Promise.race([once(this.#body, 'drain'), this.#stored]);
  }

  async close(): Promise<void> {
    await this.#pass();
    this.#body.end();
    await this.#stored;
  }

  discard(): void {
    this.#body.destroy();
  }
}
