import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TaskError } from '../../local/task-error.ts';
import type { Engine } from '../../local/workflow/engine.ts';
import type { Execution } from '../../local/workflow/execution.ts';
import {
  type Binding,
  makeEngine,
  makeFolder,
  task,
  typesOf,
  untilEnded,
  untilEntered,
} from './make-engine.ts';

const states = {
  First: task({ ResultPath: '$.first', Next: 'Second' }),
  Second: task({
    Parameters: {
      'input.$': '$',
      'original.$': '$$.Execution.Input',
      'redriveCount.$': '$$.Execution.RedriveCount',
      'arn.$': '$$.Execution.Id',
    },
    Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }],
    End: true,
  }),
};

/** First returns "first"; Second notes what it is given, and does what the test says next. */
function failing(second: () => unknown) {
  const seen: { state: string; given: Record<string, unknown> }[] = [];
  const invoke: Binding = async (given) => {
    const state = 'original' in given ? 'Second' : 'First';
    seen.push({ state, given });
    return state === 'First' ? 'first' : second();
  };
  return { seen, invoke };
}

function fail(): never {
  throw new TaskError('Busy', 'later');
}

async function redriven(engine: Engine, execution: Execution): Promise<Execution> {
  engine.redrive(execution);
  return untilEnded(engine, execution);
}

