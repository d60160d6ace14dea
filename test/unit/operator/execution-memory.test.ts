import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { ExecutionMemory } from '../../../operator/execution-memory.ts';

// Step Functions itself cannot run here, and the local stack does not wait for two weeks.
const stepFunctions = mockClient(SFNClient);
// It stands in for every client in this process, those of other test files, too.
afterAll(() => stepFunctions.restore());
const connection = {
  sfn: new SFNClient({ region: 'us-east-1' }),
  s3: new S3Client({}),
  stateMachineArn: 'arn',
};
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** What Step Functions says from now on of the execution: by itself, and in a list. */
function is(
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED',
  { redriveCount = 0, stopDate = minutesAgo(1), redriveStatus = 'NOT_REDRIVABLE', known = true } = {},
) {
  const ended = status === 'RUNNING' ? {} : { stopDate };
  const data = { import: 'customers', runId: 'customers-1', upload: null };
  stepFunctions.on(DescribeExecutionCommand).resolves({
    executionArn: 'arn:1',
    name: '1',
    status,
    startDate: minutesAgo(5),
    ...ended,
    redriveCount,
    redriveStatus: redriveStatus as 'REDRIVABLE',
    ...(status === 'SUCCEEDED' ? { output: JSON.stringify(data) } : {}),
  });
  stepFunctions.on(GetExecutionHistoryCommand).resolves({
    events: known
      ? [
          {
            id: 1,
            timestamp: new Date(),
            type: 'TaskStateExited',
            stateExitedEventDetails: { name: 'ValidateUpload', output: JSON.stringify(data) },
          },
        ]
      : [],
  });
  return { executionArn: 'arn:1', status, ...ended, redriveCount };
}
const asked = () => stepFunctions.commandCalls(DescribeExecutionCommand).length;

let memory: ExecutionMemory;
beforeEach(() => {
  stepFunctions.reset();
  memory = new ExecutionMemory();
});

it.each(['SUCCEEDED', 'FAILED'] as const)(
  'what %s is asked for once, until it is redriven',
  async (status) => {
    const listed = is(status);
    const first = await memory.read(connection, listed);
    expect(first).toMatchObject({ status, import: 'customers' });
    expect(await memory.read(connection, listed)).toEqual(first);
    expect(asked()).toBe(1);
    expect(await memory.read(connection, is('RUNNING', { redriveCount: 1 }))).toMatchObject({
      status: 'RUNNING',
      redrives: 1,
    });
    expect(await memory.read(connection, is('FAILED', { redriveCount: 1 }))).toMatchObject({ redrives: 1 });
    expect(asked()).toBe(3);
  },
);

it('what runs is asked for until its import is known, and is older each time', async () => {
  await memory.read(connection, is('RUNNING', { known: false }));
  const listed = is('RUNNING');
  const { seconds } = await memory.read(connection, listed);
  expect(asked()).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await memory.read(connection, listed)).seconds).toBeGreaterThan(seconds);
  expect(asked()).toBe(2);
  expect(await memory.read(connection, is('SUCCEEDED'))).toMatchObject({ status: 'SUCCEEDED' });
});

it('what has gone on since it was listed is not taken for what the list says', async () => {
  const listed = is('RUNNING');
  is('FAILED');
  expect(await memory.read(connection, listed)).toMatchObject({ status: 'FAILED' });
  is('RUNNING');
  expect(await memory.read(connection, listed)).toMatchObject({ status: 'RUNNING' });
});

it('what can be redriven for two weeks only is asked for once more after them', async () => {
  const stopDate = minutesAgo(15 * 24 * 60);
  const listed = is('FAILED', { stopDate, redriveStatus: 'REDRIVABLE' });
  expect(await memory.read(connection, listed)).toMatchObject({ notRedrivable: null });
  is('FAILED', { stopDate });
  expect(await memory.read(connection, listed)).toMatchObject({ notRedrivable: expect.any(String) });
  await memory.read(connection, listed);
  expect(asked()).toBe(2);
});
