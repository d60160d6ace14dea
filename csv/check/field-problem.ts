import { type RejectCode, rejectCodes } from '../../contract/reject-codes.ts';
import type { BinaryRows } from '../encode/binary-rows.ts';

/** Why one value is refused; `reason` never contains the value itself. */
export interface FieldProblem {
  readonly code: RejectCode;
  readonly reason: string;
  /** The reason in the words of the import's code, which may quote the value: for errors.csv only. */
  readonly words?: string;
}

/**
 * Looks at the value in `bytes[start, end)`, which excludes enclosing quotes and holds no doubled ones; null when
 * it is fine. Problems are made once, when the check is built, so that checking allocates nothing.
 *
 * With `out`, the check of a type also writes the value there as a field: most of what encoding takes is known by then.
 * The caller has made room for it, and discards what was written of a value that is not fine.
 */
export type FieldCheck = (bytes: Buffer, start: number, end: number, out?: BinaryRows) => FieldProblem | null;

/** A problem whose reason is the code's own sentence, or a more specific one. */
export function fieldProblem(code: RejectCode, reason: string = rejectCodes[code]): FieldProblem {
  return Object.freeze({ code, reason });
}
