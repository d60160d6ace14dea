import { readdirSync } from 'node:fs';
import { checkTogether, type ImportDefinition } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { checkDefinition } from '../csv/index.ts';

/** Set by esbuild when the importer and the functions are bundled; Node running the sources reads the folder. */
declare const IMPORT_FILES: readonly string[] | undefined;

/** The files of this folder that hold a definition, without `.ts`. */
export function listImportFiles(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/**
 * Every import: the default exports of the other files in this folder, checked one by one and together.
 *
 * @param except a file that is left out, without `.ts`: one that is about to be written anew
 * @throws ImportFailure `DefinitionInvalid`
 */
export async function loadImports(except?: string): Promise<readonly ImportDefinition[]> {
  const files = typeof IMPORT_FILES === 'undefined' ? listImportFiles() : IMPORT_FILES;
  const definitions = await Promise.all(
    files
      .filter((file) => file !== except)
      .map(async (file) => {
        const module = (await import(/* @vite-ignore */ `./${file}.ts`)) as { default?: ImportDefinition };
        if (module.default === undefined) {
          throw new ImportFailure(
            'DefinitionInvalid',
            `imports/${file}.ts has no default export: write \`export default defineImport({ … })\`.`,
          );
        }
        checkDefinition(module.default);
        return module.default;
      }),
  );
  return checkTogether(definitions);
}
