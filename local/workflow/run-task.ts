import { TaskError } from '../task-error.ts';
import { bindingName, splitResource, type TaskBindings } from './bindings.ts';
import { TIMEOUT_PARAMETER } from './local-definition.ts';
import type { RunHistory } from './run-history.ts';

/** Step Functions' quota for the data of a state. (Quotas, "Maximum input or output size for a task") */
const MAX_DATA_BYTES = 256 * 1024;

/** What a task ends with that nobody waits for any more: the interpreter neither retries nor catches it. */
export class TaskAbandoned extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** Results that are too large: neither `States.ALL` nor a retry of everything matches them. */
class DataLimitExceeded extends TaskError {
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/**
 * Carries out a Task state, with its events in the history.
 *
 * @param signal aborted when the state timed out or the execution is over: nothing is recorded from then on
 * @throws TaskError as the state machine sees the failure
 * @throws TaskAbandoned
 */
export async function runTask(
  history: RunHistory,
  task: { state: string; resource: string; parameters: unknown; timeoutSeconds: number | undefined },
  bindings: TaskBindings,
  signal: AbortSignal,
): Promise<unknown> {
  const of = splitResource(task.resource);
  const { [TIMEOUT_PARAMETER]: found, ...parameters } = task.parameters as Record<string, unknown>;
  const timeoutInSeconds = (found as number | undefined) ?? task.timeoutSeconds;
  history.append({
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      ...of,
      region: 'us-east-1',
      parameters: JSON.stringify(parameters),
      ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    },
  });
  history.append({ type: 'TaskStarted', taskStartedEventDetails: of });
  await history.written();
  if (signal.aborted) throw new TaskAbandoned();
  try {
    const carriedOut = bindings[bindingName(task.resource)]!(parameters as never, signal);
    // Not every task can be stopped; the interpreter's timer must not wait for one that nobody waits for.
    const result = (await Promise.race([carriedOut, rejectOnAbort(signal)])) ?? null;
    const output = JSON.stringify(result);
    if (Buffer.byteLength(output) > MAX_DATA_BYTES) {
      throw new DataLimitExceeded(
        'States.DataLimitExceeded',
        `The state/task '${task.state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      );
    }
    history.append({ type: 'TaskSucceeded', taskSucceededEventDetails: { ...of, output } });
    return result;
  } catch (error) {
    if (signal.aborted) throw new TaskAbandoned();
    const failure = error instanceof TaskError ? error : new TaskError('States.TaskFailed', String(error));
    history.append({
      type: 'TaskFailed',
      taskFailedEventDetails: { ...of, error: failure.name, cause: failure.message },
    });
    throw failure;
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new TaskAbandoned()), { once: true });
  return promise;
}
