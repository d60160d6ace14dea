import { expect, it } from 'vitest';
import { startedAttempt } from '../../../operator/started-attempt.ts';

const scheduled = (resourceType: string, parameters: unknown) => ({
  id: 1,
  timestamp: new Date(),
  type: 'TaskScheduled' as const,
  taskScheduledEventDetails: {
    resourceType,
    resource: 'runTask.sync',
    region: 'us-east-1',
    parameters: JSON.stringify(parameters),
  },
});
const started = (...environment: [string, string][]) =>
  scheduled('ecs', {
    Overrides: {
      ContainerOverrides: [
        { Name: 'Importer', Environment: environment.map(([Name, Value]) => ({ Name, Value })) },
      ],
    },
  });

it('is told by what RunImporter gives to its task', () => {
  expect(startedAttempt(started(['S3_KEY', 'k'], ['RUN_ID', 'r'], ['ATTEMPT', 'e.0.1']))).toEqual({
    runId: 'r',
    attempt: 'e.0.1',
  });
});

it('is told by what RunSmallImport gives to its function', () => {
  const payload = { RUN_ID: 'r', ATTEMPT: 'e.0.1', S3_KEY: 'k' };
  expect(startedAttempt(scheduled('lambda', { FunctionName: 'f', Payload: payload }))).toEqual({
    runId: 'r',
    attempt: 'e.0.1',
  });
});

it.each([
  ['another kind of task', scheduled('lambda', { Overrides: { ContainerOverrides: [] } })],
  ['a task without them', started(['RUN_ID', 'r'])],
  ['parameters of another shape', scheduled('ecs', {})],
  ['any other event', { id: 1, timestamp: new Date(), type: 'TaskStarted' as const }],
])('is not told by %s', (_, event) => {
  expect(startedAttempt(event)).toBeNull();
});
