import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { stateStatuses } from '../../../operator/state-statuses.ts';

const event = (type: HistoryEvent['type']): Partial<HistoryEvent> => ({ type });
const entered = (name: string, type: HistoryEvent['type'] = 'TaskStateEntered') => ({
  type,
  stateEnteredEventDetails: { name },
});
const exited = (name: string, type: HistoryEvent['type'] = 'TaskStateExited') => ({
  type,
  stateExitedEventDetails: { name },
});
const statuses = (...events: Partial<HistoryEvent>[]) => stateStatuses(events as HistoryEvent[]);

const started = event('ExecutionStarted');
const runs = [entered('Run'), event('TaskScheduled'), event('TaskStarted')];

describe('states, as a history tells them', () => {
  it('what is done, and what runs', () => {
    expect(statuses(started)).toEqual({});
    expect(statuses(started, ...runs)).toEqual({ Run: 'running' });
    expect(statuses(started, ...runs, event('TaskSucceeded'), exited('Run'), entered('Next'))).toEqual({
      Run: 'done',
      Next: 'running',
    });
  });

  it('a Wait waits, and is done', () => {
    const waits = [started, entered('Wait', 'WaitStateEntered')];
    expect(statuses(...waits)).toEqual({ Wait: 'waiting' });
    expect(statuses(...waits, exited('Wait', 'WaitStateExited'))).toEqual({ Wait: 'done' });
    expect(statuses(...waits, event('ExecutionAborted'), event('ExecutionRedriven'))).toEqual({
      Wait: 'waiting',
    });
  });

  it('a task that failed waits to be tried again, and was caught when the workflow has gone on', () => {
    const failed = [started, ...runs, event('TaskFailed')];
    expect(statuses(...failed)).toEqual({ Run: 'waiting' });
    expect(statuses(...failed, event('TaskScheduled'))).toEqual({ Run: 'running' });
    expect(
      statuses(
        ...failed,
        event('TaskScheduled'),
        event('TaskStarted'),
        event('TaskSucceeded'),
        exited('Run'),
      ),
    ).toEqual({ Run: 'done' });
    expect(statuses(...failed, exited('Run'), entered('Explain'))).toEqual({
      Run: 'caught',
      Explain: 'running',
    });
    expect(statuses(started, ...runs, event('TaskTimedOut'), exited('Run'))).toEqual({ Run: 'caught' });
  });

  it.each([
    ['none', 'aborted'],
    ['system', undefined],
  ])('an importer that somebody stopped is stopped, not failed: blame %s', (blame, stopped) => {
    const data = JSON.stringify({
      run: { import: 'a', runId: 'a-1', upload: null },
      failure: {
        ...{ name: 'ImporterStopped', blame, retryable: true, message: '', advice: '', importName: 'a' },
        ...{ retry: false, backOffSeconds: 15, redriveCount: 0, subject: '', text: '' },
        links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
      },
    });
    const explained = {
      type: 'TaskStateExited',
      stateExitedEventDetails: { name: 'ExplainFailure', output: data },
    };
    const end = statuses(
      ...[started, entered('RunImporter'), event('TaskFailed'), exited('RunImporter')],
      ...[entered('ExplainFailure'), explained as Partial<HistoryEvent>],
      ...[entered('ImportFailed'), event('TaskFailed'), event('ExecutionFailed')],
    );
    expect(end).toMatchObject({ RunImporter: stopped ?? 'caught', ImportFailed: stopped ?? 'failed' });
  });

  it.each([
    ['ExecutionFailed', 'failed'],
    ['ExecutionAborted', 'aborted'],
    ['ExecutionTimedOut', 'aborted'],
    ['ExecutionSucceeded', 'done'],
  ] as const)('%s: the last state is %s', (type, status) => {
    expect(statuses(started, ...runs, event(type))).toEqual({ Run: status });
  });

  it('of several visits, the last', () => {
    const again = [...runs, event('TaskFailed'), exited('Run'), ...runs];
    expect(statuses(started, ...again)).toEqual({ Run: 'running' });
  });

  it.each([
    ['as AWS tells it', []],
    ['as the local stack tells it', [entered('Last')]],
  ])('a redrive goes on with the state that failed, %s', (_, entering) => {
    const redriven = [
      started,
      entered('Last'),
      event('TaskScheduled'),
      event('TaskFailed'),
      event('ExecutionFailed'),
      event('ExecutionRedriven'),
    ];
    expect(statuses(...redriven)).toEqual({ Last: 'running' });
    const ends = [event('TaskScheduled'), event('TaskSucceeded'), exited('Last')];
    expect(statuses(...redriven, ...entering, ...ends)).toEqual({ Last: 'done' });
  });
});
