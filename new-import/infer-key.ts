import { readHeaderWords } from './header-words.ts';
import type { InferredColumn } from './infer-column.ts';
import { readNullWord } from './null-words.ts';
import { areAttributesOf, hasOwnName, isCalledAfter, tellsEvents } from './row-entity.ts';

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
    if (values.some(isMissing)) this.missing++;
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

function isMissing(value: string | null): boolean {
  const text = value?.trim() ?? '';
  return text === '' || readNullWord(text) === 'certain';
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
  /** Its longest value, in characters. */
  longest: number;
  /** Whether its rows are numbered in their order, from 0 or 1. */
  consecutive: boolean;
}

/** Fewer rows may be unique by chance. */
export const ROWS_FOR_KEY = 100;
/** No identifier is so long. */
const LONGEST_KEY = 64;
const keyTypes = new Set(['integer', 'bigint', 'uuid', 'text']);
/** In names as they are made of headers: what it identifies, if it says so, and that it does. */
const namedLikeKey = /^(?:(.*)_)?(?:id|no|nr|number|code|key|uuid|guid|sku|pk)\d*$/;
const namesItself = new Set(['id', 'key', 'uuid', 'guid', 'pk']);
/** Which row of a larger thing: no key by itself, but half of one. */
const namedLikePart = /(^|_)(line|row|item|seq|sequence|branch|serial|position)(_(no|number))?$/;
/** More pairs than these take would cost memory for nothing: the first columns are those that identify. */
const MOST_PARTS = 4;
/** People and things share them, or change them. */
const neverKeys =
  /phone|\btel|mobile|fax|postal|post_?code|zip|street|house|tax|line|row|(^|_)seq|language|country|currency|status/;
/**
 * The column that identifies a row, and why; else those that may, for the user to decide.
 *
 * @param importNames what the import and its sample are called
 */
export function inferKey(
  columns: readonly KeyCandidate[],
  rows: number,
  importNames: readonly string[],
): { name: string; evidence: string } | { name: null; candidates: string[] } {
  const possible = columns.filter(
    ({ name, type, unique, longest }) =>
      unique && keyTypes.has(type.builder) && longest <= LONGEST_KEY && !neverKeys.test(name),
  );
  const named = possible.filter(({ name, consecutive }) => {
    const bare = namedLikeKey.exec(name);
    // Bare numbers 1, 2, 3 are the rows': the next file has them, too.
    return bare !== null && (bare[1] !== undefined || namesItself.has(name) || !consecutive);
  });
  // One row is unique in everything.
  if (rows >= 2) {
    const own = named.find((column) => isOwn(column, columns, rows, importNames));
    if (own !== undefined) {
      return { name: own.name, evidence: 'unique, never empty, and called like a key' };
    }
    const [first] = columns;
    if (rows >= ROWS_FOR_KEY && first !== undefined && isWholeKey(first) && possible.includes(first)) {
      return { name: first.name, evidence: 'unique, never empty, and the first column' };
    }
  }
  return { name: null, candidates: named.map(({ name }) => name) };
}

/** Numbers and UUIDs without a name that says what they are; those that only count rows are none. */
function isWholeKey({ name, type, consecutive }: KeyCandidate): boolean {
  const { quantity, amount } = readHeaderWords(name);
  return type.builder !== 'text' && !consecutive && !namedLikeKey.test(name) && !quantity && !amount;
}

/** Whether a column called like a key identifies the file's rows, and not something that they belong to. */
function isOwn(
  column: KeyCandidate,
  columns: readonly KeyCandidate[],
  rows: number,
  importNames: readonly string[],
): boolean {
  const entity = namedLikeKey.exec(column.name)?.[1];
  if (namesItself.has(column.name)) return true;
  const others = columns.filter((each) => each !== column);
  const happens = tellsEvents(others);
  const isFirst = column === columns[0];
  if (entity !== undefined && importNames.some((name) => isCalledAfter(name, entity))) {
    return isFirst || !happens;
  }
  const related = others.some(({ name }) => namedLikeKey.test(name) && !neverKeys.test(name));
  if (happens || (related && !hasOwnName(others))) return false;
  if (rows >= ROWS_FOR_KEY) return true;
  if (!isFirst) return false;
  return entity === undefined || importNames.every((name) => areAttributesOf(entity, others, name));
}

/** Pairs of columns that may identify a row together, such as an order's number and its line's; by position. */
export function possiblePairs(names: readonly string[]): [number, number][] {
  const parts = names
    .flatMap((name, index) => (namedLikeKey.test(name) || namedLikePart.test(name) ? [index] : []))
    .slice(0, MOST_PARTS);
  return parts.flatMap((one, at) => parts.slice(at + 1).map((other): [number, number] => [one, other]));
}
