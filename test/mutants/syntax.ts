import { parseAst } from 'vitest/node';

/** A node of the syntax tree; offsets are those of the source's text. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [property: string]: unknown;
}

/** A change of a source file: the text from `start` to `end` gives way to `text`. */
export interface Edit {
  /** What kind of change it is, e.g. `=== → !==`. */
  operator: string;
  start: number;
  end: number;
  text: string;
}

/** Vitest's own parser: TypeScript 7 has no stable one to call. */
export function parse(source: string): Node {
  return parseAst(source, { lang: 'ts' }) as unknown as Node;
}

/** Whether mutants of it can make no difference while the program runs, or are somebody else's. */
function isErased({ type }: Node): boolean {
  const isRunning = /^TS(NonNull|As|Satisfies)Expression$/.test(type);
  return (type.startsWith('TS') && !isRunning) || /^(Import|ExportAll)Declaration$/.test(type);
}

/** Calls `visit` for each node that runs, with its ancestors, the nearest last. `false`: not what is in it. */
export function walk(
  node: Node,
  visit: (node: Node, ancestors: readonly Node[]) => boolean,
  ancestors: readonly Node[] = [],
): void {
  if (isErased(node) || !visit(node, ancestors)) return;
  const inside = [...ancestors, node];
  for (const [name, value] of Object.entries(node)) {
    if (name === 'source') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof (child as Node | null)?.type === 'string') walk(child as Node, visit, inside);
    }
  }
}

/** The edit that takes one of a list's elements out, with its comma. */
export function withoutElement(elements: readonly Node[], index: number, operator: string): Edit {
  const element = elements[index]!;
  const next = elements[index + 1];
  const before = elements[index - 1];
  if (next !== undefined) return { operator, start: element.start, end: next.start, text: '' };
  return { operator, start: before?.end ?? element.start, end: element.end, text: '' };
}
