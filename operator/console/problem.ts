import { ZodError } from 'zod';
import { OperatorError } from '../operator-error.ts';
import type { Problem } from './api.ts';

/** Something that a person can put right, with the status of HTTP that says so. */
export class ConsoleProblem extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

const LOG_IN =
  'Log in again (such as by `aws sso login`, or name another AWS_PROFILE). Start the console again where that does not help.';

/** By the names that the AWS SDK gives its errors. */
const known: Record<string, { status: number; remedy: string }> = {
  CredentialsProviderError: { status: 503, remedy: LOG_IN },
  TokenProviderError: { status: 503, remedy: LOG_IN },
  ExpiredToken: { status: 503, remedy: LOG_IN },
  ExpiredTokenException: { status: 503, remedy: LOG_IN },
  InvalidClientTokenId: { status: 503, remedy: LOG_IN },
  UnrecognizedClientException: { status: 503, remedy: LOG_IN },
  InvalidSignatureException: { status: 503, remedy: LOG_IN },
  AccessDenied: { status: 403, remedy: 'docs/deploy.md lists what operators need to be allowed.' },
  AccessDeniedException: { status: 403, remedy: 'docs/deploy.md lists what operators need to be allowed.' },
  ThrottlingException: { status: 503, remedy: 'AWS asks for patience: it goes on by itself.' },
  TooManyRequestsException: { status: 503, remedy: 'AWS asks for patience: it goes on by itself.' },
  ExecutionDoesNotExist: { status: 404, remedy: 'Step Functions forgets executions after 90 days.' },
  InvalidArn: { status: 404, remedy: 'There is no execution of such a name.' },
  StateMachineDoesNotExist: { status: 503, remedy: 'Say which it is with --state-machine <arn>.' },
  NoSuchBucket: { status: 503, remedy: 'Was the stack removed, or is it in another account or region?' },
  NoSuchUpload: { status: 409, remedy: 'Somebody has broken the upload off: upload the file again.' },
  ResultGone: { status: 404, remedy: '' },
};

/** Why an endpoint cannot be reached, in Node's words. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What the page is told of an error, and the status of HTTP; null for a slip in the code, which has its place told. */
export function describeProblem(error: unknown): { status: number; problem: Problem } {
  const { name, message, code } = error as Error & { code?: string };
  if (error instanceof ConsoleProblem) return problemOf(error.status, name, message);
  if (error instanceof OperatorError) return problemOf(400, 'CannotBeDone', message);
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return problemOf(400, 'InvalidRequest', `"${issue!.path.join('.')}": ${issue!.message}.`);
  }
  if (known[name] !== undefined) {
    const { status, remedy } = known[name];
    return problemOf(status, name, `${sentence(message)} ${remedy}`.trim());
  }
  if (code !== undefined && unreachable.has(code)) {
    return problemOf(
      503,
      'Unreachable',
      `${message || code}: Step Functions or S3 cannot be reached. Is the local stack running (\`npm run local\`), or the network there? The console goes on as soon as it is.`,
    );
  }
  return problemOf(500, name, `${sentence(message)} The console's terminal tells more.`);
}

/** Whether it is for the terminal, too: nothing that a person using the page could put right. */
export function isUnexpected({ status }: { status: number }): boolean {
  return status === 500;
}

function problemOf(status: number, name: string, message: string): { status: number; problem: Problem } {
  return { status, problem: { error: { name, message } } };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
