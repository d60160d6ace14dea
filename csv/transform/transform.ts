import type { ColumnType } from '../../contract/definition/column-type.ts';
import type { ImportColumn } from '../../contract/definition/define-import.ts';
import type { FieldProblem } from '../check/field-problem.ts';
import { booleansTransform } from './transform-boolean.ts';
import { dateTransform, timestampTransform } from './transform-date.ts';
import { numberTransform } from './transform-number.ts';
import { caseTransform, fullWidthTransform, trimTransform } from './transform-text.ts';

/** A value, without enclosing or doubled quotes: `bytes[start, end)`. */
export interface ValueBytes {
  bytes: Buffer;
  start: number;
  end: number;
}

/**
 * Changes a value: narrows it, or points it to bytes of the transformation's own, which are good until its next call.
 * A value that needs no change is left alone, so that its row is passed on as it stands. Gives what is wrong with a
 * value that is not written as declared.
 */
export type FieldTransform = (value: ValueBytes) => FieldProblem | null;

/** The declared transformations of a column in their order; null where there are none that touch bytes. */
export function transformFor({
  type,
  transformations,
}: Pick<ImportColumn, 'type' | 'transformations'>): FieldTransform | null {
  const { trim, fullWidth, case: letters } = transformations;
  const steps: FieldTransform[] = [];
  if (trim === true) steps.push(trimTransform());
  if (fullWidth === 'ascii') steps.push(fullWidthTransform());
  if (letters !== undefined) steps.push(caseTransform(letters));
  const read = readTransform(type, transformations);
  if (read !== null) steps.push(read);
  if (steps.length <= 1) return steps[0] ?? null;
  return (value) => {
    for (const step of steps) {
      // Nothing is left: whether that is NULL or a text is not for the next step to say.
      if (value.start === value.end) return null;
      const problem = step(value);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** The transformation that reads the column's type as the file writes it. */
function readTransform(
  type: ColumnType,
  { date, timestamp, zone, number, booleans }: ImportColumn['transformations'],
): FieldTransform | null {
  if (type.kind === 'date' && date !== undefined) return dateTransform(date);
  if (type.kind === 'timestamp' && (timestamp !== undefined || zone !== undefined)) {
    return timestampTransform(timestamp ?? null, zone ?? null, type);
  }
  if (number !== undefined) return numberTransform(number, type.kind === 'integer');
  return booleans === undefined ? null : booleansTransform(booleans);
}

/** Bytes that a transformation writes to, grown to whatever a value takes. */
export class Scratch {
  bytes: Buffer = Buffer.allocUnsafeSlow(64);

  /** Makes room for `length` bytes; what was there is lost. */
  reserve(length: number): Buffer {
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(2 * length);
    return this.bytes;
  }
}

/** Points the value to `bytes[0, end)`, unless these are what it is already. */
export function replaceValue(value: ValueBytes, bytes: Buffer, end: number): void {
  const { bytes: old, start } = value;
  let same = value.end - start === end;
  for (let at = 0; same && at < end; at++) same = old[start + at] === bytes[at];
  if (same) return;
  value.bytes = bytes;
  value.start = 0;
  value.end = end;
}
