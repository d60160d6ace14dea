import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions';
import type { LocalTemplate, StateMachineDefinition } from '../template.ts';
import { splitResource, type TaskBindings } from './bindings.ts';
import type { Execution } from './execution.ts';
import { stateEventType } from './history.ts';
import { REDRIVE_ENTRY, WAIT_RESOURCE } from './local-definition.ts';
import { RunHistory } from './run-history.ts';
import { runTask, TaskAbandoned } from './run-task.ts';

export interface ExecutionRun {
  /** Lets go of the run: its task is stopped, nothing is recorded any more. */
  abort(): void;
  /** Settles when nothing of the run is left; the end is in the history by then, unless it was aborted. */
  ended: Promise<void>;
}

export interface RunOptions {
  stateMachine: LocalTemplate['stateMachine'];
  /** The definition to run: the state machine's own, with its waits capped, maybe entered at a later state. */
  definition: StateMachineDefinition;
  bindings: TaskBindings;
  /** No Wait state waits longer than this. */
  maxWaitSeconds: number;
  /** Told of each state as it is entered, after that is on the disk. */
  onState(name: string): void;
}

type InterpreterEvent =
  ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer E> ? E : never;

/** Runs an execution on the package aws-local-stepfunctions, and keeps its history as Step Functions would. */
export function runExecution(execution: Execution, options: RunOptions): ExecutionRun {
  const over = new AbortController();
  const history = new RunHistory(execution, over.signal);
  // Of the task that runs now: a timeout of its state must stop it.
  let currentTask = new AbortController();

  const carryOut = async (state: string, resource: string, parameters: unknown) => {
    // The events so far, among them that this state was entered, are recorded before it does anything.
    await nextTick();
    await history.written();
    if (over.signal.aborted) throw new TaskAbandoned();
    currentTask = new AbortController();
    const signal = AbortSignal.any([over.signal, currentTask.signal]);
    if (resource === WAIT_RESOURCE) return wait(parameters as WaitParameters, options.maxWaitSeconds, signal);
    const { TimeoutSeconds } = options.stateMachine.definition.States[state]!;
    const task = { state, resource, parameters, timeoutSeconds: TimeoutSeconds as number | undefined };
    return runTask(history, task, options.bindings, signal);
  };
  const handlers = Object.entries(options.definition.States)
    .filter(([, { Type }]) => Type === 'Task')
    .map(
      ([name, { Resource }]) =>
        [name, (parameters: unknown) => carryOut(name, Resource!, parameters)] as const,
    );

  const machine = new StateMachine(options.definition as never, { validationOptions: { noValidate: true } });
  const run = machine.run(JSON.parse(execution.input), {
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never },
    context: contextOf(execution, options.stateMachine),
  });
  // Looked at when all events are recorded.
  run.result.catch(() => {});

  const follow = async () => {
    for await (const event of run.eventLogs) {
      if (over.signal.aborted) return;
      record(event);
    }
    await recordEnd(history, run.result, over.signal);
    await history.written();
  };
  const record = (event: InterpreterEvent) => {
    if (!('state' in event) || event.state.name === REDRIVE_ENTRY) return;
    const { name } = event.state;
    const { Type, Resource } = options.stateMachine.definition.States[name]!;
    if (event.type === 'StateEntered') {
      const stateEnteredEventDetails = { name, input: JSON.stringify(event.state.input) };
      history.append({ type: stateEventType(Type, 'Entered'), stateEnteredEventDetails }, () =>
        options.onState(name),
      );
    } else if (event.type === 'StateExited') {
      const stateExitedEventDetails = { name, output: JSON.stringify(event.state.output) };
      history.append({ type: stateEventType(Type, 'Exited'), stateExitedEventDetails });
    } else if (event.type === 'StateFailed' && event.Error === 'States.Timeout') {
      const taskTimedOutEventDetails = { ...splitResource(Resource!), error: 'States.Timeout' };
      history.append({ type: 'TaskTimedOut', taskTimedOutEventDetails });
      currentTask.abort();
    }
  };

  const abort = () => {
    over.abort();
    run.abort();
  };
  // However it ended, a task that still runs is nobody's: an execution that timed out leaves one.
  return { abort, ended: follow().finally(abort) };
}

function contextOf(execution: Execution, stateMachine: LocalTemplate['stateMachine']) {
  const { arn, name, redriveCount, redriveDate } = execution;
  return {
    Execution: {
      Id: arn,
      Name: name,
      RoleArn: stateMachine.roleArn,
      RedriveCount: redriveCount,
      ...(redriveDate === null ? {} : { RedriveTime: new Date(redriveDate).toISOString() }),
    },
    StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
  };
}

async function recordEnd(history: RunHistory, result: Promise<unknown>, over: AbortSignal): Promise<void> {
  try {
    const output = JSON.stringify(await result);
    if (over.aborted) return;
    history.append({ type: 'ExecutionSucceeded', executionSucceededEventDetails: { output } });
  } catch (error) {
    if (over.aborted) return;
    if (error instanceof ExecutionTimeoutError) {
      history.append({
        type: 'ExecutionTimedOut',
        executionTimedOutEventDetails: { error: 'States.Timeout' },
      });
      return;
    }
    // The interpreter wraps what the last state failed with.
    const { name, message } = ((error as Error).cause ?? error) as Error;
    history.append({
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: name, cause: message },
    });
  }
}

interface WaitParameters {
  seconds?: number;
  timestamp?: string;
}

async function wait({ seconds, timestamp }: WaitParameters, maxSeconds: number, signal: AbortSignal) {
  const wanted = seconds ?? (Date.parse(timestamp!) - Date.now()) / 1000;
  await sleep(Math.max(0, Math.min(wanted, maxSeconds)) * 1000, undefined, { signal });
  return null;
}
