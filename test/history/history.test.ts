import fc from 'fast-check';
import { describe, it } from 'vitest';
import { histories, type Kind, kinds } from './harness/arbitrary.ts';
import { carryOut, Hanging, HistoryFailed } from './harness/carry-out.ts';
import { describeHistory } from './harness/describe.ts';
import type { History } from './harness/history.ts';
import { HistoryHarness } from './harness/history-harness.ts';

/** Set by main.ts; without it, as part of all tests, a few histories of each kind. */
const { HISTORY_RUNS, HISTORY_MINUTES, HISTORY_SEED, HISTORY_PATH, HISTORY_ONLY } = process.env;
const numRuns = Number(HISTORY_RUNS ?? 3);
const runForMs = 60_000 * Number(HISTORY_MINUTES ?? 0.25);
const firstSeed = Number(HISTORY_SEED ?? Math.floor(Math.random() * 1e9));
/** How long a history that fails may be made smaller. */
const SHRINK_FOR_MS = 60_000;
/** Where there is one kind only, so many histories are under way at once: each waits most of its time. */
const lanes = HISTORY_ONLY === undefined || HISTORY_PATH !== undefined ? 1 : 3;

describe('random histories leave what some serial order of them would', () => {
  for (const kind of Object.keys(kinds) as Kind[]) {
    if (HISTORY_ONLY !== undefined && HISTORY_ONLY !== kind) continue;
    it.concurrent(kind, { timeout: runForMs + SHRINK_FOR_MS + 120_000 }, async () => {
      const search = new Search(kind);
      const seeds = Array.from({ length: lanes }, (_, lane) => firstSeed + lane);
      await Promise.all(seeds.map((seed) => search.run(seed)));
      if (search.found !== null) throw search.found;
    });
  }
});

/** Looks for a history of a kind that fails, and makes it small. */
class Search {
  readonly #kind: Kind;
  readonly #startedAt = Date.now();
  #failing: { seed: number; at: number; shrinkUntil: number } | null = null;
  /** Tells of the history that fails; null: none has. */
  found: Error | null = null;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  async run(seed: number): Promise<void> {
    const harness = await HistoryHarness.open();
    try {
      const property = fc.asyncProperty(histories(this.#kind), async (history) => {
        // Past its time each history passes, so that fast-check comes to an end and its path stays true.
        if (this.#isOver(seed)) return;
        try {
          await carryOut(harness, history);
        } catch (error) {
          // Of several at once, one is enough.
          const at = Date.now();
          this.#failing ??= { seed, at, shrinkUntil: at + SHRINK_FOR_MS };
          if ((error as Error).cause instanceof Hanging) this.#failing.shrinkUntil = 0;
          if (this.#failing.seed === seed) throw error;
        }
      });
      const details = await fc.check<[History]>(property, {
        numRuns: Math.ceil(numRuns / lanes),
        seed,
        ...(HISTORY_PATH === undefined ? {} : { path: HISTORY_PATH, endOnFailure: true }),
      });
      if (details.failed) this.found = this.#describe(details);
    } finally {
      await harness.close();
    }
  }

  #isOver(seed: number): boolean {
    if (this.#failing === null) return Date.now() > this.#startedAt + runForMs;
    return this.#failing.seed !== seed || Date.now() > this.#failing.shrinkUntil;
  }

  #describe(details: fc.RunDetails<[History]>): Error {
    const error = details.errorInstance as Error;
    const seconds = ((this.#failing!.at - this.#startedAt) / 1000).toFixed(1);
    const [history] = details.counterexample!;
    const steps = history.steps.slice(0, error instanceof HistoryFailed ? error.step : undefined);
    const lines = [
      describeHistory({ ...history, steps }),
      '',
      error.message,
      '',
      `Found in ${seconds} s, by history ${details.numRuns} of its seed; made smaller ${details.numShrinks} times.`,
      `Again: npm run test:history -- --only ${this.#kind} --seed ${details.seed} --path ${details.counterexamplePath}`,
    ];
    return new Error(lines.join('\n'));
  }
}