describe('redrive', () => {
  it('starts the failed state again with its own input, under the same ARN', async () => {
    let works = false;
    const { seen, invoke } = failing(() => (works ? 'second' : fail()));
    const engine = makeEngine(states, invoke);
    const execution = await untilEnded(engine, engine.start('one', '{"key":"a"}'));
    const { arn } = execution;
    expect(execution.status).toBe('FAILED');

    works = true;
    seen.length = 0;
    await redriven(engine, execution);
    expect([execution.status, execution.arn, execution.output]).toEqual(['SUCCEEDED', arn, '"second"']);
    expect(seen).toEqual([
      {
        state: 'Second',
        given: { input: { key: 'a', first: 'first' }, original: { key: 'a' }, redriveCount: 1, arn },
      },
    ]);
  });

  it('counts redrives, and starts retry counters at 0', async () => {
    const { seen, invoke } = failing(fail);
    const engine = makeEngine(states, invoke);
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    await redriven(engine, execution);
    await redriven(engine, execution);
    const counts = seen.slice(1).map(({ given }) => given.redriveCount);
    expect(counts).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect([execution.status, execution.redriveCount]).toEqual(['FAILED', 2]);
    expect(execution.redriveDate).toBeGreaterThanOrEqual(execution.startDate);
  });

  it('gives RedriveTime only after a redrive', async () => {
    const engine = makeEngine({
      Only: task({ Parameters: { 'time.$': '$$.Execution.RedriveTime' }, End: true }),
    });
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    expect(execution.failure.error).toBe('States.Runtime');
    await redriven(engine, execution);
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('goes on with the history: ExecutionRedriven, then the state once more, ids counting on', async () => {
    let works = false;
    const engine = makeEngine({ Only: task({ End: true }) }, async () => (works ? 1 : fail()));
    const execution = await untilEnded(engine, engine.start('one', '{}'));
    works = true;
    await redriven(engine, execution);
    expect(typesOf(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.events.map(({ id }) => id)).toEqual(execution.events.map((_, index) => index + 1));
    expect(execution.events[6]!.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
  });

  it('works from states that are no tasks, with inputs that are no objects', async () => {
    for (const value of [null, false, 0, '', [], { a: 1 }]) {
      const engine = makeEngine({
        Take: { Type: 'Pass', InputPath: '$.value', Next: 'Only' },
        Only: { Type: 'Fail', Error: 'Always' },
      });
      const execution = await untilEnded(engine, engine.start('one', JSON.stringify({ value })));
      await redriven(engine, execution);
      const entered = execution.events.filter(({ type }) => type === 'FailStateEntered');
      const inputs = entered.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails!.input);
      expect(inputs).toEqual([JSON.stringify(value), JSON.stringify(value)]);
      expect([execution.status, execution.failure.error]).toEqual(['FAILED', 'Always']);
    }
  });

  it('restarts what was stopped or timed out', async () => {
    let works = false;
    const engine = makeEngine(
      { Only: task({ End: true }) },
      () => (works ? Promise.resolve('done') : new Promise(() => {})),
      { TimeoutSeconds: 1 },
    );
    const entered = untilEntered(engine, 'Only');
    const stopped = engine.start('stopped', '{}');
    await entered;
    engine.stop(stopped, undefined, undefined);
    const timedOut = await untilEnded(engine, engine.start('slow', '{}'));
    expect([stopped.status, timedOut.status]).toEqual(['ABORTED', 'TIMED_OUT']);
    works = true;
    await redriven(engine, stopped);
    await redriven(engine, timedOut);
    expect([stopped.output, timedOut.output]).toEqual(['"done"', '"done"']);
  });

  it('starts from the beginning where the definition that it began with was not kept', async () => {
    const folder = makeFolder();
    const first = makeEngine(states, failing(fail).invoke, { folder });
    await untilEnded(first, first.start('one', '{"key":"a"}'));
    const file = join(folder, 'one.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"revisionId":"[0-9a-f]+",/, ''));
    // What Second needs is left by today's First alone.
    const today = {
      ...states,
      Second: task({ Parameters: { 'family.$': '$.first.family' }, ResultPath: null, End: true }),
    };
    const invoke: Binding = async (given) => ('family' in given ? null : { family: 'importer' });
    const engine = makeEngine(today, invoke, { folder });
    const execution = await redriven(engine, engine.executions.byName('one')!);
    expect([execution.status, execution.output]).toEqual([
      'SUCCEEDED',
      '{"key":"a","first":{"family":"importer"}}',
    ]);
  });

  it('starts from the beginning where no state was entered yet', async () => {
    const folder = makeFolder();
    const started = { id: 1, previousEventId: 0, timestamp: Date.now(), type: 'ExecutionStarted' };
    writeFileSync(
      join(folder, 'one.jsonl'),
      `${JSON.stringify({ ...started, executionStartedEventDetails: { input: '{"a":1}' } })}\n`,
    );
    const engine = makeEngine({ Only: task({ End: true }) }, async ({ input }) => input, { folder });
    engine.failInterrupted();
    const execution = await redriven(engine, engine.executions.byName('one')!);
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', '{"a":1}']);
  });
});

describe('ExecutionNotRedrivable', () => {
  it('is for running and succeeded executions', async () => {
    const engine = makeEngine({ Only: { Type: 'Wait', Seconds: 1, End: true } });
    const execution = engine.start('one', '{}');
    expect(() => engine.redrive(execution)).toThrow('Execution is RUNNING and cannot be redriven');
    await untilEnded(engine, execution);
    expect(() => engine.redrive(execution)).toThrow('Execution is SUCCEEDED and cannot be redriven');
  });

  it('is for executions that ended more than 14 days ago', async () => {
    const folder = makeFolder();
    const first = makeEngine({ Only: { Type: 'Fail', Error: 'Old' } }, undefined, { folder });
    await untilEnded(first, first.start('recent', '{}'));
    await untilEnded(first, first.start('old', '{}'));
    const age = (name: string, days: number) => {
      const file = join(folder, `${name}.jsonl`);
      const aged = readFileSync(file, 'utf8').replace(
        /"timestamp":(\d+)/g,
        (_, at: string) => `"timestamp":${Number(at) - days * 24 * 60 * 60 * 1000}`,
      );
      writeFileSync(file, '');
      appendFileSync(file, aged);
    };
    age('recent', 13);
    age('old', 15);
    const engine = makeEngine({ Only: { Type: 'Succeed' } }, undefined, { folder });
    const old = engine.executions.byName('old')!;
    expect(() => engine.redrive(old)).toThrow(
      expect.objectContaining({
        name: 'ExecutionNotRedrivable',
        message: 'Execution redrivable period exceeded',
      }),
    );
    // By its own definition, which fails.
    expect(await redriven(engine, engine.executions.byName('recent')!)).toMatchObject({
      status: 'FAILED',
      redriveCount: 1,
    });
  });
});
