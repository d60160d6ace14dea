// The keys of a bucket in S3's order, and the versions of each: in memory, rebuilt from disk at start.
import type { ObjectVersion } from './object-version.ts';

/** A step of a listing: a key, or a prefix that stands for all keys beginning with it. */
export type ListingStep = { key: string } | { commonPrefix: string };

/** Where a listing begins and how it groups; `after` is exclusive unless `inclusive` is set. */
export interface ListingRange {
  prefix: string;
  delimiter: string;
  after: string;
  inclusive?: boolean;
}

/** S3 orders by the bytes of UTF-8; JavaScript's own order differs where surrogate pairs meet U+E000 to U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

export class BucketIndex {
  /** Sorted; exactly the keys of `versions`. */
  #keys: string[] = [];
  /** Newest first, never empty. */
  readonly #versions = new Map<string, ObjectVersion[]>();

  /** Fills an empty index. */
  load(versions: readonly ObjectVersion[]): void {
    for (const version of versions) {
      const siblings = this.#versions.get(version.key);
      if (siblings === undefined) this.#versions.set(version.key, [version]);
      else siblings.push(version);
    }
    for (const siblings of this.#versions.values()) {
      siblings.sort((a, b) => (a.sequencer < b.sequencer ? 1 : -1));
    }
    this.#keys = [...this.#versions.keys()].sort(compareKeys);
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** The versions of a key, newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** The newest version of a key, which may be a delete marker. */
  currentOf(key: string): ObjectVersion | undefined {
    return this.#versions.get(key)?.[0];
  }

  /** Makes `version` the newest of its key. */
  add(version: ObjectVersion): void {
    const siblings = this.#versions.get(version.key);
    if (siblings !== undefined) {
      siblings.unshift(version);
      return;
    }
    this.#versions.set(version.key, [version]);
    this.#keys.splice(this.#firstAt(version.key, false), 0, version.key);
  }

  remove(version: ObjectVersion): void {
    const siblings = this.#versions.get(version.key) ?? [];
    const at = siblings.indexOf(version);
    if (at === -1) return;
    siblings.splice(at, 1);
    if (siblings.length > 0) return;
    this.#versions.delete(version.key);
    this.#keys.splice(this.#firstAt(version.key, false), 1);
  }

  /** Walks keys in order; keys that are not `visible` count as absent. Use it up before anything is awaited. */
  *walk(range: ListingRange, visible: (key: string) => boolean): Generator<ListingStep> {
    const { prefix, delimiter, after } = range;
    const fromPrefix = this.#firstAt(prefix, false);
    let at = after === '' ? fromPrefix : Math.max(fromPrefix, this.#firstAt(after, range.inclusive !== true));
    while (at < this.#keys.length) {
      const key = this.#keys[at]!;
      if (!key.startsWith(prefix)) return;
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (end === -1) {
        at++;
        if (visible(key)) yield { key };
        continue;
      }
      const commonPrefix = key.slice(0, end + delimiter.length);
      if (commonPrefix !== after && !visible(key)) {
        at++;
        continue;
      }
      // A listing that continues behind a common prefix must not yield it once more.
      if (commonPrefix !== after) yield { commonPrefix };
      at = this.#search(at, (other) => !other.startsWith(commonPrefix));
    }
  }

  /** The position of the first key that is at (or, if so wanted, behind) the given one. */
  #firstAt(key: string, behind: boolean): number {
    return this.#search(0, (other) => {
      const order = compareKeys(other, key);
      return behind ? order > 0 : order >= 0;
    });
  }

  /** The first position from `low` on for which `found` holds; it must hold for all behind it. */
  #search(low: number, found: (key: string) => boolean): number {
    let high = this.#keys.length;
    let from = low;
    while (from < high) {
      const middle = (from + high) >>> 1;
      if (found(this.#keys[middle]!)) high = middle;
      else from = middle + 1;
    }
    return from;
  }
}
