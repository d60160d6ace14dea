import type { Connection } from './connection.ts';

/** Connections that load batches at the same time, one batch each. */
export class Lanes {
  readonly #free: Connection[];
  readonly #busy = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;

  constructor(connections: readonly Connection[]) {
    this.#free = [...connections];
  }

  /** Waits for a free lane and starts the work on it. Throws what earlier work has thrown. */
  async start(work: (connection: Connection) => Promise<void>): Promise<void> {
    while (this.#failure === null && this.#free.length === 0) await Promise.race(this.#busy);
    this.#rethrow();
    const connection = this.#free.pop()!;
    const running: Promise<void> = work(connection)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#free.push(connection);
        this.#busy.delete(running);
      });
    this.#busy.add(running);
  }

  /** Waits until all work has ended, well or not. */
  async settle(): Promise<void> {
    await Promise.all(this.#busy);
  }

  /** Waits until all work is done; throws what any of it has thrown. */
  async finish(): Promise<void> {
    await this.settle();
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
