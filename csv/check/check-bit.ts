import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** Exactly `length` digits 0 and 1; PostgreSQL's other forms (`B'1'`, `x1f`) are not taken. */
export function bitCheck(length: number): FieldCheck {
  const invalid = fieldProblem(
    'invalid_bits',
    `must be ${length} digit${length === 1 ? '' : 's'}, each 0 or 1`,
  );
  return (bytes, start, end) => {
    if (end - start !== length) return invalid;
    for (let at = start; at < end; at++) if ((bytes[at]! | 1) !== 0x31) return invalid;
    return null;
  };
}
