/** A piece of a key pattern: its own text, a named value (no slash, not empty), or anything within a folder or below. */
export type KeyPart =
  | { kind: 'text'; text: string }
  | { kind: 'value'; name: string }
  | { kind: 'folder' }
  | { kind: 'any' };

/** What the keys of an import look like below its prefix. */
export interface KeyPattern {
  /** As the definition has it, such as `{tenant}/{year}-{month}/*.csv`. */
  text: string;
  parts: readonly KeyPart[];
}

/** The values that a key carries by their names; or that it does not fit, or fits in several ways. */
export type KeyMatch =
  | { kind: 'fits'; values: ReadonlyMap<string, string> }
  | { kind: 'differs' }
  | { kind: 'ambiguous' };

const PART = /\{([^{}]*)\}|(\*\*)|(\*)|([^{}*]+)/gy;

/** Reads a pattern; a text says what is wrong with it. */
export function readKeyPattern(text: string): KeyPattern | string {
  if (text.startsWith('/')) return 'write it without a slash at the start: it goes on where the prefix ends';
  const parts: KeyPart[] = [];
  const pattern = new RegExp(PART);
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) return `"${text.slice(from)}" is not understood: write values as {tenant}`;
    const [, name, any, folder, plain] = match;
    if (plain !== undefined) parts.push({ kind: 'text', text: plain });
    else if (any !== undefined) parts.push({ kind: 'any' });
    else if (folder !== undefined) parts.push({ kind: 'folder' });
    else if (!/^[A-Za-z][\w-]*$/.test(name!)) {
      return `"{${name}}" is no name of a value: use letters, digits, hyphens and underscores, such as {tenant}`;
    } else if (parts.some((part) => part.kind === 'value' && part.name === name)) {
      return `{${name}} stands in it twice; give each part a name of its own`;
    } else parts.push({ kind: 'value', name: name! });
  }
  const adjacent = parts.some(
    (part, at) => part.kind !== 'text' && (parts[at + 1]?.kind ?? 'text') !== 'text',
  );
  if (adjacent) return 'two of its parts have nothing between them, so nobody can tell where one ends';
  return parts.length === 0 ? 'it is empty; leave it out' : { text, parts };
}

/** The names of a pattern's values. */
export function namesOf({ parts }: KeyPattern): string[] {
  return parts.flatMap((part) => (part.kind === 'value' ? [part.name] : []));
}

/** Reads what of a key comes after the prefix. */
export function matchKey({ parts }: KeyPattern, rest: string): KeyMatch {
  /** By part and place: at most two different readings of the rest, since two are enough to be ambiguous. */
  const known = new Map<number, string[][]>();
  const readings = (part: number, at: number): string[][] => {
    if (part === parts.length) return at === rest.length ? [[]] : [];
    const place = part * (rest.length + 1) + at;
    const before = known.get(place);
    if (before !== undefined) return before;
    const found: string[][] = [];
    for (const end of endsOf(parts[part]!, rest, at)) {
      const own = parts[part]!.kind === 'value' ? [rest.slice(at, end)] : [];
      for (const values of readings(part + 1, end)) {
        const reading = [...own, ...values];
        if (!found.some((other) => other.every((value, index) => value === reading[index])))
          found.push(reading);
      }
      if (found.length > 1) break;
    }
    known.set(place, found.slice(0, 2));
    return found;
  };
  const [only, other] = readings(0, 0);
  if (only === undefined) return { kind: 'differs' };
  if (other !== undefined) return { kind: 'ambiguous' };
  return {
    kind: 'fits',
    values: new Map(namesOf({ text: '', parts }).map((name, index) => [name, only[index]!])),
  };
}

/** Where a part that begins at `at` may end. */
function* endsOf(part: KeyPart, rest: string, at: number): Generator<number> {
  if (part.kind === 'text') {
    if (rest.startsWith(part.text, at)) yield at + part.text.length;
    return;
  }
  const slash = part.kind === 'any' ? -1 : rest.indexOf('/', at);
  const last = slash === -1 ? rest.length : slash;
  for (let end = part.kind === 'value' ? at + 1 : at; end <= last; end++) yield end;
}
