import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { stateVisits } from '../../../operator/state-visits.ts';

/** A history with a second between the events. */
const history = (...events: Partial<HistoryEvent>[]) =>
  events.map(
    (event, index) =>
      ({ id: index + 1, timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, index)), ...event }) as HistoryEvent,
  );
const entered = (name: string, input = '{}'): Partial<HistoryEvent> => ({
  type: 'TaskStateEntered',
  stateEnteredEventDetails: { name, input },
});
const exited = (name: string, output = '{}'): Partial<HistoryEvent> => ({
  type: 'TaskStateExited',
  stateExitedEventDetails: { name, output },
});
const importer = (attempt: string): Partial<HistoryEvent> => {
  const Environment = [
    { Name: 'RUN_ID', Value: 'run' },
    { Name: 'ATTEMPT', Value: attempt },
  ];
  const parameters = JSON.stringify({ Overrides: { ContainerOverrides: [{ Environment }] } });
  return {
    type: 'TaskScheduled',
    taskScheduledEventDetails: { resourceType: 'ecs', resource: 'runTask.sync', region: 'r', parameters },
  };
};
const task = (ExitCode: number, StopCode: string, StoppedReason: string) =>
  JSON.stringify({
    TaskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/cluster/1',
    ...{ StopCode, StoppedReason, Containers: [{ Name: 'importer', ExitCode }] },
  });
const failed = (cause: string): Partial<HistoryEvent> => ({
  type: 'TaskFailed',
  taskFailedEventDetails: {
    resourceType: 'ecs',
    resource: 'runTask.sync',
    error: 'States.TaskFailed',
    cause,
  },
});

describe('the visits of a state', () => {
  it('have input, output, events and how each start of the importer ended', () => {
    const visits = stateVisits(
      history(
        entered('ValidateUpload', '{"a":1}'),
        exited('ValidateUpload', '{"b":2}'),
        entered('RunImporter', '{"b":2}'),
        importer('x.0.1'),
        failed(task(137, 'EssentialContainerExited', 'Out of memory')),
        exited('RunImporter', '{"c":3}'),
        entered('RunImporter', '{"d":4}'),
        importer('x.0.2'),
        {
          type: 'TaskSucceeded',
          taskSucceededEventDetails: { output: task(0, 'x', ''), resource: '', resourceType: 'ecs' },
        },
      ),
      'RunImporter',
    );
    expect(visits).toMatchObject([
      {
        at: '2026-01-01T00:00:02.000Z',
        endedAt: '2026-01-01T00:00:05.000Z',
        input: '{"b":2}',
        output: '{"c":3}',
        error: { name: 'States.TaskFailed', cause: expect.stringContaining('Out of memory') },
        attempts: [
          {
            attempt: 'x.0.1',
            task: { exitCode: 137, stopCode: 'EssentialContainerExited', reason: 'Out of memory' },
          },
        ],
        events: [{ type: 'TaskStateEntered' }, { type: 'TaskScheduled' }, { type: 'TaskFailed' }, { id: 6 }],
      },
      { endedAt: null, output: null, error: null, attempts: [{ attempt: 'x.0.2', task: { exitCode: 0 } }] },
    ]);
  });

  it('begin again by a redrive, whether the history says that the state was entered (here) or not (AWS)', () => {
    const before = [
      entered('RunImporter', '{}'),
      importer('x.0.1'),
      { type: 'ExecutionAborted', executionAbortedEventDetails: { cause: 'by hand' } },
      { type: 'ExecutionRedriven' },
    ] as Partial<HistoryEvent>[];
    const expected = [
      { endedAt: '2026-01-01T00:00:02.000Z', error: { name: 'ExecutionAborted', cause: 'by hand' } },
      { endedAt: null, error: null, attempts: [{ attempt: 'x.1.1', task: null }] },
    ];
    expect(stateVisits(history(...before, importer('x.1.1')), 'RunImporter')).toMatchObject(expected);
    expect(
      stateVisits(history(...before, entered('RunImporter'), importer('x.1.1')), 'RunImporter'),
    ).toMatchObject(expected);
  });

  it('are none where it was not entered', () => {
    expect(stateVisits(history(entered('A'), exited('A')), 'B')).toEqual([]);
  });
});
