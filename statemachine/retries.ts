import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

// Jitter everywhere: a hundred files dropped at once must not come back at once.

/** Lambda itself failed or is at its concurrency limit; what the function threw is not meant. */
export const lambdaServiceErrors: RetryProps = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  // 2 + 4 + … + 64 s: a burst that exceeds the concurrency limit has passed by then.
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.minutes(1),
  jitterStrategy: JitterType.FULL,
};

/**
 * The function ran out of time: by the state's limit; by Lambda's, under its new name and its old, which a function
 * that ran out of memory has, too; and by middy's, which ends a function milliseconds before Lambda does.
 */
export const lambdaTimeouts: RetryProps = {
  errors: ['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown', 'TimeoutError'],
  // Each took half a minute already.
  interval: Duration.seconds(5),
  backoffRate: 3,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};

/** ValidateUpload could not reach S3, after the SDK's own retries: wait longer than it does. */
export const storageUnavailable: RetryProps = {
  errors: ['StorageUnavailable'],
  interval: Duration.seconds(5),
  backoffRate: 3,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};

/**
 * RunTask refused, so no task was started: throttling (RunTask takes about 20 a second, Fargate launches 20 a second
 * after a burst of 100) or no capacity (a non-empty `Failures` comes as AmazonECS.Unknown). States.TaskFailed is
 * missing on purpose: it matches a task that ran and failed, and ExplainFailure decides about those.
 */
export const taskNotStarted: RetryProps = {
  errors: [
    'ECS.AmazonECSException',
    'AmazonECS.Unknown',
    'ECS.ServerException',
    'ECS.ThrottlingException',
    'ECS.SdkClientException',
  ],
  // Up to 10, 20, 40 … 600 s, half of that on average: a thousand uploads are started within some minutes, and an
  // account that is out of capacity is asked every five. As long as it takes: the execution's time limit ends it, and
  // a thousand tries, of three events each, stay far below the 25,000 events of a history.
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 1_000,
  maxDelay: Duration.minutes(10),
  jitterStrategy: JitterType.FULL,
};

/** As many small uploads are imported as the function's concurrency allows, so this one was not started. */
export const functionBusy: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  // As for RunTask: the execution's time limit ends it. A small upload takes seconds, so it is asked for more often.
  maxAttempts: 1_000,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};

/** For a state that may be repeated harmlessly, and whose failure would hide how the run ended. */
export const whateverFails: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};
