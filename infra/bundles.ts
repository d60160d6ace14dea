import { appendFileSync, chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, type BuildResult, buildSync } from 'esbuild';
import { listImportFiles } from '../imports/index.ts';
import { projectFolder } from './project-context.ts';

/** The handlers that are deployed, each the name of a file in handlers/. */
export const functionNames = [
  'validate-upload',
  'read-report',
  'explain-failure',
  'fail-until-redriven',
] as const;
/** Deployed with `csvImport.smallUploads` only. */
export const CREATE_DATABASE_USER = 'create-database-user';
export type FunctionName = (typeof functionNames)[number] | typeof CREATE_DATABASE_USER;

/**
 * How the importer is started in its folder. Young objects may take 3 × 4 MiB, not the 3 × 16 that V8 allows itself:
 * 40 MiB less at the peak, no slower.
 */
export const importerCommand = ['node', '--max-semi-space-size=4', 'main.mjs'] as const;

/**
 * The file in the importer's folder with the certificates of `database.caFile`. It goes into the image: the bundle of
 * all regions has 160 KB, a task definition with its variables takes 64.
 */
export const CA_FILE = 'database-ca.pem';

/** What went into a bundle; paths are relative to the project. */
export type BundleContents = NonNullable<BuildResult['metafile']>;

/**
 * Bundles each function into a folder of its name, with everything it needs, the AWS SDK included: what was tested
 * is what runs. One call for all of them, because synthesis runs at each start of the local stack and CDK's
 * NodejsFunction would start npm and esbuild for each.
 */
export function bundleFunctions(
  outdir: string,
  names: readonly FunctionName[] = functionNames,
): BundleContents {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync({
    ...options(),
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `handlers/${name}.ts`])),
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  makeReadable(outdir);
  return metafile!;
}

/**
 * Bundles the importer into a folder, which then holds all that its image needs.
 *
 * @param certificates of certificate authorities to trust beside those of RDS
 */
export function bundleImporter(outdir: string, certificates: readonly string[] = []): BundleContents {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync(importerBuild(outdir));
  if (certificates.length > 0) writeFileSync(join(outdir, CA_FILE), `${certificates.join('\n')}\n`);
  placeImporterFiles(outdir);
  // Docker refuses to copy what is not there.
  if (certificates.length > 0) appendFileSync(join(outdir, 'Dockerfile'), `COPY ${CA_FILE} ./\n`);
  return metafile!;
}

/** Bundles the importer as a function for small uploads. */
export function bundleSmallImport(outdir: string, certificates: readonly string[] = []): BundleContents {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync(smallImportBuild(outdir));
  if (certificates.length > 0) writeFileSync(join(outdir, CA_FILE), `${certificates.join('\n')}\n`);
  placeMigrations(outdir);
  makeReadable(outdir);
  return metafile!;
}

/** How the importer is bundled as a function. */
export function smallImportBuild(outdir: string) {
  return {
    ...options(),
    entryPoints: ['task/function.ts'],
    outfile: join(outdir, 'index.mjs'),
  } satisfies BuildOptions;
}

/** How the importer is bundled. */
export function importerBuild(outdir: string) {
  return {
    ...options(),
    entryPoints: ['task/main.ts'],
    outfile: join(outdir, 'main.mjs'),
  } satisfies BuildOptions;
}

/** Puts beside the importer's bundle what it and its image need. */
export function placeImporterFiles(outdir: string): void {
  placeMigrations(outdir);
  cpSync(join(projectFolder, 'task', 'Dockerfile'), join(outdir, 'Dockerfile'));
  makeReadable(outdir);
}

/** The importer reads the ledger's migrations beside its bundle. */
export function placeMigrations(outdir: string): void {
  cpSync(join(projectFolder, 'task', 'ledger', 'migrations'), join(outdir, 'migrations'), {
    recursive: true,
  });
}

/**
 * Whoever bundles may have a umask of 077, and a checkout its modes; Docker and Lambda's archives keep them. In the
 * image and in Lambda other users read these files than the one that made them.
 */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

function options() {
  return {
    absWorkingDir: projectFolder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that ship both: the ES module can be shaken, the CommonJS one cannot.
    mainFields: ['module', 'main'],
    // imports/index.ts cannot read its folder once it is bundled.
    define: { IMPORT_FILES: JSON.stringify(listImportFiles()) },
    // Whitespace and syntax only: stack traces keep their names, so they can do without source maps.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
}
