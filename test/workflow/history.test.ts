import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TaskError } from '../../local/task-error.ts';
import { makeEngine, makeFolder, task, typesOf, untilEnded } from './make-engine.ts';

describe('history', () => {
  it('names the events after the states’ types, in AWS’s order', async () => {
    const engine = makeEngine({
      Work: task({ ResultPath: null, Next: 'Choose' }),
      Choose: {
        Type: 'Choice',
        Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Shape' }],
        Default: 'Shape',
      },
      Shape: { Type: 'Pass', Next: 'Pause' },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Done' },
      Done: { Type: 'Succeed' },
    });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect(typesOf(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'PassStateEntered',
      'PassStateExited',
      'WaitStateEntered',
      'WaitStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    for (const [index, { id, previousEventId }] of execution.events.entries()) {
      expect([id, previousEventId]).toEqual([index + 1, index]);
    }
  });

  it('tells of a task what it was given and what came of it', async () => {
    let calls = 0;
    const engine = makeEngine({ Only: task({ Retry: [{ ErrorEquals: ['Busy'] }], End: true }) }, async () => {
      calls += 1;
      if (calls === 1) throw new TaskError('Busy', 'later');
      return { rows: 3 };
    });
    const { events } = await untilEnded(engine, engine.start('one', '{"a":1}'));
    const of = { resourceType: 'lambda', resource: 'invoke' };
    const scheduled = {
      taskScheduledEventDetails: { ...of, region: 'us-east-1', parameters: '{"input":{"a":1}}' },
    };
    expect(events.slice(1)).toMatchObject([
      { stateEnteredEventDetails: { name: 'Only', input: '{"a":1}' } },
      scheduled,
      { taskStartedEventDetails: of },
      { taskFailedEventDetails: { ...of, error: 'Busy', cause: 'later' } },
      scheduled,
      { taskStartedEventDetails: of },
      { taskSucceededEventDetails: { ...of, output: '{"rows":3}' } },
      { stateExitedEventDetails: { name: 'Only', output: '{"rows":3}' } },
      { executionSucceededEventDetails: { output: '{"rows":3}' } },
    ]);
  });

  it('is on the disk before a state’s task begins, and before anybody is told', async () => {
    const folder = makeFolder();
    const onDisk = () =>
      readFileSync(join(folder, 'one.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type);
    const seen: Record<string, string | undefined> = {};
    const engine = makeEngine(
      { First: { Type: 'Pass', Next: 'Second' }, Second: task({ End: true }) },
      async () => {
        seen.task = onDisk().slice(-3).join();
      },
      { folder },
    );
    engine.on('state', (_, name) => {
      seen[name] = onDisk().at(-1);
    });
    engine.on('status', ({ status }) => {
      seen[status] = onDisk().at(-1);
    });
    const execution = engine.start('one', '{}');
    expect(onDisk()).toEqual(['ExecutionStarted']);
    await untilEnded(engine, execution);
    expect(seen).toEqual({
      RUNNING: 'ExecutionStarted',
      First: 'PassStateEntered',
      Second: 'TaskStateEntered',
      task: 'TaskStateEntered,TaskScheduled,TaskStarted',
      SUCCEEDED: 'ExecutionSucceeded',
    });
  });
});
