import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { ApiError } from '../aws-json/api-error.ts';
import type { LocalTemplate } from '../template.ts';
import type { TaskBindings } from './bindings.ts';
import { checkDefinition } from './check-definition.ts';
import { Definitions } from './definitions.ts';
import type { Execution } from './execution.ts';
import { Executions, STACK_STOPPED } from './executions.ts';
import { lastEnteredState } from './history.ts';
import { capWaits, enterAt } from './local-definition.ts';
import { redriveStatus } from './redrivable.ts';
import { type ExecutionRun, runExecution } from './run-execution.ts';

export interface EngineOptions {
  stateMachine: LocalTemplate['stateMachine'];
  /** Where executions are kept. */
  folder: string;
  bindings: TaskBindings;
  /** Nothing in the workflow waits longer than this. */
  maxWaitSeconds: number;
}

interface EngineEvents {
  /** An execution began, ended, or began again. */
  status: [Execution];
  /** A state was entered. */
  state: [Execution, string];
}

/** What Step Functions takes for a name: 1 to 80 characters, no control characters or non-characters, none of these. */
const EXECUTION_NAME = /^[^\s\p{Cc}\p{Cs}\ufffe\uffff\u{10ffff}<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** Runs the executions of one state machine, and keeps them. */
export class Engine extends EventEmitter<EngineEvents> {
  readonly executions: Executions;
  readonly definitions: Definitions;
  readonly #options: EngineOptions;
  readonly #running = new Map<Execution, ExecutionRun>();
  #closed = false;

  /** @throws Error for a definition that cannot be run here */
  constructor(options: EngineOptions) {
    super();
    const { definition, arn } = options.stateMachine;
    checkDefinition(definition, Object.keys(options.bindings));
    this.#options = options;
    this.executions = new Executions(options.folder, arn);
    this.definitions = new Definitions(join(options.folder, 'definitions'), options.stateMachine);
  }

  /** Fails the executions that an earlier stack left in the middle. */
  failInterrupted(): void {
    for (const execution of this.executions.failInterrupted()) this.#emit('status', execution);
  }

  /**
   * Starts an execution; it is on the disk when this returns.
   *
   * @throws ApiError `ExecutionAlreadyExists`, `InvalidExecutionInput`, `InvalidName`
   */
  start(name: string, input: string): Execution {
    if (name.length > 80 || !EXECUTION_NAME.test(name)) {
      throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
    }
    if (!isJson(input)) {
      throw new ApiError('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
    }
    const existing = this.executions.byName(name);
    if (existing !== undefined) {
      // The same again is not an error while it runs (API reference, StartExecution).
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
    }
    if (this.executions.isDamaged(name)) {
      throw new ApiError(
        'ExecutionAlreadyExists',
        `Execution Already Exists, with a damaged history: '${name}'`,
      );
    }
    this.#checkOpen();
    const { id, roleArn } = this.definitions.current;
    const execution = this.executions.create(name, { input, roleArn }, id);
    this.#run(execution, null);
    return execution;
  }

  /**
   * Restarts a failed execution at the state that failed, with that state's input; from its beginning where the
   * definition that it began with is not known, since today's states cannot be trusted to read what others left.
   *
   * @throws ApiError `ExecutionNotRedrivable`
   */
  redrive(execution: Execution): void {
    const { redriveStatusReason } = redriveStatus(execution);
    if (redriveStatusReason !== undefined) throw new ApiError('ExecutionNotRedrivable', redriveStatusReason);
    this.#checkOpen();
    const failed = this.definitions.has(execution) ? lastEnteredState(execution.events) : null;
    execution.append({
      type: 'ExecutionRedriven',
      executionRedrivenEventDetails: { redriveCount: execution.redriveCount + 1 },
    });
    this.#run(execution, failed);
  }

  /** Ends a running execution as ABORTED; its task is stopped. */
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    const run = this.#running.get(execution);
    if (run === undefined) return;
    const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    execution.append({ type: 'ExecutionAborted', executionAbortedEventDetails: details });
    this.#release(execution, run);
    this.#emit('status', execution);
  }

  /** Ends what is running as interrupted: it can be redriven after the next start. Nothing is started from then on. */
  close(): void {
    this.#closed = true;
    for (const [execution, run] of this.#running) {
      this.#release(execution, run);
      try {
        execution.append({ type: 'ExecutionFailed', executionFailedEventDetails: STACK_STOPPED });
      } catch (error) {
        // The next start fails it instead, as after kill -9.
        process.emitWarning(error as Error);
        continue;
      }
      this.#emit('status', execution);
    }
  }

  /** @param from the state to enter at; null: the first */
  #run(execution: Execution, from: ReturnType<typeof lastEnteredState>): void {
    const { stateMachine, bindings, maxWaitSeconds } = this.#options;
    const { definition, roleArn } = this.definitions.of(execution);
    const capped = capWaits(definition, maxWaitSeconds);
    const run = runExecution(execution, {
      stateMachine: { ...stateMachine, definition, roleArn },
      definition: from === null ? capped : enterAt(capped, from.name, from.input),
      bindings,
      maxWaitSeconds,
      onState: (name) => this.#emit('state', execution, name),
    });
    this.#running.set(execution, run);
    this.#emit('status', execution);
    void run.ended
      .catch((error) => failExecution(execution, error))
      .then(() => {
        // Stopped: its end was told; and it may be running again.
        if (this.#running.get(execution) !== run) return;
        this.#running.delete(execution);
        this.#emit('status', execution);
      });
  }

  /** S3 tells an event again after the next start where nobody took it: none is lost while the stack stops. */
  #checkOpen(): void {
    if (this.#closed) throw new Error('The local stack is stopping.');
  }

  #release(execution: Execution, run: ExecutionRun): void {
    this.#running.delete(execution);
    run.abort();
  }

  /** Whoever listens cannot harm the execution. */
  #emit<K extends keyof EngineEvents>(event: K, ...told: EngineEvents[K]): void {
    try {
      this.emit(event, ...(told as never));
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }
}

/** Ends an execution whose history could not be kept; where even that fails, the next start does. */
function failExecution(execution: Execution, error: Error): void {
  process.emitWarning(error);
  try {
    execution.append({
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'States.Runtime', cause: error.message },
    });
  } catch {
    // Nothing to be done here.
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
