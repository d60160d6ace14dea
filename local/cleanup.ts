/** What has been started, to be stopped in the reverse order. */
export interface Cleanup {
  add(stop: () => unknown): void;
  /**
   * Stops everything, also what comes after something that could not be stopped. A second call waits for the first.
   *
   * @throws the first error
   */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const stops: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const runAll = async () => {
    const errors: unknown[] = [];
    for (const stop of stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  return {
    add: (stop) => void stops.push(stop),
    run: () => {
      running ??= runAll();
      return running;
    },
  };
}
