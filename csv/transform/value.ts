import type { FieldProblem } from '../check/field-problem.ts';

/** A value, without enclosing or doubled quotes: `bytes[start, end)`. */
export interface ValueBytes {
  bytes: Buffer;
  start: number;
  end: number;
  /** Set by a transformation: the value is NULL, whatever its bytes are. */
  isNull?: boolean;
}

/**
 * Changes a value: narrows it, or points it to bytes of the transformation's own, which are good until its next call.
 * A value that needs no change is left alone, so that its row is passed on as it stands. Gives what is wrong with a
 * value that is not written as declared.
 */
export type FieldTransform = (value: ValueBytes) => FieldProblem | null;

/** Bytes that a transformation writes to, grown to whatever a value takes. */
export class Scratch {
  bytes: Buffer = Buffer.allocUnsafeSlow(64);

  /** Makes room for `length` bytes; what was there is lost. */
  reserve(length: number): Buffer {
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(2 * length);
    return this.bytes;
  }
}

/** Makes the value NULL. */
export function makeNull(value: ValueBytes): null {
  value.isNull = true;
  return null;
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
