import { checkTogether, defineImport, type TableImport } from '../contract/definition/define-import.ts';
import { fileKinds } from './files/file-kinds.ts';

/** Batches of 50,000 rows over four connections, as `docs/import-options.md` advises for files of gigabytes. */
const batches = { batchRows: 50_000, lanes: 4 } as const;

const variants = {
  append: { mode: 'append' },
  bars: { mode: 'append', file: { delimiter: '||' } },
  lanes: { mode: 'append', commit: { ...batches, checkFirst: true } },
  'lanes-once': { mode: 'append', commit: { ...batches, checkFirst: false } },
  upsert: { mode: 'upsert' },
  replace: { mode: 'replace' },
} as const;
export type DefinitionVariant = keyof typeof variants;

/** Stands in for `imports/index.ts` in the importer that is measured. */
export async function loadImports(): Promise<readonly TableImport[]> {
  const definitions = Object.values(fileKinds).flatMap(({ name, table }) =>
    Object.entries(variants).map(([variant, options]) =>
      defineImport({
        name: `${name}-${variant}`,
        prefix: `${name}/${variant}/`,
        table,
        ...options,
      }),
    ),
  );
  return checkTogether(definitions);
}
