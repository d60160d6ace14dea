import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { importerBuild, placeImporterFiles } from '../../../infra/bundles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    importerFolder: string;
  }
}

/** The importer as its image has it, but for its imports: bundled once for the whole run. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'csv-import-faults-importer-'));
  await build({
    ...importerBuild(folder),
    plugins: [
      {
        name: 'definitions',
        setup({ onResolve }) {
          onResolve({ filter: /\/imports\/index\.ts$/ }, () => ({
            path: join(import.meta.dirname, 'definitions.ts'),
          }));
        },
      },
    ],
  });
  placeImporterFiles(folder);
  project.provide('importerFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
