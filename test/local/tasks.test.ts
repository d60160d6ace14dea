import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createTasks, type LocalTasks, type StoppedTask } from '../../local/tasks.ts';
import type { LocalTask } from '../../local/template.ts';
import { makeFolder } from './make-folder.ts';

let tasks: LocalTasks;
let logs: string;
afterEach(() => tasks.close());

/** A task definition whose container runs this code. */
function define(code: string, changes: Partial<LocalTask> = {}, atOnce?: number) {
  logs = makeFolder();
  const definition: LocalTask = {
    family: 'importer',
    container: 'importer',
    command: ['node', '--input-type=module', '--eval', code],
    environment: { FROM_DEFINITION: 'd', OVERRIDDEN: 'd' },
    secrets: ['DATABASE_SECRET'],
    image: 'assets:hash',
    folder: makeFolder(),
    stopTimeoutSeconds: 20,
    ...changes,
  };
  tasks = createTasks([definition], { DATABASE_URL: 'postgres://x', DATABASE_SECRET: 'no' }, logs, atOnce);
  return definition;
}

function run(environment: Record<string, string> = {}, signal = new AbortController().signal) {
  const Environment = Object.entries(environment).map(([Name, Value]) => ({ Name, Value }));
  return tasks.run(
    { TaskDefinition: 'importer', Overrides: { ContainerOverrides: [{ Name: 'importer', Environment }] } },
    signal,
  );
}

/** The stopped task in the cause of a failure. */
async function stopped(running: Promise<StoppedTask>): Promise<StoppedTask> {
  const error = (await running.then(
    () => new Error('it did not fail'),
    (thrown) => thrown,
  )) as Error;
  expect(error.name).toBe('States.TaskFailed');
  return JSON.parse(error.message) as StoppedTask;
}

function logOf({ TaskArn }: StoppedTask): string {
  return readFileSync(join(logs, `${TaskArn.split('/').at(-1)}.log`), 'utf8');
}

const untilRunning = () => expect.poll(() => tasks.running().length).toBe(1);
const hang = `process.on('SIGTERM', () => process.exit(143)); console.log('up'); setInterval(() => {}, 1000)`;

