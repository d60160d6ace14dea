import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './find-mutants.ts';

/** A mutant that no test can tell from the source, and why. */
export interface Equivalent {
  file: string;
  before: string;
  after: string;
  reason: string;
}

const equivalents = JSON.parse(
  readFileSync(join(import.meta.dirname, 'equivalent.json'), 'utf8'),
) as Equivalent[];

/** Why a mutant makes no difference; null: it does, or should. */
export function equivalenceOf({ file, before, after }: Mutant): string | null {
  const found = equivalents.find(
    (each) => each.file === file && each.before === before && each.after === after,
  );
  return found?.reason ?? null;
}
