// What each state of the workflow tries again, how often, and for how long at most.
import { beforeAll, describe, expect, it } from 'vitest';
import { definitionOf, makeStack, type State } from './make-stack.ts';

let states: Record<string, State>;
beforeAll(async () => {
  states = definitionOf((await makeStack()).template).States;
});

interface Retry {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxAttempts: number;
  MaxDelaySeconds?: number;
}

/** The errors, how often they are tried again, and the waits in between, added up: with full jitter, at most so much. */
function summarise({ ErrorEquals, IntervalSeconds = 1, BackoffRate = 2, MaxAttempts, ...retry }: Retry) {
  const longest = retry.MaxDelaySeconds ?? Number.POSITIVE_INFINITY;
  const waits = Array.from({ length: MaxAttempts }, (_, index) =>
    Math.min(longest, IntervalSeconds * BackoffRate ** index),
  );
  return { errors: ErrorEquals, times: MaxAttempts, seconds: waits.reduce((sum, each) => sum + each, 0) };
}

const lambda = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  times: 6,
  seconds: 2 + 4 + 8 + 16 + 32 + 60,
};
const storage = { errors: ['StorageUnavailable'], times: 3, seconds: 5 + 15 + 45 };
const late = {
  errors: ['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown', 'TimeoutError'],
  times: 3,
  seconds: 5 + 15 + 45,
};
const notStarted = {
  errors: [
    'ECS.AmazonECSException',
    'AmazonECS.Unknown',
    'ECS.ServerException',
    'ECS.ThrottlingException',
    'ECS.SdkClientException',
  ],
  times: 1_000,
  seconds: 10 + 20 + 40 + 80 + 160 + 320 + 994 * 600,
};
const anything = { errors: ['States.ALL'], times: 5, seconds: 2 + 4 + 8 + 16 + 30 };

describe('tried again', () => {
  it.each([
    ['ValidateUpload', [lambda, late, storage]],
    ['RunImporter', [notStarted]],
    ['ReadReport', [anything]],
    ['ExplainFailure', [anything]],
    ['ImportFailed', [lambda, late]],
    ['NotifySuccess', [anything]],
    ['NotifyWithoutReport', [anything]],
    ['NotifyFailure', [anything]],
  ])('%s', (name, expected) => {
    expect((states[name]!.Retry as Retry[] | undefined)?.map(summarise)).toEqual(expected);
  });

  it('no other state is a Task', () => {
    const tasks = Object.keys(states).filter((name) => states[name]!.Type === 'Task');
    expect(tasks.toSorted()).toEqual([
      'ExplainFailure',
      'ImportFailed',
      'NotifyFailure',
      'NotifySuccess',
      'NotifyWithoutReport',
      'ReadReport',
      'RunImporter',
      'ValidateUpload',
    ]);
  });
});
