import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TaskError } from './task-error.ts';
import { ACCOUNT, type LocalTask, REGION } from './template.ts';

/** The parameters of `ecs:runTask.sync`, as far as they are looked at. */
export interface RunTaskRequest {
  TaskDefinition: string;
  Overrides?: { ContainerOverrides?: { Name: string; Environment?: { Name: string; Value: string }[] }[] };
}

/** ECS's description of a stopped task, as Step Functions hands it on (PascalCase). */
export interface StoppedTask {
  TaskArn: string;
  LastStatus: 'STOPPED';
  StopCode: 'EssentialContainerExited' | 'TaskFailedToStart' | 'UserInitiated';
  StoppedReason: string;
  StartedAt?: number;
  StoppedAt: number;
  Containers: { Name: string; LastStatus: 'STOPPED'; ExitCode?: number; Reason?: string }[];
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
  /** Stops all tasks and waits for their end. */
  close(): Promise<void>;
}

/**
 * @param environment what the account would provide to every container: endpoints, credentials, the database in place
 *   of its secret
 * @param logFolder takes one log file per task
 */
export function createTasks(
  definitions: readonly LocalTask[],
  environment: Record<string, string>,
  logFolder: string,
): LocalTasks {
  mkdirSync(logFolder, { recursive: true });
  const running = new Set<{ child: ChildProcess; stop(): void; ended: Promise<unknown> }>();

  async function run(request: RunTaskRequest, signal: AbortSignal): Promise<StoppedTask> {
    const definition = definitions.find(({ family }) => family === request.TaskDefinition);
    if (definition === undefined) {
      throw new TaskError('ECS.ClientException', `TaskDefinition not found: ${request.TaskDefinition}`);
    }
    const id = randomUUID().replaceAll('-', '');
    const overrides = request.Overrides?.ContainerOverrides?.find(({ Name }) => Name === definition.container);
    const [command, ...args] = definition.command;
    const startedAt = Date.now();
    const child = spawn(command === 'node' ? process.execPath : command!, args, {
      cwd: definition.folder,
      env: {
        PATH: process.env.PATH,
        ...environment,
        ...definition.environment,
        ...Object.fromEntries((overrides?.Environment ?? []).map(({ Name, Value }) => [Name, Value])),
        // In place of the secrets, which only ECS can read.
        ...Object.fromEntries(definition.secrets.map((name) => [name, undefined])),
        ...('DATABASE_URL' in environment ? { DATABASE_TLS: undefined } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal is for the stack, which then stops its tasks in order.
      detached: true,
    });
    const log = createWriteStream(join(logFolder, `${id}.log`));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const ended = new Promise<{ exitCode?: number; failure?: Error }>((resolve) => {
      child.once('error', (failure) => resolve({ failure }));
      // 128 plus the signal's number, as a shell and ECS have it.
      child.once('close', (code, by) => resolve({ exitCode: code ?? 128 + signalNumbers[by ?? 'SIGKILL']! }));
    });

    let stopped = false;
    const stop = () => {
      stopped = true;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), definition.stopTimeoutSeconds * 1000);
      void ended.then(() => clearTimeout(kill));
    };
    const entry = { child, stop, ended };
    running.add(entry);
    signal.addEventListener('abort', stop, { once: true });
    const { exitCode, failure } = await ended;
    signal.removeEventListener('abort', stop);
    running.delete(entry);
    log.end();

    const task: StoppedTask = {
      TaskArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/local/${id}`,
      LastStatus: 'STOPPED',
      StopCode: failure !== undefined ? 'TaskFailedToStart' : stopped ? 'UserInitiated' : 'EssentialContainerExited',
      StoppedReason: failure?.message ?? (stopped ? 'Task stopped' : 'Essential container in task exited'),
      ...(failure === undefined ? { StartedAt: startedAt } : {}),
      StoppedAt: Date.now(),
      Containers: [
        { Name: definition.container, LastStatus: 'STOPPED', ...(exitCode === undefined ? {} : { ExitCode: exitCode }) },
      ],
    };
    if (exitCode !== 0) throw new TaskError('States.TaskFailed', JSON.stringify(task));
    return task;
  }

  return {
    run,
    running: () => [...running].flatMap(({ child }) => child.pid ?? []),
    async close() {
      for (const task of running) task.stop();
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};
