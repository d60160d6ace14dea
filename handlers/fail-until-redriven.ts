import { z } from 'zod';
import { writeCause } from '../contract/failure-cause.ts';
import type { FailureName } from '../contract/failures.ts';
import { explainedFailureSchema } from '../contract/workflow-data.ts';
import { describeCause } from './failure-notice.ts';
import { lambda, logger } from './middleware.ts';

const inputSchema = z.object({
  /** Of any name: one that this release does not know must not keep the execution from being redriven. */
  failure: explainedFailureSchema.extend({ name: z.string().min(1) }),
  /** `$$.Execution.RedriveCount` of now. */
  redriveCount: z.number().int(),
  /** Not from an execution of an older definition. */
  runId: z.string().nullable().default(null),
  label: z.string().optional(),
});

/**
 * Ends an execution under its failure's own name, as no Fail state could: a redriven Fail state fails again at
 * once, while this returns after a redrive and lets the workflow start over.
 *
 * @throws an error whose name is the failure's and whose message is for people, until the execution is redriven.
 */
export const handler = lambda(inputSchema, async ({ failure, redriveCount, runId, label }) => {
  logger.appendKeys({ import: failure.importName, runId: runId ?? 'none', upload: label });
  // Nothing of the old round: ValidateUpload starts from the execution's input.
  if (redriveCount > failure.redriveCount) return { redriveCount };
  const { name, blame, retryable, links, importName } = failure;
  const text = describeCause(label ?? 'The upload', failure);
  const details = {
    failure: name as FailureName,
    blame,
    retryable,
    import: importName,
    runId,
    upload: label ?? null,
    links,
  };
  const error = new Error(writeCause(text, details));
  error.name = failure.name;
  // Lambda copies the stack into the cause, where it would bury what people need.
  error.stack = '';
  throw error;
});
