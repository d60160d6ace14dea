import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TaskError } from '../../local/task-error.ts';
import { type Binding, INVOKE, makeEngine, task, typesOf, untilEnded, untilEntered } from './make-engine.ts';

/** Never ends by itself; counts how often it was told to stop. */
function endless(): { binding: Binding; stopped: () => number } {
  let stopped = 0;
  return {
    stopped: () => stopped,
    binding: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped += 1;
          reject(new Error('stopped'));
        });
      }),
  };
}

describe('states', () => {
  it('hands data through Parameters, ResultPath, Choice, Pass and intrinsic functions', async () => {
    const engine = makeEngine(
      {
        Double: task({ Parameters: { 'n.$': '$.n' }, ResultPath: '$.double', Next: 'Big' }),
        Big: {
          Type: 'Choice',
          Choices: [{ Variable: '$.double', NumericGreaterThan: 10, Next: 'Say' }],
          Default: 'Small',
        },
        Say: { Type: 'Pass', Parameters: { 'said.$': "States.Format('{} is big', $.double)" }, Next: 'Done' },
        Small: { Type: 'Pass', Result: { said: 'small' }, Next: 'Done' },
        Done: { Type: 'Succeed' },
      },
      async ({ n }) => (n as number) * 2,
    );
    const big = await untilEnded(engine, engine.start('big', '{"n":21}'));
    expect([big.status, big.output]).toEqual(['SUCCEEDED', '{"said":"42 is big"}']);
    const small = await untilEnded(engine, engine.start('small', '{"n":1}'));
    expect(small.output).toBe('{"said":"small"}');
  });

  it('gives the context object: the execution and the state machine', async () => {
    const engine = makeEngine(
      {
        Only: task({
          Parameters: {
            'id.$': '$$.Execution.Id',
            'name.$': '$$.Execution.Name',
            'count.$': '$$.Execution.RedriveCount',
            'input.$': '$$.Execution.Input',
            'machine.$': '$$.StateMachine.Name',
          },
          End: true,
        }),
      },
      async (parameters) => parameters,
    );
    const execution = await untilEnded(engine, engine.start('one', '{"a":1}'));
    expect(JSON.parse(execution.output!)).toEqual({
      id: 'arn:aws:states:us-east-1:000000000000:execution:Machine:one',
      name: 'one',
      count: 0,
      input: { a: 1 },
      machine: 'Machine',
    });
  });

  it('caps a Wait, whatever it says', async () => {
    const engine = makeEngine({
      Seconds: { Type: 'Wait', Seconds: 3600, Next: 'Path' },
      Path: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Until' },
      Until: { Type: 'Wait', TimestampPath: '$.until', Next: 'Passed' },
      Passed: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true },
    });
    const input = '{"seconds":3600,"until":"2999-01-01T00:00:00Z"}';
    const execution = await untilEnded(engine, engine.start('one', input));
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', input]);
    const took = execution.stopDate! - execution.startDate;
    expect(took).toBeGreaterThan(100);
    expect(took).toBeLessThan(5000);
  });
});