describe('a task', () => {
  it('that ends well is described as ECS does, overrides included', async () => {
    define(`console.log('out'); console.error('err')`);
    const task = await run({ ATTEMPT: 'a.0.1' });
    expect(task).toMatchObject({
      TaskArn: expect.stringMatching(/^arn:aws:ecs:us-east-1:000000000000:task\/local\/[0-9a-f]{32}$/),
      StopCode: 'EssentialContainerExited',
      StoppedReason: 'Essential container in task exited',
      Containers: [{ Name: 'importer', ExitCode: 0 }],
      Overrides: { ContainerOverrides: [{ Environment: [{ Name: 'ATTEMPT', Value: 'a.0.1' }] }] },
    });
    await expect.poll(() => logOf(task).split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('sees the definition’s environment, the overrides over it, the database in place of its secret, and PATH', async () => {
    const { folder } = define(`console.log(JSON.stringify([process.env, process.cwd()]))`);
    process.env.NOT_MEANT = 'x';
    const task = await run({ OVERRIDDEN: 'o', S3_KEY: '顧客\n"quoted"' });
    delete process.env.NOT_MEANT;
    await expect.poll(() => logOf(task)).not.toBe('');
    const [environment, cwd] = JSON.parse(logOf(task)) as [Record<string, string>, string];
    expect(environment).toEqual({
      PATH: process.env.PATH,
      FROM_DEFINITION: 'd',
      OVERRIDDEN: 'o',
      S3_KEY: '顧客\n"quoted"',
      DATABASE_URL: 'postgres://x',
    });
    expect(cwd).toBe(folder);
  });

  it.each([
    ['an exit code', `process.exit(65)`, 65],
    ['a signal', `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`, 137],
    ['a crash', `process.abort()`, 134],
  ])('that ends by %s fails with it', async (_, code, ExitCode) => {
    define(code);
    expect(await stopped(run())).toMatchObject({
      StopCode: 'EssentialContainerExited',
      Containers: [{ Name: 'importer', ExitCode }],
    });
  });

  it.each([
    ['a command that is not there', { command: ['/no/such/command'] }, {}],
    ['a folder that is not there', { folder: '/no/such/folder' }, {}],
    ['more environment than the system takes', {}, { HUGE: 'x'.repeat(4_000_000) }],
  ])('that cannot be started has no exit code: %s', async (_, changes, environment) => {
    define('', changes);
    const task = await stopped(run(environment));
    expect(task).toMatchObject({
      StopCode: 'TaskFailedToStart',
      StoppedReason: expect.stringMatching(/spawn/),
    });
    expect(task.Containers).toEqual([{ Name: 'importer', LastStatus: 'STOPPED' }]);
    expect(task).not.toHaveProperty('StartedAt');
    expect(tasks.running()).toEqual([]);
  });

  it('whose image only a registry has fails as ECS would, and says what to do instead', async () => {
    define('', { image: 'php:8.4-cli', folder: null });
    const task = await stopped(run());
    expect(task).toMatchObject({
      StopCode: 'TaskFailedToStart',
      StoppedReason: expect.stringMatching(
        /^CannotPullContainerError: .*no Docker.*image php:8\.4-cli.*directory/,
      ),
      Containers: [{ Name: 'importer', LastStatus: 'STOPPED' }],
    });
    // Its place is given back.
    expect(await stopped(run())).toMatchObject({ StopCode: 'TaskFailedToStart' });
  });

  it('may be a shell script of its folder, by sh or by its own executable bit', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\necho "$1 in $(pwd)"\nexit 65\n', { mode: 0o755 });
    for (const command of [
      ['sh', 'run.sh', 'read'],
      ['./run.sh', 'read'],
    ]) {
      define('', { folder, command });
      const task = await stopped(run());
      expect(task.Containers).toMatchObject([{ ExitCode: 65 }]);
      await expect.poll(() => logOf(task)).toBe(`read in ${realpathSync(folder)}\n`);
    }
  });

  it('of a family that is not there is ECS’s error', async () => {
    define('');
    await expect(tasks.run({ TaskDefinition: 'other' }, new AbortController().signal)).rejects.toMatchObject({
      name: 'ECS.ClientException',
    });
  });
});

describe('stopping', () => {
  it('sends SIGTERM and says that the task was stopped', async () => {
    define(hang);
    const stop = new AbortController();
    const task = stopped(run({}, stop.signal));
    await untilRunning();
    await sleep(300);
    stop.abort();
    expect(await task).toMatchObject({
      StopCode: 'UserInitiated',
      StoppedReason: 'Task stopped',
      Containers: [{ ExitCode: 143 }],
    });
    expect(tasks.running()).toEqual([]);
  });

  it('sends SIGKILL to what has not stopped within the definition’s stop timeout', async () => {
    define(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`, { stopTimeoutSeconds: 0.3 });
    const stop = new AbortController();
    const task = stopped(run({}, stop.signal));
    await untilRunning();
    await sleep(300);
    stop.abort();
    expect(await task).toMatchObject({ Containers: [{ ExitCode: 137 }] });
  });

  it('of everything waits for what runs, and starts nothing that waits', async () => {
    define(hang, {}, 1);
    const first = stopped(run());
    await untilRunning();
    const second = stopped(run());
    await sleep(300);
    await tasks.close();
    expect(tasks.running()).toEqual([]);
    expect((await first).Containers).toMatchObject([{ ExitCode: 143 }]);
    expect((await second).Containers).toEqual([{ Name: 'importer', LastStatus: 'STOPPED' }]);
    expect(await stopped(run())).toMatchObject({ StopCode: 'UserInitiated' });
  });
});

it('runs so many at once, the others in order', async () => {
  define(`setTimeout(() => {}, 100)`, {}, 2);
  const all = Array.from({ length: 6 }, () => run());
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, tasks.running().length);
  }, 5);
  await Promise.all(all);
  clearInterval(watch);
  expect(most).toBe(2);
});
