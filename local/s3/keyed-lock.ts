// One thing at a time per name, in the order of asking.

export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` once everything asked for under the same name before has ended. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(work, work);
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#last.set(name, settled);
    try {
      return await result;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}
