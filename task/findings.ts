import type { Counts, Report } from '../contract/report.ts';

/** What a step has found out that belongs in the report of an attempt, also of one that fails. */
export interface Findings {
  /** How the file is read. */
  file: Report['file'];
  rejects: Report['rejects'];
  /** Rows read and rejected; nothing that only COMMIT makes true. */
  counts: Counts;
  /** Whether batches commit, or have committed, that stay whatever becomes of this attempt. */
  inBatches: boolean;
}

/** What ended a step, its cause, with what the step had found out by then. */
export class StepFailure extends Error {
  readonly findings: Partial<Findings>;

  /** @param findings what a step inside this one has found out goes before */
  constructor(cause: unknown, findings: Partial<Findings>) {
    super('a step of the attempt failed', { cause });
    this.findings = { ...findings, ...findingsOf(cause) };
  }
}

/** What had been found out when an error ended the attempt. */
export function findingsOf(error: unknown): Partial<Findings> {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof StepFailure) return at.findings;
  return {};
}

/** The error itself, whichever steps it has ended. */
export function reasonOf(error: unknown): unknown {
  return error instanceof StepFailure ? reasonOf(error.cause) : error;
}
