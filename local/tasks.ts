import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import { writeLog } from './full-disk.ts';
import { createSemaphore } from './semaphore.ts';
import { TaskError } from './task-error.ts';
import { ACCOUNT, type LocalTask, REGION } from './template.ts';

/** The parameters of `ecs:runTask.sync`, as far as they are looked at. */
export interface RunTaskRequest {
  TaskDefinition: string;
  Overrides?: { ContainerOverrides?: ContainerOverride[] };
}

interface ContainerOverride {
  Name: string;
  Environment?: { Name: string; Value: string }[];
}

/** ECS's description of a stopped task, as Step Functions hands it on (PascalCase). */
export interface StoppedTask {
  TaskArn: string;
  LastStatus: 'STOPPED';
  StopCode: 'EssentialContainerExited' | 'TaskFailedToStart' | 'UserInitiated';
  StoppedReason: string;
  /** In milliseconds; missing where the container never ran, as its exit code is then. */
  StartedAt?: number;
  StoppedAt: number;
  Containers: { Name: string; LastStatus: 'STOPPED'; ExitCode?: number }[];
  Overrides: { ContainerOverrides: ContainerOverride[] };
}

/** Containers as child processes: the command of the task definition, run in the folder that the image is made of. */
export interface LocalTasks {
  /**
   * Runs a task to its end.
   *
   * @param signal stops the task when aborted, as StopTask does
   * @throws TaskError `States.TaskFailed` with the stopped task as its cause
   */
  run(request: RunTaskRequest, signal: AbortSignal): Promise<StoppedTask>;
  /** Process ids of the tasks that are running. */
  running(): number[];
  /** Stops all tasks, and those that wait to be started, and waits for their end. */
  close(): Promise<void>;
}

/** What ECS would show of a container's end, and whether the task was told to stop. */
interface TaskEnd {
  exitCode?: number;
  failure?: string;
  stopped: boolean;
  startedAt?: number;
}

/**
 * @param environment what the account would provide to every container: endpoints, credentials, the database in place
 *   of its secret
 * @param logFolder takes one log file per task, named by the last part of its ARN
 * @param atOnce so many run, the others wait; default: one per processor, and two at least
 */
export function createTasks(
  definitions: readonly LocalTask[],
  environment: Record<string, string>,
  logFolder: string,
  atOnce = Math.max(2, availableParallelism()),
): LocalTasks {
  mkdirSync(logFolder, { recursive: true });
  const semaphore = createSemaphore(atOnce);
  const closing = new AbortController();
  const running = new Map<ChildProcess, Promise<unknown>>();

  const run: LocalTasks['run'] = async (request, aborted) => {
    const definition = definitions.find(({ family }) => family === request.TaskDefinition);
    if (definition === undefined) {
      throw new TaskError('ECS.ClientException', `TaskDefinition not found: ${request.TaskDefinition}`);
    }
    const overrides = request.Overrides?.ContainerOverrides ?? [];
    const id = randomUUID().replaceAll('-', '');
    const signal = AbortSignal.any([aborted, closing.signal]);
    const end = await semaphore.take(signal).then(
      (giveBack) =>
        runContainer(definition, overrides, join(logFolder, `${id}.log`), signal).finally(giveBack),
      (): TaskEnd => ({ stopped: true }),
    );
    const task = describeTask(id, definition, overrides, end);
    if (end.exitCode !== 0) throw new TaskError('States.TaskFailed', JSON.stringify(task));
    return task;
  };

  async function runContainer(
    definition: LocalTask,
    overrides: readonly ContainerOverride[],
    logFile: string,
    signal: AbortSignal,
  ): Promise<TaskEnd> {
    const { folder } = definition;
    if (folder === null) return { failure: imageNotFound(definition.image), stopped: false };
    const child = start(definition.command, folder, environmentOf(definition, environment, overrides));
    if (child instanceof Error) return { failure: child.message, stopped: false };
    const startedAt = Date.now();
    const log = writeLog(logFile, [child.stdout!, child.stderr!]);
    const { promise: ended, resolve } = Promise.withResolvers<{ exitCode?: number; failure?: string }>();
    child.once('error', ({ message }) => resolve({ failure: message }));
    // 128 plus the signal's number, as a shell and ECS have it.
    child.once('close', (code, by) =>
      resolve({ exitCode: code ?? 128 + constants.signals[by ?? 'SIGKILL'] }),
    );
    running.set(child, ended);

    let kill: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      kill = setTimeout(() => child.kill('SIGKILL'), definition.stopTimeoutSeconds * 1000);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const end = await ended;
    clearTimeout(kill);
    signal.removeEventListener('abort', stop);
    running.delete(child);
    log.end();
    return { ...end, stopped: signal.aborted, ...(end.failure === undefined ? { startedAt } : {}) };
  }

  return {
    run,
    running: () => [...running.keys()].flatMap(({ pid }) => pid ?? []),
    async close() {
      closing.abort();
      await Promise.all(running.values());
    },
  };
}

/** Like ECS's reason for an image that it cannot get: the task fails, the stack goes on. */
function imageNotFound(image: string): string {
  return `CannotPullContainerError: the local stack has no Docker, so it cannot run the image ${image}. To try the import here, put a Dockerfile ("FROM ${image}") and the program into a folder, and name that as the container's directory: its command is then run in it as a process`;
}

/** Starts the container's process; what Node.js refuses at once (too much environment, say) is returned. */
function start(
  [command, ...args]: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): ChildProcess | Error {
  try {
    return spawn(command === 'node' ? process.execPath : command!, args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal is for the stack, which then stops its tasks in order.
      detached: true,
    });
  } catch (error) {
    return error as Error;
  }
}

/** What a container on Fargate would see, and PATH: nothing else of this machine's environment. */
function environmentOf(
  definition: LocalTask,
  provided: Record<string, string>,
  overrides: readonly ContainerOverride[],
): NodeJS.ProcessEnv {
  const override = overrides.find(({ Name }) => Name === definition.container);
  return {
    PATH: process.env.PATH,
    ...provided,
    ...definition.environment,
    ...Object.fromEntries((override?.Environment ?? []).map(({ Name, Value }) => [Name, Value])),
    // In place of the secrets, which only ECS can read.
    ...Object.fromEntries(definition.secrets.map((name) => [name, undefined])),
    ...('DATABASE_URL' in provided ? { DATABASE_TLS: undefined } : {}),
  };
}

function describeTask(
  id: string,
  { container }: LocalTask,
  ContainerOverrides: ContainerOverride[],
  { exitCode, failure, stopped, startedAt }: TaskEnd,
): StoppedTask {
  return {
    TaskArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/local/${id}`,
    LastStatus: 'STOPPED',
    StopCode:
      failure !== undefined ? 'TaskFailedToStart' : stopped ? 'UserInitiated' : 'EssentialContainerExited',
    StoppedReason: failure ?? (stopped ? 'Task stopped' : 'Essential container in task exited'),
    ...(startedAt === undefined ? {} : { StartedAt: startedAt }),
    StoppedAt: Date.now(),
    Containers: [
      { Name: container, LastStatus: 'STOPPED', ...(exitCode === undefined ? {} : { ExitCode: exitCode }) },
    ],
    Overrides: { ContainerOverrides },
  };
}
