/** Where a run's files are in the results bucket. The upload bucket is never written to. */
export const storageKeys = {
  /** Keyed by attempt too, so that no later attempt can be taken for this one. */
  report: (runId: string, attempt: string) => `reports/${runId}/${attempt}.json`,
  /** Rewritten every few seconds while the run lasts. */
  progress: (runId: string) => `progress/${runId}.json`,
  /** The header and the refused rows, byte for byte. */
  rejectedRows: (runId: string) => `rejects/${runId}/rows.csv`,
  /** One line per reject: line, row, column, code, reason, value. */
  rejectErrors: (runId: string) => `rejects/${runId}/errors.csv`,
} as const;

/** The prefixes that the importer may write under, for its permissions. */
export const resultPrefixes = ['reports/', 'progress/', 'rejects/'] as const;
