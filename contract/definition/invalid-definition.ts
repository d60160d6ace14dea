import type { z } from 'zod';
import { ImportFailure } from '../failures.ts';

/** What messages call a definition, as far as it has a name. */
export function labelOf(options: { name?: unknown } | null | undefined): string {
  return typeof options?.name === 'string' ? `import "${options.name}"` : 'an import without a name';
}

/**
 * Options as the schema has them, with its defaults.
 *
 * @throws ImportFailure `DefinitionInvalid` for the first of them that is wrong
 */
export function parseOptions<S extends z.ZodType>(schema: S, options: { name?: unknown }): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return invalid(labelOf(options), issue!.path.join('.') || 'definition', issue!.message);
}

/** @throws ImportFailure `DefinitionInvalid`, always: with the definition, the field, and the problem with its remedy. */
export function invalid(label: string, field: string, problem: string): never {
  throw new ImportFailure('DefinitionInvalid', `${label}, field "${field}": ${problem}.`);
}
