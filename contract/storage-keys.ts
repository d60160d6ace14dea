/**
 * Where a run's files are in the results bucket. The upload bucket is never written to.
 *
 * All are keyed by attempt, too: an attempt that was given up, and goes on beside its successor, must not write over
 * what that one says.
 */
export const storageKeys = {
  report: (runId: string, attempt: string) => `reports/${runId}/${attempt}.json`,
  /** Rewritten every few seconds while the attempt lasts. */
  progress: (runId: string, attempt: string) => `progress/${runId}/${attempt}.json`,
  /** The header and the rejected rows, byte for byte. */
  rejectedRows: (runId: string, attempt: string) => `rejects/${runId}/${attempt}/rows.csv`,
  /** One line per reject: line, row, column, code, reason, value. */
  rejectErrors: (runId: string, attempt: string) => `rejects/${runId}/${attempt}/errors.csv`,
} as const;

/** The prefixes that the importer may write under, for its permissions. */
export const resultPrefixes = ['reports/', 'progress/', 'rejects/'] as const;
