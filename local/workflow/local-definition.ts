import type { StateDefinition, StateMachineDefinition } from '../template.ts';

/** The hidden state with which a redriven execution begins; see {@link enterAt}. */
export const REDRIVE_ENTRY = '#redrive';
/** The resource of a Wait state, which runs as a task so that its time can be capped. */
export const WAIT_RESOURCE = 'local:wait';
/** The parameter that carries a time limit to the interpreter, and no further. */
export const TIMEOUT_PARAMETER = 'LocalTimeoutSeconds';
/** Timers of Node.js hold at most 2^31 milliseconds, which is 24 days. */
const MAX_TIMEOUT_SECONDS = 2_000_000;

/**
 * The definition as the interpreter runs it: nothing waits longer than `maxWaitSeconds`, neither a Wait state nor a
 * retry. A Wait becomes a task, since the interpreter could only replace its time, not cap it.
 */
export function capWaits(definition: StateMachineDefinition, maxWaitSeconds: number): StateMachineDefinition {
  const states = Object.entries(definition.States).map(([name, state]) => [
    name,
    capState(state, maxWaitSeconds),
  ]);
  return {
    ...definition,
    ...(definition.TimeoutSeconds === undefined
      ? {}
      : { TimeoutSeconds: Math.min(definition.TimeoutSeconds, MAX_TIMEOUT_SECONDS) }),
    States: Object.fromEntries(states) as Record<string, StateDefinition>,
  };
}

function capState(state: StateDefinition, maxWaitSeconds: number): StateDefinition {
  if (state.Type === 'Wait') {
    const { Seconds, SecondsPath, Timestamp, TimestampPath, ...rest } = state;
    return {
      ...rest,
      Type: 'Task',
      Resource: WAIT_RESOURCE,
      ...(SecondsPath === undefined ? {} : { Parameters: { 'seconds.$': SecondsPath } }),
      ...(Seconds === undefined ? {} : { Parameters: { seconds: Seconds } }),
      ...(TimestampPath === undefined ? {} : { Parameters: { 'timestamp.$': TimestampPath } }),
      ...(Timestamp === undefined ? {} : { Parameters: { timestamp: Timestamp } }),
      ResultPath: null,
      TimeoutSeconds: Math.ceil(maxWaitSeconds) + 60,
    };
  }
  if (state.Type === 'Task') return { ...state, ...capTimeout(state), ...capRetries(state, maxWaitSeconds) };
  return state;
}

/** Without a timeout the interpreter would set one of a minute; AWS waits for ever. */
function capTimeout(state: StateDefinition): Partial<StateDefinition> {
  if (state.TimeoutSecondsPath !== undefined) return carryTimeout(state);
  const { TimeoutSeconds = Infinity } = state as { TimeoutSeconds?: number };
  return { TimeoutSeconds: Math.min(TimeoutSeconds, MAX_TIMEOUT_SECONDS) };
}

/**
 * The interpreter looks for a TimeoutSecondsPath in what the task is given, not in the state's input as AWS does: so
 * it is handed on among the parameters, under {@link TIMEOUT_PARAMETER}.
 */
export function carryTimeout({ Parameters, TimeoutSecondsPath }: StateDefinition): Partial<StateDefinition> {
  if (Parameters === undefined) return {};
  return {
    Parameters: { ...(Parameters as object), [`${TIMEOUT_PARAMETER}.$`]: TimeoutSecondsPath },
    TimeoutSecondsPath: `$.${TIMEOUT_PARAMETER}`,
  };
}

function capRetries(state: StateDefinition, maxWaitSeconds: number): Partial<StateDefinition> {
  const retriers = state.Retry as { IntervalSeconds?: number; MaxDelaySeconds?: number }[] | undefined;
  if (retriers === undefined) return {};
  return {
    Retry: retriers.map((retrier) => ({
      ...retrier,
      // Both, since the interpreter takes a longest delay of 0 for none.
      IntervalSeconds: Math.min(retrier.IntervalSeconds ?? 1, maxWaitSeconds),
      MaxDelaySeconds: Math.min(retrier.MaxDelaySeconds ?? maxWaitSeconds, maxWaitSeconds),
    })),
  };
}

/**
 * The same definition, entered at a later state with that state's input. The input goes in through a hidden Pass
 * state, because the interpreter takes what `run()` is given for `$$.Execution.Input`, which must stay the original.
 */
export function enterAt(
  definition: StateMachineDefinition,
  state: string,
  input: unknown,
): StateMachineDefinition {
  // Wrapped: the interpreter overlooks a Result of null, false, 0 or ''.
  const entry: StateDefinition = { Type: 'Pass', Result: { input }, OutputPath: '$.input', Next: state };
  return { ...definition, StartAt: REDRIVE_ENTRY, States: { ...definition.States, [REDRIVE_ENTRY]: entry } };
}
