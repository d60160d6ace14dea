import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { importerBuild, placeImporterFiles, smallImportBuild } from '../../../infra/bundles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    importerFolder: string;
  }
}

/** The importer as its image has it, but for its imports: bundled once for the whole run. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'csv-import-faults-importer-'));
  const plugins: Plugin[] = [
    {
      name: 'definitions',
      setup({ onResolve }) {
        onResolve({ filter: /\/imports\/index\.ts$/ }, () => ({
          path: join(import.meta.dirname, 'definitions.ts'),
        }));
      },
    },
  ];
  await build({ ...importerBuild(folder), plugins });
  await build({ ...smallImportBuild(folder), plugins });
  // What Lambda's runtime does, as far as the function needs it. Its log is the process's.
  await writeFile(
    join(folder, 'invoke.mjs'),
    `import { handler } from './index.mjs';
     await handler({ ...process.env }, { getRemainingTimeInMillis: () => 300_000 });`,
  );
  placeImporterFiles(folder);
  project.provide('importerFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