describe('failures', () => {
  it('ends as FAILED under the error’s own name and cause', async () => {
    const engine = makeEngine({ Only: task({ End: true }) }, async () => {
      throw new TaskError('RowsRejected', 'three rows');
    });
    const { status, failure, output } = await untilEnded(engine, engine.start('one', '{}'));
    expect([status, failure, output]).toEqual([
      'FAILED',
      { error: 'RowsRejected', cause: 'three rows' },
      null,
    ]);
  });

  it('shows a Fail state’s error and a choice that nothing matches', async () => {
    const failing = makeEngine({ Only: { Type: 'Fail', Error: 'Why', Cause: 'Because' } });
    const failed = await untilEnded(failing, failing.start('one', '{}'));
    expect(failed.failure).toEqual({ error: 'Why', cause: 'Because' });
    const choosing = makeEngine({
      Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'End' }] },
      End: { Type: 'Succeed' },
    });
    const lost = await untilEnded(choosing, choosing.start('one', '{"a":2}'));
    expect([lost.status, lost.failure.error]).toEqual(['FAILED', 'States.NoChoiceMatched']);
  });

  it('retries what Retry names, with capped waits, and then gives up', async () => {
    const seen: string[] = [];
    const engine = makeEngine(
      {
        Only: task({
          Retry: [
            { ErrorEquals: ['Busy'], IntervalSeconds: 60, MaxAttempts: 2, BackoffRate: 2 },
            { ErrorEquals: ['Full'], IntervalSeconds: 60, MaxAttempts: 1, JitterStrategy: 'FULL' },
          ],
          End: true,
        }),
      },
      async () => {
        const name = ['Busy', 'Full', 'Busy', 'Busy'][seen.length] ?? 'Full';
        seen.push(name);
        throw new TaskError(name, '');
      },
    );
    const { failure, events } = await untilEnded(engine, engine.start('one', '{}'));
    expect([seen, failure.error]).toEqual([['Busy', 'Full', 'Busy', 'Busy'], 'Busy']);
    expect(events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(4);
  });

  it('catches with the error and its cause, beside the input where ResultPath says so', async () => {
    const engine = makeEngine(
      {
        Try: task({
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Wrong' },
            { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' },
          ],
          Next: 'Wrong',
        }),
        Caught: { Type: 'Succeed' },
        Wrong: { Type: 'Fail', Error: 'Wrong' },
      },
      async () => {
        throw new TaskError('RowsRejected', '{"row":1}');
      },
    );
    const { output } = await untilEnded(engine, engine.start('one', '{"key":"a"}'));
    expect(JSON.parse(output!)).toEqual({ key: 'a', error: { Error: 'RowsRejected', Cause: '{"row":1}' } });
  });

  it('takes what a binding throws otherwise for States.TaskFailed', async () => {
    const engine = makeEngine({ Only: task({ End: true }) }, async () => {
      throw new RangeError('odd');
    });
    const { failure } = await untilEnded(engine, engine.start('one', '{}'));
    expect(failure).toEqual({ error: 'States.TaskFailed', cause: 'RangeError: odd' });
  });

  it('refuses a result of more than 256 KiB, and no States.ALL hides it', async () => {
    const engine = makeEngine(
      {
        Only: task({
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Hidden' }],
          Next: 'Hidden',
        }),
        Hidden: { Type: 'Succeed' },
      },
      async () => 'x'.repeat(256 * 1024),
    );
    const { status, failure } = await untilEnded(engine, engine.start('one', '{}'));
    expect([status, failure.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  });
});

describe('time and stopping', () => {
  it('stops the task of a state that timed out, and records nothing more of it', async () => {
    const { binding, stopped } = endless();
    let calls = 0;
    const engine = makeEngine(
      {
        Slow: task({
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.error', Next: 'Quick' }],
          Next: 'Quick',
        }),
        Quick: task({ End: true }),
      },
      (parameters, signal) => (++calls === 1 ? binding(parameters, signal) : Promise.resolve('quick')),
    );
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect([execution.output, stopped()]).toEqual(['"quick"', 1]);
    expect(typesOf(execution).slice(1, 7)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskTimedOut',
      'TaskStateExited',
      'TaskStateEntered',
    ]);
  });

  it('forgets what a timed-out task that cannot be stopped returns later', async () => {
    let calls = 0;
    const engine = makeEngine(
      {
        Slow: task({
          TimeoutSeconds: 1,
          Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
          End: true,
        }),
      },
      async () => {
        calls += 1;
        if (calls === 1) return sleep(1200, 'late');
        return sleep(400, 'second');
      },
    );
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect(execution.output).toBe('"second"');
    expect(typesOf(execution).filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
  });

  it('ends as TIMED_OUT by the time limit of the whole execution, and stops its task', async () => {
    const { binding, stopped } = endless();
    const engine = makeEngine({ Only: task({ End: true }) }, binding, { TimeoutSeconds: 1 });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    await sleep(20);
    expect([execution.status, stopped()]).toEqual(['TIMED_OUT', 1]);
    expect(typesOf(execution).at(-1)).toBe('ExecutionTimedOut');
  });

  it('stops an execution: ABORTED with error and cause, its task stopped, its status told', async () => {
    const { binding, stopped } = endless();
    const engine = makeEngine(
      {
        Only: task({
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Other' }],
          Next: 'Other',
        }),
        Other: { Type: 'Succeed' },
      },
      binding,
    );
    const told: string[] = [];
    engine.on('status', ({ status }) => told.push(status));
    const entered = untilEntered(engine, 'Only');
    const execution = engine.start('one', '{}');
    await entered;
    await sleep(20);
    engine.stop(execution, 'ByHand', 'No longer wanted');
    await sleep(50);
    expect(execution.status).toBe('ABORTED');
    expect(execution.failure).toEqual({ error: 'ByHand', cause: 'No longer wanted' });
    expect(typesOf(execution).at(-1)).toBe('ExecutionAborted');
    expect([stopped(), told]).toEqual([1, ['RUNNING', 'ABORTED']]);
  });

  it('leaves an execution that has ended as it is', async () => {
    const engine = makeEngine({ Only: { Type: 'Succeed' } });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    engine.stop(execution, undefined, undefined);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

describe('many executions', () => {
  it('runs them at once, each with its own data', async () => {
    const engine = makeEngine({ Only: task({ End: true }) }, async ({ input }) => sleep(30, input));
    const started = Array.from({ length: 100 }, (_, n) => engine.start(`run-${n}`, JSON.stringify({ n })));
    const ended = await Promise.all(started.map((execution) => untilEnded(engine, execution)));
    expect(ended.map(({ output }) => output)).toEqual(ended.map(({ input }) => input));
    expect(Math.max(...ended.map(({ stopDate }) => stopDate!)) - ended[0]!.startDate).toBeLessThan(3000);
  });

  it('is not harmed by a listener that throws', async () => {
    const warned = new Promise((resolve) => process.once('warning', ({ message }) => resolve(message)));
    const engine = makeEngine({ Only: { Type: 'Succeed' } });
    engine.on('state', () => {
      throw new Error('a broken listener');
    });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect(execution.status).toBe('SUCCEEDED');
    expect(await warned).toBe('a broken listener');
  });
});

describe('definitions that would run differently here', () => {
  it.each([
    ['a Map', { Type: 'Map', Iterator: {}, End: true }, 'its type is Map'],
    ['JSONata', { Type: 'Pass', QueryLanguage: 'JSONata', End: true }, 'JSONata'],
    ['a heartbeat', task({ HeartbeatSeconds: 5, End: true }), 'heartbeat'],
    ['the state’s context', task({ Parameters: { 'n.$': '$$.State.Name' }, End: true }), '$$.State.Name'],
    [
      'an unknown resource',
      task({ Resource: `${INVOKE}.waitForTaskToken`, End: true }),
      'lambda:invoke.waitForTaskToken; known are lambda:invoke',
    ],
  ])('refuses %s, naming the state', (_, state, words) => {
    expect(() => makeEngine({ Odd: state })).toThrow(/cannot run state Odd/);
    expect(() => makeEngine({ Odd: state })).toThrow(words);
  });

  it('refuses what is against the language', () => {
    expect(() => makeEngine({ Only: { Type: 'Pass', Next: 'Nowhere' } })).toThrow(/Nowhere/);
  });
});
