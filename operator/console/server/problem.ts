import { ZodError } from 'zod';
import { explainError, isExplained } from '../../explain-error.ts';
import { OperatorError } from '../../operator-error.ts';
import type { Problem } from '../api.ts';

/** An error that the user can correct, with its HTTP status. */
export class ConsoleProblem extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

/** The response to an error, with its HTTP status. 500 is a bug, which the terminal shows too. */
export function describeProblem(error: unknown): { status: number; problem: Problem } {
  const { name, message } = error as Error;
  if (error instanceof ConsoleProblem) return problemOf(error.status, name, message);
  if (error instanceof OperatorError) return problemOf(400, 'CannotBeDone', message);
  // The name of an execution that cannot be one: it stands in the address.
  if (name === 'ValidationException') return problemOf(400, 'InvalidRequest', explainError(error).found);
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return problemOf(400, 'InvalidRequest', `"${issue!.path.join('.')}": ${issue!.message}.`);
  }
  const { found, remedy } = explainError(error);
  const status = statusOf(error as Error);
  const next = status === 500 ? 'The console’s terminal tells more.' : remedy;
  return problemOf(status, name === 'Error' ? 'NotConnected' : name, [found, next ?? ''].join(' ').trim());
}

function statusOf(error: Error & { $metadata?: { httpStatusCode?: number } }): number {
  if (/^(ExecutionDoesNotExist|InvalidArn|ResultGone)$/.test(error.name)) return 404;
  if (error.$metadata?.httpStatusCode === 403) return 403;
  return isExplained(error) ? 503 : 500;
}

function problemOf(status: number, name: string, message: string): { status: number; problem: Problem } {
  return { status, problem: { error: { name, message } } };
}
