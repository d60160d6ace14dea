import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import { boundChecks } from './check-bounds.ts';
import { emailCheck } from './check-email.ts';
import { countCharacters, listValues } from './check-text.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** The rules of a column as one check that comes after the type's; null where there are none. */
export function rulesCheck({ type, rules }: Pick<ImportColumn, 'type' | 'rules'>): FieldCheck | null {
  const { minLength, maxLength, pattern, oneOf, email } = rules;
  const checks = boundChecks(type, rules);
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
  if (email === true) checks.push(emailCheck());
  if (pattern !== undefined) checks.push(patternCheck(pattern));
  if (checks.length === 0) return null;
  const all = checks.length === 1 ? checks[0]! : allOf(checks);
  return rules.message === undefined ? all : inWords(all, rules.message);
}

function allOf(checks: readonly FieldCheck[]): FieldCheck {
  return (bytes, start, end) => {
    for (const check of checks) {
      const problem = check(bytes, start, end);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** The check with the reason that the definition gives. */
function inWords(check: FieldCheck, message: string): FieldCheck {
  const problem = fieldProblem('rule_violated', message);
  return (bytes, start, end) => (check(bytes, start, end) === null ? null : problem);
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
