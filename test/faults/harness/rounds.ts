import { createHash } from 'node:crypto';
import { describe, it } from 'vitest';
import { Random } from '../../../samples/random.ts';

/** Set by main.ts; without it, as part of all tests, one round that is short. */
const { FAULT_ROUNDS, FAULT_SEED } = process.env;
export const rounds = Number(FAULT_ROUNDS ?? 1);
const seed = Number(FAULT_SEED ?? Math.floor(Math.random() * 1e9));

/** One round takes seconds; on a busy machine, with retries, a minute. */
const ROUND_MS = 240_000;

/**
 * Registers a test that does the same thing in each round at other moments. The seed of a round is printed if it
 * fails, with the command that does it again.
 *
 * @param cases what the fault is done to, by name
 */
export function eachRound<Case>(
  name: string,
  cases: Record<string, Case>,
  carryOut: (random: Random, each: Case) => Promise<void>,
): void {
  describe(name, () => {
    for (const [label, each] of chosen(name, Object.entries(cases))) {
      it(label, { timeout: ROUND_MS * rounds }, async () => {
        for (let round = 0; round < rounds; round++) {
          // Other tests of the same round meet other moments.
          const random = seeded(`${seed + round} ${name} ${label}`);
          try {
            await carryOut(random, each);
          } catch (error) {
            const { message } = error as Error;
            (error as Error).message =
              `${message}\n\nAgain: npm run test:faults -- --seed ${seed + round} --only "${name} ${label}"`;
            throw error;
          }
        }
      });
    }
  });
}

/** A short round does each fault to one of its cases, chosen by chance: all of them take minutes. */
function chosen<Case>(name: string, cases: [string, Case][]): [string, Case][] {
  return FAULT_ROUNDS === undefined ? [seeded(`${seed} ${name}`).pick(cases)] : cases;
}

function seeded(text: string): Random {
  return new Random(createHash('sha256').update(text).digest().readInt32BE());
}
