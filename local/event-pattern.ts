/**
 * Whether an event matches an EventBridge pattern: every field of the pattern must be matched by the event; a list
 * means any of its elements. Known comparisons: exact values, `prefix`, `suffix`, `wildcard`, `equals-ignore-case`,
 * `anything-but` (values) and `exists`.
 * (Amazon EventBridge User Guide, "Comparison operators for use in event patterns")
 *
 * @throws Error naming a comparison that is not known here
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((matcher) => matchesOne(matcher, event));
  const fields = (event ?? {}) as Record<string, unknown>;
  return Object.entries(pattern as Record<string, unknown>).every(([name, inner]) => matchesPattern(inner, fields[name]));
}

function matchesOne(matcher: unknown, value: unknown): boolean {
  if (Array.isArray(value)) return value.some((each) => matchesOne(matcher, each));
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  const [[name, wanted]] = Object.entries(matcher) as [[string, unknown]];
  switch (name) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(wanted as string);
    case 'suffix':
      return typeof value === 'string' && value.endsWith(wanted as string);
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === (wanted as string).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && wildcard(wanted as string).test(value);
    case 'anything-but':
      return value !== undefined && ![wanted].flat().includes(value);
    case 'exists':
      return (value !== undefined) === wanted;
    default:
      throw new Error(`A rule's pattern uses "${name}", which the local stack does not know (local/event-pattern.ts).`);
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
