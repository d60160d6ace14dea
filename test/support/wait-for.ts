import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `probe` gives something other than null or undefined; fails after a minute. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | null | undefined> | T | null | undefined,
): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const found = await probe();
    if (found !== null && found !== undefined) return found;
  }
  throw new Error(`Waited a minute for ${what}.`);
}
