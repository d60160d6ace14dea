import { fieldEncoderFor } from '../check/field-check.ts';
import type { FieldCheck } from '../check/field-problem.ts';
import { BinaryRows } from '../encode/binary-rows.ts';
import type { RowValue } from '../row-values.ts';
import type { AcceptedRows } from './row-output.ts';

/** A value that every row gets, with what writes it. */
interface WrittenValue {
  /** Null: NULL, or the row's line. */
  bytes: Buffer | null;
  isLine: boolean;
  encode: FieldCheck;
}

/** Collects accepted rows for COPY's binary format: their fields are written while they are checked. */
export class BinaryOutput implements AcceptedRows {
  readonly rows: BinaryRows;
  readonly #values: readonly WrittenValue[];

  /** @param values put behind the fields of each row; known to be what their columns take */
  constructor(values: readonly RowValue[]) {
    this.rows = new BinaryRows(values.length);
    this.#values = values.map(({ column, text, isLine }) => ({
      bytes: isLine || text === null ? null : Buffer.from(text),
      isLine,
      encode: fieldEncoderFor({ type: column.type, rules: {} }),
    }));
  }

  /** Adds the row that was checked last, and that begins in this line of the file. */
  add(_bytes: Buffer, line: number): void {
    for (const { bytes, isLine, encode } of this.#values) {
      const value = isLine ? Buffer.from(String(line)) : bytes;
      if (value === null) this.rows.null();
      else {
        this.rows.reserve(value.length);
        encode(value, 0, value.length, this.rows);
      }
    }
    this.rows.add();
  }

  cut(): number {
    return this.rows.cut();
  }

  take(): Buffer[] {
    return this.rows.take();
  }
}
