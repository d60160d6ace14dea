import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { z } from 'zod';
import { ImportFailure } from '../contract/failures.ts';
import { visibleInLogs } from '../contract/visible-text.ts';
import { UPLOAD_IGNORED } from '../contract/workflow-data.ts';

/** Logs JSON lines with the context that {@link lambda} and the handlers append; never anything of a cell. */
export const logger = new Logger({ serviceName: 'csv-import', jsonReplacerFn: visibleInLogs });

interface InvocationContext {
  functionName?: string;
  awsRequestId?: string;
}

/**
 * A Lambda handler whose event has been parsed by the schema. Every error is logged and thrown on as it is, since
 * its name is what the state machine matches.
 *
 * @param refuse makes the error for an event that does not fit, from what is wrong with each field.
 */
export function lambda<S extends z.ZodType, R>(
  schema: S,
  handle: (input: z.infer<S>) => Promise<R>,
  refuse: (problems: string) => Error = refuseInput,
) {
  return (
    middy<unknown, R>()
      .before(({ event, context }) => {
        const { functionName, awsRequestId } = (context ?? {}) as InvocationContext;
        // The workflow hands it over beside the input proper; an execution of an older definition does not.
        const { executionArn } = (event ?? {}) as { executionArn?: unknown };
        logger.resetKeys();
        logger.appendKeys({ functionName, awsRequestId });
        if (typeof executionArn === 'string') logger.appendKeys({ executionArn });
      })
      .onError(({ error }) => {
        if (error?.name === UPLOAD_IGNORED) return logger.info(error.message);
        // Only name and message: a wrapped error's properties may quote what the log must not hold.
        logger.error(`${error?.name}: ${error?.message}`, { failure: error?.name });
      })
      // async: a schema that throws must reject, as a handler's own errors do.
      .handler(async (event) => {
        const parsed = schema.safeParse(event);
        if (parsed.success) return handle(parsed.data);
        const problems = parsed.error.issues.map(
          (issue) => `${issue.path.length === 0 ? 'the input' : issue.path.join('.')}: ${issue.message}`,
        );
        throw refuse(problems.join('; '));
      })
  );
}

function refuseInput(problems: string): Error {
  return new ImportFailure('UnexpectedError', `The state's input does not have what is needed: ${problems}.`);
}
