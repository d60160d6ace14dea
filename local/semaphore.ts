/** Lets so many at once through, the others in the order in which they came. */
export interface Semaphore {
  /**
   * Waits until one is let through; what it returns lets the next through.
   *
   * @param signal gives up waiting
   * @throws the signal's reason
   */
  take(signal?: AbortSignal): Promise<() => void>;
}

export function createSemaphore(atOnce: number): Semaphore {
  let free = atOnce;
  const waiting = new Set<() => void>();
  const giveBack = () => {
    const [next] = waiting;
    if (next === undefined) free++;
    else next();
  };
  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) free--;
      else {
        const passed = Promise.withResolvers<void>();
        const begin = () => {
          waiting.delete(begin);
          signal?.removeEventListener('abort', giveUp);
          passed.resolve();
        };
        const giveUp = () => {
          waiting.delete(begin);
          passed.reject(signal?.reason);
        };
        waiting.add(begin);
        signal?.addEventListener('abort', giveUp, { once: true });
        await passed.promise;
      }
      return giveBack;
    },
  };
}
