import type { z } from 'zod';

/** What is wrong with a field of a column's options or rules, and the remedy. */
export interface ColumnProblem {
  /** Below `columns.<property>` or `rules.<property>`. */
  field: string;
  problem: string;
}

/** Of a group of options as a whole: one that is no object, or has other options than these. */
export function describeWrong(known: readonly string[]): { error: z.core.$ZodErrorMap } {
  const options = known.join(', ');
  return {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no option ${(issue.keys as string[]).map((key) => JSON.stringify(key)).join(', ')}; it has ${options}`
        : `write it as { … } with any of ${options}`,
  };
}
