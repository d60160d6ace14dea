import type { Logger } from '@aws-lambda-powertools/logger';
import type { ImportFailure } from '../contract/failures.ts';

/**
 * Logs a failure without what may hold cells: of the error behind it only the stack, and only where the fault is
 * ours. (PostgreSQL's DETAIL and CONTEXT, which its errors carry as properties, quote rows.)
 */
export function logFailure(logger: Logger, failure: ImportFailure): void {
  const { name, blame, retryable, message, cause } = failure;
  logger.error(`${name}: ${message}`, {
    failure: { name, blame, retryable },
    ...(name === 'UnexpectedError' && cause instanceof Error ? { stack: framesOf(cause) } : {}),
  });
}

/** The stack without its first line, which is the message. */
function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());
}
