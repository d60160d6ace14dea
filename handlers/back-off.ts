/**
 * A database that fails over or wakes up is back within one or two minutes: three waits of at most 15, 45 and 135
 * seconds reach past that, and a longer outage is for a redrive.
 */
export const BASE_SECONDS = 15;
const FACTOR = 3;
/** Above this a person is quicker. */
const MAX_SECONDS = 300;

/**
 * Seconds to wait before the attempt after `attempt` (from 1), drawn evenly from 1 to the exponential limit ("full
 * jitter"): uploads that failed together must not come back together.
 */
export function backOffSeconds(attempt: number, random: () => number = Math.random): number {
  const limit = Math.min(MAX_SECONDS, BASE_SECONDS * FACTOR ** (attempt - 1));
  return 1 + Math.floor(random() * limit);
}
