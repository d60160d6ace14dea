import type { ValueBytes } from '../transform/value.ts';

/** The values of the row at hand that transformations have changed, in the order of the columns. */
export class RowChanges {
  count = 0;
  /** Positions of the first `count` columns whose values are changed. */
  readonly columns: Int32Array;
  /** By position of the column; of those that are changed. */
  readonly values: ValueBytes[];

  constructor(width: number) {
    this.columns = new Int32Array(width);
    this.values = Array.from({ length: width }, () => ({
      bytes: Buffer.alloc(0),
      start: 0,
      end: 0,
      isNull: false,
    }));
  }

  /** The value of a column before it is changed; where it is, it is to be noted. */
  begin(column: number, bytes: Buffer, start: number, end: number): ValueBytes {
    const value = this.values[column]!;
    value.bytes = bytes;
    value.start = start;
    value.end = end;
    value.isNull = false;
    return value;
  }

  /** Notes that the value that was begun last is changed. */
  note(column: number): void {
    this.columns[this.count++] = column;
  }

  /** The changed value of a column; null: it is as it stands in the file. */
  of(column: number): ValueBytes | null {
    for (let at = 0; at < this.count; at++) if (this.columns[at] === column) return this.values[column]!;
    return null;
  }
}
