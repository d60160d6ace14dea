import type { Sql } from 'postgres';
import { z } from 'zod';

/** The run that a step belongs to. */
export interface StepRun {
  runId: string;
  import: string;
  /** Of the object. */
  key: string;
  /** Whether everything will be rolled back. */
  dryRun: boolean;
}

/**
 * SQL, or a function that gets the transaction which writes the rows, as a client of postgres.js, which Drizzle takes,
 * too. Neither may end the transaction.
 */
export type Step = string | ((tx: Sql, run: StepRun) => Promise<unknown>);

const step = z.union(
  [z.string().min(1), z.custom<Exclude<Step, string>>((each) => typeof each === 'function')],
  {
    error: 'write SQL, or a function that gets the transaction; or a list of them',
  },
);

/** One {@link Step} or several, as a list. */
export const stepsSchema = z
  .union([step, z.array(step)], {
    error: 'write SQL, or a function that gets the transaction; or a list of them',
  })
  .transform((steps): readonly Step[] => (Array.isArray(steps) ? steps : [steps]))
  .optional();
