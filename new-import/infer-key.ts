import type { InferredColumn } from './infer-column.ts';

/** Tells whether values, or several columns' values together, come twice; keeps each of them until they do. */
export class UniqueValues {
  /** Rows whose values came before, or that lack one. */
  repeated = 0;
  missing = 0;
  readonly #seen = new Set<string>();
  readonly #giveUp: boolean;

  /** @param giveUp keeps nothing more once a value has come twice */
  constructor(giveUp: boolean) {
    this.#giveUp = giveUp;
  }

  add(values: readonly (string | null)[]): void {
    if (this.#giveUp && !this.unique) return;
    if (values.some((value) => value === null || value.trim() === '')) this.missing++;
    else {
      // What a type may take for the same, such as 1,000 and 1000 or a UUID in both cases, is the same here.
      const key = JSON.stringify(values.map((value) => fold(value!)));
      if (this.#seen.has(key)) this.repeated++;
      else this.#seen.add(key);
    }
    if (this.#giveUp && !this.unique) this.#seen.clear();
  }

  get unique(): boolean {
    return this.repeated + this.missing === 0;
  }
}

function fold(value: string): string {
  const plain = value.normalize('NFKC').trim().toLowerCase();
  return /^[-\d.,'’\s]+$/.test(plain) ? plain.replace(/[.,'’\s]|^-?0+(?=\d)/g, '') : plain;
}

/** A column as far as it matters for a key. */
export interface KeyCandidate {
  header: string;
  name: string;
  type: InferredColumn['type'];
  unique: boolean;
}

const keyTypes = new Set(['integer', 'bigint', 'uuid', 'varchar']);
/** In names as they are made of headers. */
const namedLikeKey = /(^|_)(id|no|nr|number|code|key|uuid|guid|sku)\d*$/;
/** Which row of a larger thing: no key by itself, but half of one. */
const namedLikePart = /(^|_)(line|row|item|seq|sequence|branch|serial|position)(_(no|number))?$/;
/** More pairs than these take would cost memory for nothing: the first columns are those that identify. */
const MOST_PARTS = 4;
/** People and things share them, or change them. */
const neverKeys = /phone|fax|postal|post_?code|zip|street|house|tax|row_number|serial_number/;

/** The column that seems to identify a row: the first unique one that is called so, or else the first column. */
export function inferKey(
  columns: readonly KeyCandidate[],
  rows: number,
): { name: string; evidence: string } | null {
  // One row is unique in everything.
  if (rows < 2) return null;
  const possible = columns.filter(
    ({ name, type, unique }) => unique && keyTypes.has(type.builder) && !neverKeys.test(name),
  );
  const named = possible.find(({ name }) => namedLikeKey.test(name));
  if (named !== undefined)
    return { name: named.name, evidence: 'unique, never empty, and called like a key' };
  const [first] = possible;
  if (first === undefined || first !== columns[0] || first.type.builder === 'varchar') return null;
  return { name: first.name, evidence: 'unique, never empty, and the first column' };
}

/** Pairs of columns that may identify a row together, such as an order's number and its line's; by position. */
export function possiblePairs(names: readonly string[]): [number, number][] {
  const parts = names
    .flatMap((name, index) => (namedLikeKey.test(name) || namedLikePart.test(name) ? [index] : []))
    .slice(0, MOST_PARTS);
  return parts.flatMap((one, at) => parts.slice(at + 1).map((other): [number, number] => [one, other]));
}
