import type { StateDefinition, StateMachineDefinition } from '../template.ts';

/** The hidden state with which a redriven execution begins; see {@link enterAt}. */
export const REDRIVE_ENTRY = '#redrive';
/** The resource of a Wait state, which runs as a task so that its time can be capped. */
export const WAIT_RESOURCE = 'local:wait';

/**
 * The definition as the interpreter runs it: nothing waits longer than `maxWaitSeconds`, neither a Wait state nor a
 * retry. A Wait becomes a task, since the interpreter could only replace its time, not cap it.
 */
export function capWaits(definition: StateMachineDefinition, maxWaitSeconds: number): StateMachineDefinition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, capState(state, maxWaitSeconds)]);
  return { ...definition, States: Object.fromEntries(states) as Record<string, StateDefinition> };
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
  const retriers = state.Retry as { MaxDelaySeconds?: number }[] | undefined;
  if (retriers === undefined) return state;
  return {
    ...state,
    Retry: retriers.map((retrier) => ({
      ...retrier,
      MaxDelaySeconds: Math.min(retrier.MaxDelaySeconds ?? maxWaitSeconds, maxWaitSeconds),
    })),
  };
}

/**
 * The same definition, entered at a later state with that state's input. The input goes in through a hidden Pass
 * state, because the interpreter takes what `run()` is given for `$$.Execution.Input`, which must stay the original.
 */
export function enterAt(definition: StateMachineDefinition, state: string, input: unknown): StateMachineDefinition {
  const entry: StateDefinition = { Type: 'Pass', Result: input, Next: state };
  return { ...definition, StartAt: REDRIVE_ENTRY, States: { ...definition.States, [REDRIVE_ENTRY]: entry } };
}
