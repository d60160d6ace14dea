import { describe, expect, it } from 'vitest';
import { ApiError } from '../../local/aws-json/api-error.ts';
import { TaskError } from '../../local/task-error.ts';
import { Engine } from '../../local/workflow/engine.ts';
import { makeEngine, makeFolder, makeMachine, task, untilEnded } from './make-engine.ts';

describe('time limits', () => {
  it('beyond what a timer of Node.js holds do not end anything at once', async () => {
    // 70 days: as a timer's milliseconds it would overflow, and fire immediately.
    const seconds = 70 * 24 * 60 * 60;
    const engine = makeEngine(
      { Only: task({ TimeoutSeconds: seconds, End: true }) },
      () => new Promise((resolve) => setTimeout(resolve, 100, 'done')),
      { TimeoutSeconds: seconds },
    );
    const { status, output } = await untilEnded(engine, engine.start('one', '{}'));
    expect([status, output]).toEqual(['SUCCEEDED', '"done"']);
  });
});

describe('waits of no time', () => {
  it('are for Wait states and retries alike', async () => {
    let calls = 0;
    const engine = new Engine({
      stateMachine: makeMachine({
        Wait: { Type: 'Wait', Seconds: 60, Next: 'Try' },
        Try: task({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60, MaxAttempts: 5 }], End: true }),
      }),
      folder: makeFolder(),
      bindings: {
        'lambda:invoke': async () => {
          if (++calls <= 5) throw new TaskError('Busy', '');
          return calls;
        },
      },
      maxWaitSeconds: 0,
    });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect(execution.output).toBe('6');
    expect(execution.stopDate! - execution.startDate).toBeLessThan(1000);
    engine.close();
  });
});

describe('an engine that is closed', () => {
  it('starts and redrives nothing, so that events are told again after the next start', async () => {
    const engine = makeEngine({ Only: task({ End: true }) }, async () => {
      throw new TaskError('Why', '');
    });
    const failed = await untilEnded(engine, engine.start('failed', '{}'));
    engine.close();
    for (const attempt of [() => engine.start('late', '{}'), () => engine.redrive(failed)]) {
      expect(attempt).toThrow('stopping');
      // Of the API's own errors, none: S3 would take ExecutionAlreadyExists for an event that was taken.
      expect(attempt).not.toThrow(ApiError);
    }
    expect([engine.executions.byName('late'), failed.status]).toEqual([undefined, 'FAILED']);
  });
});
