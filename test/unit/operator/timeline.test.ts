import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { makeTimeline } from '../../../operator/timeline.ts';

const upload = { bucket: 'b', key: 'k', versionId: '', etag: 'e', size: 1, sequencer: '' };
const run = (attempt: number) =>
  JSON.stringify({ run: { import: 'customers', runId: 'customers-1', upload }, attempt });
/** As an earlier release had it: the run's data beside the rest. */
const failed = (retry: boolean, blame = 'system') =>
  JSON.stringify({
    import: 'customers',
    runId: 'customers-1',
    upload,
    failure: {
      name: 'DatabaseUnavailable',
      blame,
      retryable: true,
      message: 'm',
      advice: 'a',
      retry,
      backOffSeconds: 15,
      redriveCount: 0,
      links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
      importName: 'customers',
      subject: 's',
      text: 't',
    },
  });

/** A history with a second between the events. */
function history(...events: Partial<HistoryEvent>[]): HistoryEvent[] {
  return events.map(
    (event, index) =>
      ({ id: index + 1, timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, index)), ...event }) as HistoryEvent,
  );
}
const entered = (name: string, input = '{}'): Partial<HistoryEvent> => ({
  type: 'TaskStateEntered',
  stateEnteredEventDetails: { name, input },
});
const exited = (name: string, output = '{}'): Partial<HistoryEvent> => ({
  type: 'TaskStateExited',
  stateExitedEventDetails: { name, output },
});
const scheduled: Partial<HistoryEvent> = { type: 'TaskScheduled' };
const taskFailed = (error: string): Partial<HistoryEvent> => ({
  type: 'TaskFailed',
  taskFailedEventDetails: { resourceType: 'ecs', resource: 'runTask.sync', error },
});

describe('a timeline', () => {
  it('tells states, attempts, starts, failures, and what was decided about them', () => {
    const timeline = makeTimeline(
      history(
        { type: 'ExecutionStarted' },
        entered('RunImporter', run(2)),
        scheduled,
        taskFailed('ECS.AmazonECSException'),
        scheduled,
        taskFailed('States.TaskFailed'),
        exited('RunImporter', run(2)),
        entered('ExplainFailure', run(2)),
        scheduled,
        exited('ExplainFailure', failed(true)),
        entered('BackOff', failed(true)),
      ),
    );
    expect(timeline).toMatchObject([
      { state: 'RunImporter', attempt: 2, starts: 2, seconds: 5, error: 'States.TaskFailed', decision: null },
      {
        state: 'ExplainFailure',
        seconds: 2,
        error: null,
        decision: 'DatabaseUnavailable: once more after 15 s',
        explained: { failure: 'DatabaseUnavailable', retrySeconds: 15 },
      },
      { state: 'BackOff', seconds: null },
    ]);
  });

  it('the end of the execution is the end of its last state', () => {
    const timeline = makeTimeline(
      history(entered('ImportFailed', failed(false)), scheduled, taskFailed('DatabaseUnavailable'), {
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'DatabaseUnavailable' },
      }),
    );
    expect(timeline).toMatchObject([{ state: 'ImportFailed', seconds: 3, error: 'DatabaseUnavailable' }]);
  });

  it('tells a deliberate stop from a failure: of the execution, and of the importer', () => {
    const aborted = makeTimeline(
      history(entered('RunImporter', run(1)), scheduled, { type: 'ExecutionAborted' }),
    );
    expect(aborted).toMatchObject([{ state: 'RunImporter', stopped: true, seconds: 2 }]);
    const importer = (blame: string) =>
      makeTimeline(
        history(
          entered('RunImporter', run(1)),
          scheduled,
          taskFailed('States.TaskFailed'),
          exited('RunImporter', run(1)),
          entered('ExplainFailure', run(1)),
          exited('ExplainFailure', failed(false, blame)),
          entered('ImportFailed', failed(false, blame)),
          scheduled,
          taskFailed('ImporterStopped'),
          { type: 'ExecutionFailed' },
        ),
      ).map(({ stopped }) => stopped);
    expect(importer('none')).toEqual([true, false, true]);
    expect(importer('system')).toEqual([false, false, false]);
  });

  it('a redriven state comes once more, whether the history says that it was entered (here) or not (AWS)', () => {
    const before = [
      entered('ImportFailed', failed(false)),
      scheduled,
      taskFailed('DatabaseUnavailable'),
      { type: 'ExecutionFailed' as const },
      { type: 'ExecutionRedriven' as const },
    ];
    const after = [scheduled, exited('ImportFailed'), entered('ValidateUpload')];
    const expected = [
      { state: 'ImportFailed', error: 'DatabaseUnavailable' },
      { state: null, redrive: 1 },
      { state: 'ImportFailed', error: null, starts: 1 },
      { state: 'ValidateUpload', seconds: null },
    ];
    expect(makeTimeline(history(...before, ...after))).toMatchObject(expected);
    expect(makeTimeline(history(...before, entered('ImportFailed'), ...after))).toMatchObject(expected);
  });
});
