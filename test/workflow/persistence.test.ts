import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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

const states = { Before: task({ Next: 'Work' }), Work: task({ End: true }) };
/** Before returns at once, Work never. */
const endless: Binding = async ({ input }) => (input === 'before' ? new Promise(() => {}) : 'before');

describe('a restart', () => {
  it('still lists what has ended, newest first', async () => {
    const folder = makeFolder();
    const first = makeEngine({ Only: task({ End: true }) }, async ({ input }) => input, { folder });
    for (const name of ['one', 'zwei-漢字', 'three']) {
      await untilEnded(first, first.start(name, JSON.stringify({ name })));
      await sleep(5);
    }
    first.close();
    const second = makeEngine({ Only: task({ End: true }) }, undefined, { folder });
    second.failInterrupted();
    const listed = second.executions.list();
    expect(listed.map(({ name, status }) => [name, status])).toEqual([
      ['three', 'SUCCEEDED'],
      ['zwei-漢字', 'SUCCEEDED'],
      ['one', 'SUCCEEDED'],
    ]);
    const [three] = first.executions.list();
    expect(listed[0]).toMatchObject({ arn: three!.arn, events: three!.events, output: '{"name":"three"}' });
  });

  it('fails what an orderly stop interrupts, tells so, and can redrive it', async () => {
    const folder = makeFolder();
    const first = makeEngine(states, endless, { folder });
    const told: string[] = [];
    first.on('status', ({ status }) => told.push(status));
    const entered = untilEntered(first, 'Work');
    const execution = first.start('one', '{}');
    await entered;
    first.close();
    expect([execution.status, execution.failure.error]).toEqual(['FAILED', 'LocalStackStopped']);
    expect(told).toEqual(['RUNNING', 'FAILED']);
    await sleep(50);
    expect(typesOf(execution).at(-1)).toBe('ExecutionFailed');

    const second = makeEngine(states, async ({ input }) => ({ got: input }), { folder });
    const again: Execution[] = [];
    second.on('status', (changed) => again.push(changed));
    second.failInterrupted();
    expect(again).toEqual([]);
    const restored = second.executions.byName('one')!;
    second.redrive(restored);
    await untilEnded(second, restored);
    expect(restored.output).toBe('{"got":"before"}');
  });

  it('fails what kill -9 interrupted, and can redrive it from the state that it was in', async () => {
    const folder = makeFolder();
    await killInTheMiddle(folder);
    const engine = makeEngine(states, async ({ input }) => ({ got: input }), { folder });
    const told: string[] = [];
    engine.on('status', ({ status, failure }) => told.push(`${status} ${failure.error}`));
    engine.failInterrupted();
    expect(told).toEqual(['FAILED LocalStackStopped']);
    const execution = engine.executions.byName('killed')!;
    expect(execution.failure.cause).toContain('Redrive it');
    engine.redrive(execution);
    await untilEnded(engine, execution);
    expect(execution.output).toBe('{"got":"before"}');
    expect(typesOf(execution).filter((type) => type === 'TaskScheduled')).toHaveLength(3);
  });

  it('removes a last line that was cut off, and goes on after it', async () => {
    const folder = makeFolder();
    const first = makeEngine(states, endless, { folder });
    const entered = untilEntered(first, 'Work');
    first.start('one', '{}');
    await entered;
    const file = join(folder, 'one.jsonl');
    const whole = readFileSync(file, 'utf8');
    first.close();
    writeFileSync(file, whole);
    appendFileSync(file, '{"id":6,"type":"TaskSucc');

    const second = makeEngine(states, async () => 'done', { folder });
    second.failInterrupted();
    const execution = second.executions.byName('one')!;
    second.redrive(execution);
    await untilEnded(second, execution);

    const third = makeEngine(states, undefined, { folder });
    const read = third.executions.byName('one')!;
    expect(read.events).toEqual(execution.events);
    expect([read.status, read.redriveCount]).toEqual(['SUCCEEDED', 1]);
  });

  it('takes an execution that was cut off in its first line for one that never was', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'one.jsonl'), '{"id":1,"ty');
    const first = makeEngine({ Only: { Type: 'Succeed' } }, undefined, { folder });
    expect(first.executions.list()).toEqual([]);
    await untilEnded(first, first.start('one', '{}'));
    const second = makeEngine({ Only: { Type: 'Succeed' } }, undefined, { folder });
    expect(second.executions.byName('one')!.status).toBe('SUCCEEDED');
  });
});

/** An engine in a process of its own, killed while an execution is in its second state. */
async function killInTheMiddle(folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'endless-execution.ts'), folder]);
  const file = join(folder, 'killed.jsonl');
  while (!existsSync(file) || readFileSync(file, 'utf8').split('TaskStarted"').length < 3) await sleep(20);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
