import { ZodError } from 'zod';
import { explainError, isExplained } from '../../explain-error.ts';
import { OperatorError } from '../../operator-error.ts';
import type { Problem } from '../api.ts';

/** Something that a person can put right, with the status of HTTP that says so. */
export class ConsoleProblem extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

/** What the page is told of an error, with the status of HTTP; 500 is a slip in the code, and for the terminal too. */
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
