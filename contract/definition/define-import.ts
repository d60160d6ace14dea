import type { PgTable } from 'drizzle-orm/pg-core';
import type { ContainerImportOptions } from './container-options.ts';
import { defineContainerImport } from './define-container-import.ts';
import { defineTableImport } from './define-table-import.ts';
import { fileOptionsSchema, uploadOptionsSchema } from './file-options.ts';
import type { ContainerImport, ImportDefinition, TableImport } from './import-definition.ts';
import type { ImportOptions } from './import-options.ts';
import { invalid, labelOf } from './invalid-definition.ts';

export { insertsRows } from './check-mode.ts';
export * from './container-options.ts';
export * from './import-definition.ts';
export * from './import-options.ts';
export { matchKey } from './key-pattern.ts';

/**
 * Declares an import that a container of your own carries out: which uploads it takes, and what runs.
 *
 * @throws ImportFailure `DefinitionInvalid`, naming the definition, the field and the remedy.
 */
export function defineImport(options: ContainerImportOptions): ContainerImport;
/**
 * Declares an import: which uploads it takes, into which table, and how. Everything but name, prefix, table and
 * mode has a default derived from the table.
 *
 * @throws ImportFailure `DefinitionInvalid`, naming the definition, the field and the remedy.
 */
// Last, since the compiler tells of the last one what does not fit it.
export function defineImport<T extends PgTable>(options: ImportOptions<T>): TableImport;
export function defineImport(options: ImportOptions | ContainerImportOptions): ImportDefinition {
  if (typeof options !== 'object' || options === null) return defineTableImport(options);
  requireInFile(options);
  return 'container' in options ? defineContainerImport(options) : defineTableImport(options);
}

/** People look for what describes the file beside `file`, too. */
function requireInFile(options: ImportOptions | ContainerImportOptions): void {
  const { shape } = 'container' in options ? uploadOptionsSchema : fileOptionsSchema;
  const misplaced = Object.keys(shape).find((name) => name in options);
  if (misplaced !== undefined) {
    invalid(labelOf(options), misplaced, `this describes the file: write it as file: { ${misplaced}: … }`);
  }
}

/**
 * Checks definitions against each other.
 *
 * @throws ImportFailure `DefinitionInvalid` for two of one name, or prefixes of which one contains the other.
 */
export function checkTogether<D extends ImportDefinition>(definitions: readonly D[]): readonly D[] {
  const sorted = definitions.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
  for (const [index, definition] of sorted.entries()) {
    const namesake = sorted.find((other, at) => at > index && other.name === definition.name);
    if (namesake !== undefined) {
      invalid(`import "${definition.name}"`, 'name', 'two definitions have this name; rename one of them');
    }
    const inside = sorted.find((other, at) => at > index && other.prefix.startsWith(definition.prefix));
    if (inside !== undefined) {
      invalid(
        `import "${inside.name}"`,
        'prefix',
        `"${inside.prefix}" overlaps "${definition.prefix}" of import "${definition.name}", so an upload would have two imports; choose prefixes of which none begins with another`,
      );
    }
  }
  return sorted;
}

/** The import whose prefix the key is under, if any. */
export function findImport(
  definitions: readonly ImportDefinition[],
  key: string,
): ImportDefinition | undefined {
  return definitions.find((definition) => key.startsWith(definition.prefix));
}
