import { explainError } from '../explain-error.ts';

/** What one look at the system found. */
export interface Finding {
  what: string;
  /** `unknown` where it could not be looked at. */
  state: 'well' | 'ill' | 'unknown';
  found: string;
  /** What to do about it; null where it is well. */
  remedy: string | null;
}

export const well = (what: string, found: string): Finding => ({ what, state: 'well', found, remedy: null });

export const ill = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'ill',
  found,
  remedy,
});

export const unknown = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'unknown',
  found,
  remedy,
});

/** An error as a finding: in words, with its remedy. `before` says what was tried. */
export function failed(state: 'ill' | 'unknown', what: string, error: unknown, before = ''): Finding {
  const { found, remedy } = explainError(error);
  const otherwise = before === '' ? 'As it says.' : 'docs/runbook.md says what else to look at.';
  return { what, state, found: before === '' ? found : `${before} ${found}`, remedy: remedy ?? otherwise };
}
