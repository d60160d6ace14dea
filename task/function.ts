import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { logLink } from '../contract/console-links.ts';
import { type ReportedFailure, reportFailure } from '../contract/failures.ts';
import { visibleInLogs } from '../contract/visible-text.ts';
import { AttemptRunner } from './attempt-runner.ts';

/** Lambda ends a function that takes too long without a word; so long before that it stops by itself, and reports. */
const STOP_BEFORE_MS = 10_000;
/** Waiting is billed and a start costs nothing: without a slot it leaves, and comes back soon. */
const patience = { staySeconds: 1, leastWaitSeconds: 5 };

const logger = new Logger({ serviceName: 'importer', jsonReplacerFn: visibleInLogs });
// Once per execution environment, so that connections are kept between invocations.
const s3 = new S3Client({ maxAttempts: 5 });

/** What Lambda says of an invocation. */
interface Invocation {
  awsRequestId?: string;
  getRemainingTimeInMillis(): number;
}

/**
 * The importer as a function, for small uploads: one attempt, by the variables that a task has in its environment.
 *
 * @throws Error by the failure's name, once it is in the report
 */
export async function handler(
  attempt: Record<string, string>,
  invocation: Invocation,
): Promise<{ outcome: string }> {
  logger.resetKeys();
  logger.appendKeys({ awsRequestId: invocation.awsRequestId });
  const { outcome, failure } = await importUpload(attempt, invocation);
  if (failure === null) return { outcome };
  const error = new Error(failure.message);
  error.name = failure.name;
  // Lambda copies the stack into the cause, where it would bury the message.
  error.stack = '';
  throw error;
}

async function importUpload(
  attempt: Record<string, string>,
  { getRemainingTimeInMillis }: Invocation,
): Promise<{ outcome: string; failure: ReportedFailure | null }> {
  const runner = new AttemptRunner(s3, logger);
  const stop = new AbortController();
  const timer = setTimeout(() => {
    logger.warn('the time of the function is nearly up: stopping');
    stop.abort(new DOMException('the time of the function was nearly up', 'AbortError'));
  }, getRemainingTimeInMillis() - STOP_BEFORE_MS);
  try {
    return await runner.run({
      environment: { ...process.env, ...attempt },
      signal: stop.signal,
      log: findFunctionLog(attempt.EXECUTION_ARN ?? ''),
      patience,
    });
  } catch (error) {
    return { outcome: 'failed', failure: reportFailure(await runner.fail(error)) };
  } finally {
    clearTimeout(timer);
  }
}

/** The console's page of the log that this execution environment writes; null outside AWS. */
function findFunctionLog(executionArn: string): string | null {
  const { AWS_LAMBDA_LOG_GROUP_NAME: group, AWS_LAMBDA_LOG_STREAM_NAME: stream } = process.env;
  return group === undefined || stream === undefined ? null : logLink(executionArn, group, stream);
}
