import { fieldEncoderFor } from '../check/field-check.ts';
import { BinaryRows, type FieldsBehind } from '../encode/binary-rows.ts';
import type { RowValue } from '../row-values.ts';

/** Of a row that has no fields of its own: their number. */
const COUNT_BYTES = 2;

/** The fields that put values behind each accepted row. */
export class BinarySuffix implements FieldsBehind {
  readonly count: number;
  /** In the order of the values. */
  readonly #writers: ((out: BinaryRows, line: number) => void)[];

  constructor(values: readonly RowValue[]) {
    this.count = values.length;
    this.#writers = values.map((value) => (value.isLine ? lineWriter(value) : constantWriter(value)));
  }

  write(out: BinaryRows, line: number): void {
    for (const write of this.#writers) write(out, line);
  }
}

function lineWriter({ column }: RowValue): (out: BinaryRows, line: number) => void {
  const encode = fieldEncoderFor({ type: column.type, rules: {} });
  const bytes = Buffer.alloc(32);
  return (out, line) => {
    const length = bytes.write(String(line), 'latin1');
    out.reserve(length);
    encode(bytes, 0, length, out);
  };
}

function constantWriter({ column, text }: RowValue): (out: BinaryRows) => void {
  if (text === null) return (out) => out.null();
  const one = new BinaryRows();
  const bytes = Buffer.from(text);
  one.beginRow(0);
  one.reserve(bytes.length);
  fieldEncoderFor({ type: column.type, rules: {} })(bytes, 0, bytes.length, one);
  one.add();
  const field = one.take()[0]!.subarray(COUNT_BYTES);
  return (out) => {
    out.reserve(field.length);
    out.raw(field, 0, field.length);
  };
}
