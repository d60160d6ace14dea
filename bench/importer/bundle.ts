import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { importerBuild, placeImporterFiles } from '../../infra/bundles.ts';

/**
 * Bundles the importer as its image has it, but for one file: the benchmark's definitions stand in for
 * `imports/index.ts`. Beside it, as `measure.mjs`, goes what tells its use of resources.
 */
export async function bundleMeasuredImporter(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  const options = importerBuild(outdir);
  await build({
    ...options,
    plugins: [
      {
        name: 'definitions',
        setup({ onResolve }) {
          onResolve({ filter: /\/imports\/index\.ts$/ }, () => ({
            path: join(import.meta.dirname, '..', 'definitions.ts'),
          }));
        },
      },
    ],
  });
  await build({
    ...options,
    entryPoints: [join(import.meta.dirname, 'measure.ts')],
    outfile: join(outdir, 'measure.mjs'),
  });
  placeImporterFiles(outdir);
}
