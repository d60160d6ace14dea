import { expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import type { Transformations } from '../../../../contract/definition/define-import.ts';
import { fieldCheckFor } from '../../../../csv/check/field-check.ts';
import { transformFor } from '../../../../csv/transform/transform.ts';
import type { ValueBytes } from '../../../../csv/transform/value.ts';

export const text: ColumnType = { kind: 'text', maxLength: null };
export const integer: ColumnType = { kind: 'integer', min: -2147483648n, max: 2147483647n };
export const numeric: ColumnType = { kind: 'numeric', precision: 12, scale: 2 };
export const decimal: ColumnType = { kind: 'numeric', precision: null, scale: null };
export const boolean: ColumnType = { kind: 'boolean' };
export const date: ColumnType = { kind: 'date' };
export const time = { kind: 'time', precision: 6, withTimeZone: false } as const;
export const timestamp = { kind: 'timestamp', precision: 6, withTimeZone: false } as const;
export const instant = { kind: 'timestamp', precision: 6, withTimeZone: true } as const;
export const array = (element: ColumnType): ColumnType => ({ kind: 'array', dimensions: 1, element });

/** What becomes of a value, which stands between other bytes; or the code and reason that reject it. */
export function transform(type: ColumnType, transformations: Transformations, given: string): string {
  const bytes = Buffer.from(`9${given}9`);
  const value: ValueBytes = { bytes, start: 1, end: bytes.length - 1 };
  const problem = transformFor({ type, transformations })?.(value) ?? null;
  if (problem === null && value.isNull === true) return 'NULL';
  const found = problem ?? fieldCheckFor({ type, rules: {} })?.(value.bytes, value.start, value.end);
  return found ? `${found.code}: ${found.reason}` : value.bytes.toString('utf8', value.start, value.end);
}

/** A test for each value and what it becomes. */
export function turns(
  name: string,
  type: ColumnType,
  how: Transformations,
  cases: Record<string, string>,
): void {
  it.each(Object.entries(cases))(`${name}: %j becomes %j`, (given, expected) => {
    expect(transform(type, how, given)).toBe(expected);
    // Transformed twice, a text changes no more.
    if (type === text && expected !== 'NULL') expect(transform(type, how, expected)).toBe(expected);
  });
}

/** A test for each value that is not as declared, whatever the reason says. */
export function rejects(
  name: string,
  type: ColumnType,
  how: Transformations,
  code: string,
  values: readonly string[],
): void {
  it.each(values)(`${name}: rejects %j`, (given) => {
    expect(transform(type, how, given).split(':')[0]).toBe(code);
  });
}
