import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { readStateStatuses } from '../../../../operator/console/state-statuses.ts';

type Event = Omit<HistoryEvent, 'id' | 'timestamp'>;

const enter = (name: string, type: 'Task' | 'Wait' | 'Choice' | 'Succeed' = 'Task'): Event => ({
  type: `${type}StateEntered`,
  stateEnteredEventDetails: { name },
});
const exit = (name: string): Event => ({ type: 'TaskStateExited', stateExitedEventDetails: { name } });
const scheduled: Event = { type: 'TaskScheduled' };
const succeeded: Event = { type: 'TaskSucceeded' };
const fails: Event = {
  type: 'TaskFailed',
  taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'Any' },
};
const visit = (name: string) => [enter(name), scheduled, succeeded, exit(name)];

const statusesOf = (...events: Event[]) =>
  readStateStatuses(events.map((event, index) => ({ ...event, id: index + 1, timestamp: new Date() })));

describe('how the states of an execution stand', () => {
  it('nothing has been entered', () => {
    expect(statusesOf({ type: 'ExecutionStarted' })).toEqual({});
  });

  it('done, and where it stands', () => {
    expect(statusesOf(...visit('A'), enter('B'), scheduled)).toEqual({ A: 'done', B: 'running' });
    expect(statusesOf(enter('W', 'Wait'))).toEqual({ W: 'waiting' });
  });

  it('a task that failed, and was caught', () => {
    expect(statusesOf(enter('A'), scheduled, fails, exit('A'), enter('B'))).toEqual({
      A: 'caught',
      B: 'running',
    });
    const timesOut: Event = {
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { resourceType: 'ecs', resource: 'runTask.sync', error: 'States.Timeout' },
    };
    expect(statusesOf(enter('A'), scheduled, timesOut, exit('A'))).toEqual({ A: 'caught' });
  });

  it('a task that the state machine tried again is done', () => {
    expect(statusesOf(enter('A'), scheduled, fails, scheduled, succeeded, exit('A'))).toEqual({ A: 'done' });
  });

  it('of several visits, the last', () => {
    const failed = [enter('A'), scheduled, fails, exit('A')];
    expect(statusesOf(...failed, ...visit('B'), ...visit('A'))).toEqual({ A: 'done', B: 'done' });
    expect(statusesOf(...visit('A'), ...failed)).toEqual({ A: 'caught' });
  });

  it.each([
    ['ExecutionFailed', 'failed'],
    ['ExecutionTimedOut', 'failed'],
    ['ExecutionAborted', 'aborted'],
  ] as const)('%s: it %s where it stood', (type, status) => {
    expect(statusesOf(...visit('A'), enter('B'), scheduled, fails, { type })).toEqual({
      A: 'done',
      B: status,
    });
  });

  it('a redrive goes on where it stood, whether the state is entered once more or not', () => {
    const failed = [...visit('A'), enter('B'), scheduled, fails, { type: 'ExecutionFailed' } as const];
    const redriven = { type: 'ExecutionRedriven' } as const;
    expect(statusesOf(...failed, redriven)).toEqual({ A: 'done', B: 'running' });
    // As AWS tells it, and as the local stack does.
    for (const entered of [[], [enter('B')]]) {
      expect(
        statusesOf(...failed, redriven, ...entered, scheduled, succeeded, exit('B'), enter('A')),
      ).toEqual({
        A: 'running',
        B: 'done',
      });
    }
    const waiting = [enter('W', 'Wait'), { type: 'ExecutionAborted' } as const];
    expect(statusesOf(...waiting, redriven)).toEqual({ W: 'waiting' });
  });
});
