/** Says whether an event matches. */
export type Matcher = (event: unknown) => boolean;

/**
 * Compiles an EventBridge pattern: every field of it must be matched by the event; a list means any of its elements,
 * and a list in the event any of its own. Known comparisons: exact values, `prefix`, `suffix`, `wildcard`,
 * `equals-ignore-case`, `anything-but` (values) and `exists`.
 * (Amazon EventBridge User Guide, "Comparison operators for use in event patterns")
 *
 * @throws Error naming what of it is not known here, before any event is missed
 */
export function compilePattern(pattern: unknown): Matcher {
  if (Array.isArray(pattern)) {
    const matchers = pattern.map(compileOne);
    return (value) => matchers.some((matches) => matches(value));
  }
  if (typeof pattern !== 'object' || pattern === null) throw unknown(JSON.stringify(pattern));
  const fields = Object.entries(pattern).map(([name, inner]) => {
    if (name.startsWith('$')) throw unknown(name);
    return [name, compilePattern(inner)] as const;
  });
  return (event) =>
    fields.every(([name, matches]) => matches((event as Record<string, unknown> | null | undefined)?.[name]));
}

function compileOne(wanted: unknown): Matcher {
  const matches = compileComparison(wanted);
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

function compileComparison(wanted: unknown): Matcher {
  if (typeof wanted !== 'object' || wanted === null) return (value) => value === wanted;
  const [[name, argument] = ['nothing', undefined], ...others] = Object.entries(wanted);
  const onText = (compare: (text: string, argument: string) => boolean): Matcher => {
    if (typeof argument !== 'string') throw unknown(JSON.stringify(wanted));
    return (value) => typeof value === 'string' && compare(value, argument);
  };
  if (others.length > 0) throw unknown(JSON.stringify(wanted));
  switch (name) {
    case 'prefix':
      return onText((text, start) => text.startsWith(start));
    case 'suffix':
      return onText((text, end) => text.endsWith(end));
    case 'equals-ignore-case':
      return onText((text, other) => text.toLowerCase() === other.toLowerCase());
    case 'wildcard':
      return onText((text, glob) => wildcard(glob).test(text));
    case 'anything-but': {
      const refused = [argument].flat();
      if (refused.some((each) => typeof each === 'object')) throw unknown(JSON.stringify(wanted));
      return (value) => value !== undefined && !refused.includes(value);
    }
    case 'exists':
      return (value) => (value !== undefined) === argument;
    default:
      throw unknown(`"${name}"`);
  }
}

function unknown(what: string): Error {
  return new Error(
    `A rule's pattern has ${what}, which the local stack does not know (local/event-pattern.ts).`,
  );
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
