// Somebody calls StopTask: the execution fails after the last attempt, and all say that it was a deliberate stop.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCause } from '../../contract/failure-cause.ts';
import { TaskError } from '../../local/task-error.ts';
import type { LocalTasks, RunTaskRequest } from '../../local/tasks.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

let harness: StackHarness;
let arn: string;
let stopping = true;
beforeAll(async () => {
  harness = await createStackHarness({ runTasks: () => importers });
  arn = await harness.upload('customers.csv', 'id\n1\n');
  await harness.end(arn);
});
afterAll(() => harness.close());

/** Importers that somebody stops, or that end well. */
const importers: LocalTasks = {
  async run({ Overrides }: RunTaskRequest) {
    const task = {
      TaskArn: 'arn:aws:ecs:us-east-1:000000000000:task/local/1',
      StopCode: stopping ? 'UserInitiated' : 'EssentialContainerExited',
      StoppedReason: stopping ? 'stuck since noon' : '',
      Containers: [{ Name: 'importer', LastStatus: 'STOPPED', ExitCode: stopping ? 143 : 0 }],
      Overrides,
    };
    if (stopping) throw new TaskError('States.TaskFailed', JSON.stringify(task));
    return task as never;
  },
  running: () => [],
  close: async () => {},
};

function ops(...args: string[]): Promise<string> {
  const main = join(import.meta.dirname, '../../operator/main.ts');
  const { endpoints } = harness.description;
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  // `show` exits with 1 for an execution that failed.
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

it('cause and notification say so, and who can tell more', async () => {
  const execution = await harness.describe(arn);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ImporterStopped' });
  const { text, details } = readCause(execution.cause);
  expect(text).toMatch(/ECS says: stuck since noon.* A deliberate stop: neither .* Redrive the execution/s);
  expect(details).toMatchObject({ blame: 'none' });
  expect(await harness.notifications()).toMatchObject([
    {
      subject: '[customers] import stopped: ImporterStopped: customers.csv',
      attributes: { outcome: 'failed', failure: 'ImporterStopped', blame: 'none' },
    },
  ]);
});

it('ops list and ops show say so, and a search for failures leaves it alone', async () => {
  expect(await ops('list')).toContain('ImporterStopped (stopped)');
  expect(await ops('list', '--blame', 'system')).not.toContain('ImporterStopped');
  const shown = await ops('show', arn);
  expect(shown).toMatch(/cause +A deliberate stop: neither the file nor the system has a problem/);
  expect(shown).toContain('Next: npm run ops -- redrive');
  expect(await ops('redrive', '--failed-since', '1h', '--dry-run')).toMatch(
    /1: Somebody stopped it.*There is nothing to redrive/s,
  );
});

it('a redrive starts the importer again', async () => {
  stopping = false;
  expect(await harness.redrive(arn)).toMatchObject({ status: 'SUCCEEDED' });
});
