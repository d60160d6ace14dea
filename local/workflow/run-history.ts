import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from '../full-disk.ts';
import type { Execution } from './execution.ts';
import type { NewEvent } from './history.ts';

/** How long a run waits before it asks a full disk again. */
const ASK_AGAIN_MS = 500;

/**
 * Records what a run does. Where the disk is full, events wait in their order until there is room, and so does
 * whatever must not happen before they are on the disk.
 */
export class RunHistory {
  readonly #execution: Execution;
  readonly #over: AbortSignal;
  readonly #waiting: { event: NewEvent; recorded: () => void }[] = [];
  #room: Promise<void> | null = null;

  /** @param over aborted when nothing of the run may be recorded any more */
  constructor(execution: Execution, over: AbortSignal) {
    this.#execution = execution;
    this.#over = over;
  }

  /** Records an event, now or as soon as there is room; `recorded` is called when it is on the disk. */
  append(event: NewEvent, recorded = () => {}): void {
    this.#waiting.push({ event, recorded });
    if (this.#room !== null || this.#write()) return;
    process.emitWarning(
      `The disk is full: execution ${this.#execution.name} waits in ${JSON.stringify(event.type)} until there is room.`,
    );
    this.#room = this.#waitForRoom().finally(() => {
      this.#room = null;
    });
    // Whoever asks for what is written hears of it.
    this.#room.catch(() => {});
  }

  /** Resolves when all events so far are on the disk, or when the run is over. */
  async written(): Promise<void> {
    await this.#room;
  }

  async #waitForRoom(): Promise<void> {
    do {
      await sleep(ASK_AGAIN_MS, undefined, { signal: this.#over }).catch(() => {});
    } while (!this.#over.aborted && !this.#write());
  }

  /** Writes what waits; false: there is no room for all of it. */
  #write(): boolean {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        this.#execution.append(next.event);
      } catch (error) {
        if (isDiskFull(error)) return false;
        this.#waiting.length = 0;
        throw error;
      }
      this.#waiting.shift();
      next.recorded();
    }
    return true;
  }
}
