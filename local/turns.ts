/** Lets so many at once through, the others in the order in which they came. */
export interface Turns {
  /**
   * Waits for a turn; what it returns gives it back.
   *
   * @param signal gives up waiting
   * @throws the signal's reason
   */
  take(signal?: AbortSignal): Promise<() => void>;
}

export function createTurns(atOnce: number): Turns {
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
        const turn = Promise.withResolvers<void>();
        const begin = () => {
          waiting.delete(begin);
          signal?.removeEventListener('abort', giveUp);
          turn.resolve();
        };
        const giveUp = () => {
          waiting.delete(begin);
          turn.reject(signal?.reason);
        };
        waiting.add(begin);
        signal?.addEventListener('abort', giveUp, { once: true });
        await turn.promise;
      }
      return giveBack;
    },
  };
}
