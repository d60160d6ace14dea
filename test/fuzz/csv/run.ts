import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { anyCase } from './arbitrary.ts';
import { type Case, saveCase } from './case.ts';
import { checkCase } from './check-case.ts';
import { type CaseDatabase, openDatabase } from './database.ts';

/** Files that something did not hold for once, and some that were written by hand. */
export const FOUND = join(import.meta.dirname, '..', 'found');

export interface FuzzOptions {
  /** Files to generate. */
  rounds: number;
  seed: number;
  /** Stops after so many seconds, whatever is left. */
  seconds: number;
  /** Prepared servers, each of which gets every file. */
  servers: readonly string[];
}

/** Files under way at once: each spends most of its time waiting for small packets to and from PostgreSQL. */
const LANES = 10;
/** Files that are made from one seed, so that one that is found is made again in no time. */
export const FILES_PER_SEED = 25;
/** How long a file that is found may be made smaller. */
const SHRINK_SECONDS = 60;

/** What became of all files; `found`: the smallest one that something does not hold for. */
export interface FuzzResult {
  files: number;
  found: { case: Case; error: Error; seed: number } | null;
}

/** Generates files until something does not hold for one of them, which is then made as small as possible. */
export async function fuzz({ rounds, seed, seconds, servers }: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = { files: 0, found: null };
  const deadline = Date.now() + 1000 * seconds;
  const seeds = Math.ceil(rounds / FILES_PER_SEED);
  let next = 0;
  let failing = false;
  const runLane = async () => {
    const databases = await Promise.all(servers.map(openDatabase));
    while (next < seeds && !failing && Date.now() < deadline) {
      const own = seed + next++;
      const numRuns = Math.min(FILES_PER_SEED, rounds);
      // fast-check does not wait for what it interrupts.
      let running = Promise.resolve();
      let shrinking = false;
      const property = fc.asyncProperty(anyCase, async (file) => {
        if (!shrinking) {
          // One file that is found is enough.
          if (failing || Date.now() > deadline) return;
          result.files++;
        }
        try {
          running = checkCase(file, databases);
          await running;
        } catch (error) {
          shrinking = true;
          failing = true;
          throw error;
        }
      });
      const limits = {
        interruptAfterTimeLimit: 1000 * (seconds + SHRINK_SECONDS),
        markInterruptAsFailure: false,
      };
      const details = await fc.check(property, { seed: own, numRuns, ...limits });
      await running.catch(() => {});
      if (!details.failed) continue;
      const error = details.errorInstance as Error;
      result.found ??= { case: details.counterexample![0], error, seed: own };
    }
    await Promise.all(databases.map((database) => database.close()));
  };
  await Promise.all(Array.from({ length: Math.min(LANES, seeds) }, runLane));
  return result;
}

/** Keeps a file for the tests, under a name of its own; returns its path. */
export function keep(file: Case, why: string): string {
  const name = createHash('sha256').update(file.bytes).digest('hex').slice(0, 12);
  mkdirSync(FOUND, { recursive: true });
  const path = join(FOUND, `${name}.json`);
  saveCase(path, why, file);
  return path;
}

/** The paths of all files that are kept. */
export function keptCases(): string[] {
  return readdirSync(FOUND)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(FOUND, name));
}

/** Checks one file with connections of its own. */
export async function checkOnce(file: Case, servers: readonly string[]): Promise<void> {
  const databases: CaseDatabase[] = await Promise.all(servers.map(openDatabase));
  try {
    await checkCase(file, databases);
  } finally {
    await Promise.all(databases.map((database) => database.close()));
  }
}
