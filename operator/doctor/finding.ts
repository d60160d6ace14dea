import { explainError } from '../explain-error.ts';

/** The result of one check. */
export interface Finding {
  what: string;
  /** `unknown`: it could not be checked. */
  state: 'ok' | 'failed' | 'unknown';
  found: string;
  /** What to do about it; null if it is ok. */
  remedy: string | null;
}

export const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found, remedy: null });

export const failed = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'failed',
  found,
  remedy,
});

export const unknown = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'unknown',
  found,
  remedy,
});

/** Describes an error as a finding, with its remedy. `before` says what was tried. */
export function errorFinding(
  state: 'failed' | 'unknown',
  what: string,
  error: unknown,
  before = '',
): Finding {
  const { found, remedy } = explainError(error);
  const otherwise = before === '' ? 'As it says.' : 'docs/runbook.md says what else to look at.';
  return { what, state, found: before === '' ? found : `${before} ${found}`, remedy: remedy ?? otherwise };
}
