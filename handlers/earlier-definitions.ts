// An execution keeps the definition that it began with, and calls the functions of today. Until a release of December
// 2026 definitions had all data of a run side by side, and called its polls `looks`. So the functions answer with both;
// the definition of today takes its own part. What cannot hold any more: the importer polls by POLLS, which an earlier
// definition does not set. Started by one, it stays until it has a slot, and its execution never waits in WaitForTurn.

/** What a function answers for the definitions of earlier releases, beside what it answers for today's. */
export function asEarlier<R extends object>(run: R, attempt: number, polls: number) {
  return { ...run, attempt, looks: polls };
}

/** The workflow's data as the definition of today has it, whichever it comes from. */
export function asToday(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || 'run' in state || !('runId' in state)) return state;
  return { ...state, run: state, polls: 'looks' in state ? state.looks : 0 };
}
