import type { ColumnRules, ImportColumn } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { countCharacters, listValues } from './check-text.ts';
import { compareDecimals } from './compare-decimals.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/**
 * The rules of a column as one check that comes after the type's; null where there are none.
 *
 * @throws ImportFailure `DefinitionInvalid` for `min` or `max` on a column that holds no numbers.
 */
export function rulesCheck(column: Pick<ImportColumn, 'name' | 'type' | 'rules'>): FieldCheck | null {
  const { min, max, minLength, maxLength, pattern, oneOf } = column.rules;
  requireNumbers(column);
  const checks: FieldCheck[] = [];
  if (min !== undefined) checks.push(boundCheck(min, 1, `must be at least ${min}`));
  if (max !== undefined) checks.push(boundCheck(max, -1, `must be at most ${max}`));
  if (minLength !== undefined) {
    const tooShort = fieldProblem('rule_violated', `must have at least ${minLength} characters`);
    checks.push((bytes, start, end) => (countCharacters(bytes, start, end) < minLength ? tooShort : null));
  }
  if (maxLength !== undefined) {
    const tooLong = fieldProblem('rule_violated', `must have at most ${maxLength} characters`);
    checks.push((bytes, start, end) => (countCharacters(bytes, start, end) > maxLength ? tooLong : null));
  }
  if (oneOf !== undefined) {
    const allowed = new Set(oneOf);
    const other = fieldProblem('rule_violated', `must be one of ${listValues(oneOf)}`);
    checks.push((bytes, start, end) => (allowed.has(bytes.toString('utf8', start, end)) ? null : other));
  }
  if (pattern !== undefined) checks.push(patternCheck(pattern));
  if (checks.length <= 1) return checks[0] ?? null;
  return (bytes, start, end) => {
    for (const check of checks) {
      const problem = check(bytes, start, end);
      if (problem !== null) return problem;
    }
    return null;
  };
}

function patternCheck(pattern: RegExp): FieldCheck {
  const mismatch = fieldProblem('rule_violated', `must match ${pattern}`);
  // A copy: a global or sticky expression keeps its place between calls, and this one is the user's.
  const copy = new RegExp(pattern);
  return (bytes, start, end) => {
    copy.lastIndex = 0;
    return copy.test(bytes.toString('utf8', start, end)) ? null : mismatch;
  };
}

/** `allowed`: the sign that comparing a value with the bound may have, beside 0. */
function boundCheck(bound: number, allowed: 1 | -1, reason: string): FieldCheck {
  const violated = fieldProblem('rule_violated', reason);
  const boundText = String(bound);
  return (bytes, start, end) => {
    const order = compareDecimals(bytes.toString('latin1', start, end), boundText);
    return order === 0 || order === allowed ? null : violated;
  };
}

function requireNumbers({ name, type, rules }: Pick<ImportColumn, 'name' | 'type' | 'rules'>): void {
  const rule = (['min', 'max'] satisfies (keyof ColumnRules)[]).find((key) => rules[key] !== undefined);
  if (rule === undefined || type.kind === 'integer' || type.kind === 'numeric' || type.kind === 'float')
    return;
  throw new ImportFailure(
    'DefinitionInvalid',
    `Rule "${rule}" of column "${name}" compares numbers, but the column's type is ${type.kind}: use minLength, maxLength, pattern or oneOf, or leave it out.`,
  );
}
