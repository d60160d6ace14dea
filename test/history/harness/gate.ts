/** Where something that happens at once with others may stand still. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  /** Resolves once somebody stands before it. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /** Stands still until it is opened. */
  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}
