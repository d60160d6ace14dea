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

/** The stack without the message before it, whose lines may look like anything. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  return (at === -1 ? stack : stack.slice(at + message.length))
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());
}
