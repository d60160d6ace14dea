import { EventEmitter } from 'node:events';
import { setImmediate as nextTick } from 'node:timers/promises';
import { ExecutionAbortedError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions';
import { TaskError } from '../task-error.ts';
import type { LocalTemplate, StateMachineDefinition } from '../template.ts';
import type { Execution } from './execution.ts';
import { Executions, STACK_STOPPED } from './executions.ts';
import { lastEnteredState, stateEventType } from './history.ts';
import { capWaits, enterAt, REDRIVE_ENTRY, WAIT_RESOURCE } from './local-definition.ts';

/** Carries out one Task state. Rejects with a {@link TaskError} for what AWS would report as a failed task. */
export type TaskBinding = (parameters: never, signal: AbortSignal) => Promise<unknown>;

export interface EngineOptions {
  stateMachine: LocalTemplate['stateMachine'];
  /** Where executions are kept. */
  folder: string;
  /** By the Task state's resource without its ARN prefix, e.g. `lambda:invoke`. */
  bindings: Record<string, TaskBinding>;
  /** Nothing in the workflow waits longer than this. */
  maxWaitSeconds: number;
}

/** An error of the Step Functions API, by its AWS name. */
export class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface EngineEvents {
  /** An execution began, ended, or began again. */
  status: [Execution];
  /** A state was entered. */
  state: [Execution, string];
}

/** How long after its end Step Functions redrives an execution. */
const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;
const RESOURCE_PREFIX = /^arn:[^:]+:states:[^:]*:[^:]*:/;

/**
 * Runs executions of one state machine on the package aws-local-stepfunctions, and keeps their history as Step
 * Functions would.
 */
export class Engine extends EventEmitter<EngineEvents> {
  readonly executions: Executions;
  readonly #options: EngineOptions;
  readonly #definition: StateMachineDefinition;
  readonly #running = new Map<Execution, { abort(): void; ended: Promise<void> }>();
  #closed = false;

  constructor(options: EngineOptions) {
    super();
    this.#options = options;
    const { definition, arn } = options.stateMachine;
    // The original is validated; the capped one has what the language does not (delays below a second).
    new StateMachine(definition as never, { validationOptions: { checkArn: false } });
    for (const [name, state] of Object.entries(definition.States)) {
      if (state.Type === 'Task') this.#bindingOf(name, state.Resource!);
    }
    this.#definition = capWaits(definition, options.maxWaitSeconds);
    this.executions = new Executions(options.folder, arn);
  }

  /** Fails the executions that an earlier stack left in the middle. */
  failInterrupted(): void {
    for (const execution of this.executions.failInterrupted()) this.emit('status', execution);
  }

  /**
   * Starts an execution; it is on the disk when this returns.
   *
   * @throws ApiError `ExecutionAlreadyExists`, `InvalidExecutionInput`, `InvalidName`
   */
  start(name: string, input: string): Execution {
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/.test(name)) throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
    const parsed = parseInput(input);
    const existing = this.executions.byName(name);
    if (existing !== undefined) {
      // The same again is not an error while it runs (API reference, StartExecution).
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
    }
    const execution = this.executions.create(name);
    const { roleArn } = this.#options.stateMachine;
    execution.append({ type: 'ExecutionStarted', executionStartedEventDetails: { input, roleArn } });
    this.#run(execution, this.#definition, parsed);
    return execution;
  }

  /**
   * Restarts a failed execution at the state that failed, with that state's input.
   *
   * @throws ApiError `ExecutionNotRedrivable`
   */
  redrive(execution: Execution): void {
    const { redriveStatus, redriveStatusReason } = this.redriveStatus(execution);
    if (redriveStatus !== 'REDRIVABLE') throw new ApiError('ExecutionNotRedrivable', redriveStatusReason!);
    const failed = lastEnteredState(execution.events);
    execution.append({
      type: 'ExecutionRedriven',
      executionRedrivenEventDetails: { redriveCount: execution.redriveCount + 1 },
    });
    const definition = failed === null ? this.#definition : enterAt(this.#definition, failed.name, failed.input);
    this.#run(execution, definition, JSON.parse(execution.input));
  }

  redriveStatus(execution: Execution): { redriveStatus: string; redriveStatusReason?: string } {
    const reason =
      execution.status === 'RUNNING'
        ? 'Execution is RUNNING and cannot be redriven'
        : execution.status === 'SUCCEEDED'
          ? 'Execution is SUCCEEDED and cannot be redriven'
          : Date.now() - execution.stopDate! > REDRIVABLE_MS
            ? 'Execution ended more than 14 days ago and cannot be redriven'
            : null;
    return reason === null
      ? { redriveStatus: 'REDRIVABLE' }
      : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  }

  /** Ends a running execution as ABORTED; its tasks are stopped. */
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    const running = this.#running.get(execution);
    if (running === undefined) return;
    execution.append({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) },
    });
    running.abort();
    this.emit('status', execution);
  }

  /** Ends what is running as interrupted, and takes no note of what still comes of it. */
  close(): void {
    this.#closed = true;
    for (const execution of this.#running.keys()) {
      execution.append({ type: 'ExecutionFailed', executionFailedEventDetails: STACK_STOPPED });
    }
    for (const { abort } of this.#running.values()) abort();
  }

  #run(execution: Execution, definition: StateMachineDefinition, input: unknown): void {
    const stopTasks = new AbortController();
    // Set while a task runs: a timeout of the state must stop it.
    const current: { task: AbortController | null } = { task: null };
    const isOver = () => this.#closed || execution.status !== 'RUNNING';

    const handlers = Object.entries(definition.States)
      .filter(([, { Type }]) => Type === 'Task')
      .map(([name, { Resource }]) => {
        const handler = async (parameters: unknown) => {
          // The events so far, among them that this state was entered, are recorded before it does anything.
          await nextTick();
          if (isOver()) return new Promise(() => {});
          current.task = new AbortController();
          const signal = AbortSignal.any([stopTasks.signal, current.task.signal]);
          if (Resource === WAIT_RESOURCE) return this.#wait(parameters as WaitParameters, signal);
          return this.#runTask(execution, name, Resource!, parameters, signal, isOver);
        };
        return [name, handler] as const;
      });

    const { stateMachine } = this.#options;
    const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
    const run = machine.run(input as never, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never },
      context: {
        Execution: {
          Id: execution.arn,
          Name: execution.name,
          RoleArn: stateMachine.roleArn,
          RedriveCount: execution.redriveCount,
          ...(execution.redriveDate === null ? {} : { RedriveTime: new Date(execution.redriveDate).toISOString() }),
        },
        StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
      },
    });
    run.result.catch(() => {
      // Told by #end below.
    });

    const ended = (async () => {
      for await (const event of run.eventLogs) {
        if (isOver()) break;
        if (!('state' in event) || event.state.name === REDRIVE_ENTRY) continue;
        const { name } = event.state;
        const type = stateMachine.definition.States[name]!.Type;
        if (event.type === 'StateEntered') {
          execution.append({
            type: stateEventType(type, 'Entered'),
            stateEnteredEventDetails: { name, input: JSON.stringify(event.state.input) },
          });
          this.emit('state', execution, name);
        } else if (event.type === 'StateExited') {
          execution.append({
            type: stateEventType(type, 'Exited'),
            stateExitedEventDetails: { name, output: JSON.stringify(event.state.output) },
          });
        } else if (event.type === 'StateFailed' && event.Error === 'States.Timeout') {
          const [resourceType, resource] = splitResource(stateMachine.definition.States[name]!.Resource!);
          execution.append({
            type: 'TaskTimedOut',
            taskTimedOutEventDetails: { resourceType, resource, error: 'States.Timeout' },
          });
          current.task?.abort();
        }
      }
      await this.#end(execution, run.result, isOver);
    })();
    this.#running.set(execution, {
      abort: () => {
        stopTasks.abort();
        run.abort();
      },
      ended,
    });
    this.emit('status', execution);
  }

  async #end(execution: Execution, result: Promise<unknown>, isOver: () => boolean): Promise<void> {
    try {
      const output = await result;
      if (!isOver()) {
        execution.append({
          type: 'ExecutionSucceeded',
          executionSucceededEventDetails: { output: JSON.stringify(output) },
        });
      }
    } catch (error) {
      if (isOver() || error instanceof ExecutionAbortedError) return void this.#running.delete(execution);
      if (error instanceof ExecutionTimeoutError) {
        execution.append({ type: 'ExecutionTimedOut', executionTimedOutEventDetails: { error: 'States.Timeout' } });
      } else {
        const { name, message } = ((error as Error).cause ?? error) as Error;
        execution.append({ type: 'ExecutionFailed', executionFailedEventDetails: { error: name, cause: message } });
      }
    }
    this.#running.delete(execution);
    if (!this.#closed) this.emit('status', execution);
  }

  async #runTask(
    execution: Execution,
    state: string,
    resource: string,
    parameters: unknown,
    signal: AbortSignal,
    isOver: () => boolean,
  ): Promise<unknown> {
    const [resourceType, resourceName] = splitResource(resource);
    const of = { resourceType, resource: resourceName };
    execution.append({
      type: 'TaskScheduled',
      taskScheduledEventDetails: { ...of, region: 'us-east-1', parameters: JSON.stringify(parameters) },
    });
    execution.append({ type: 'TaskStarted', taskStartedEventDetails: of });
    try {
      const output = await this.#bindingOf(state, resource)(parameters as never, signal);
      if (isOver()) return new Promise(() => {});
      execution.append({ type: 'TaskSucceeded', taskSucceededEventDetails: { ...of, output: JSON.stringify(output) } });
      return output;
    } catch (error) {
      if (isOver() || signal.aborted) return new Promise(() => {});
      const failure = error instanceof TaskError ? error : new TaskError('States.TaskFailed', String(error));
      execution.append({
        type: 'TaskFailed',
        taskFailedEventDetails: { ...of, error: failure.name, cause: failure.message },
      });
      throw failure;
    }
  }

  async #wait({ seconds, timestamp }: WaitParameters, signal: AbortSignal): Promise<null> {
    const wanted = seconds ?? (Date.parse(timestamp!) - Date.now()) / 1000;
    const ms = Math.max(0, Math.min(wanted, this.#options.maxWaitSeconds)) * 1000;
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    return promise;
  }

  #bindingOf(state: string, resource: string): TaskBinding {
    const binding = this.#options.bindings[resource.replace(RESOURCE_PREFIX, '').replace(/^::/, '')];
    if (binding === undefined) {
      throw new Error(`State ${state} has the resource ${resource}, which the local stack cannot run.`);
    }
    return binding;
  }
}

interface WaitParameters {
  seconds?: number;
  timestamp?: string;
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new ApiError('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
}

/** `arn:aws:states:::ecs:runTask.sync` becomes `ecs` and `runTask.sync`. */
function splitResource(resource: string): [string, string] {
  const parts = resource.replace(RESOURCE_PREFIX, '').split(':');
  return [parts.slice(0, -1).join(':'), parts.at(-1)!];
}
