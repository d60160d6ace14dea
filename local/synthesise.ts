import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What `cdk synth` makes of this project, as far as the local stack reads it. */
export interface Assembly {
  stackName: string;
  template: Template;
  /** Folder of each file asset (the functions' bundles), by its hash. */
  fileAssets: Map<string, string>;
  /** Folder of each image asset (the importer's bundle and Dockerfile), by its hash. */
  imageAssets: Map<string, string>;
}

export interface Template {
  Resources: Record<
    string,
    { Type: string; Properties?: Record<string, unknown>; Metadata?: Record<string, unknown> }
  >;
  Outputs?: Record<string, { Value: unknown }>;
}

/**
 * Takes back what cdk.json may say of an account, its environments and what exists there: here is none of it. Pages
 * served by this machine may upload, whatever their port.
 */
const withoutAccount = {
  environment: null,
  'csvImport.uploads': {
    bucketName: null,
    kmsKeyArn: null,
    corsOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
  },
  'csvImport.network': null,
  'csvImport.database': null,
  'csvImport.notifications': null,
};

const project = join(import.meta.dirname, '..');

/**
 * Synthesises the CDK app into `<directory>/cdk.out`, in a process of its own: aws-cdk-lib is large, and its
 * memory is free again afterwards. An assembly that CSV_IMPORT_ASSEMBLY names is taken as it is instead,
 * if no settings are given.
 *
 * @param settings of the app, by their names, over those of cdk.json
 * @throws Error with what the app said
 */
export async function synthesise(
  directory: string,
  signal?: AbortSignal,
  settings: Record<`csvImport.${string}`, unknown> = {},
): Promise<Assembly> {
  const { CSV_IMPORT_ASSEMBLY: made } = process.env;
  if (made !== undefined && Object.keys(settings).length === 0) return readAssembly(made);
  const outdir = join(resolve(directory), 'cdk.out');
  const { CDK_DEFAULT_ACCOUNT: _account, CDK_DEFAULT_REGION: _region, ...env } = process.env;
  try {
    await promisify(execFile)(process.execPath, [join(project, 'infra', 'app.ts')], {
      cwd: project,
      ...(signal === undefined ? {} : { signal }),
      // The constructs' paths make the local names: `csv-import-uploads`.
      env: {
        ...env,
        CDK_OUTDIR: outdir,
        // Checks what CloudFormation would say of the template, for two seconds of each start: `cdk synth` and CI do.
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify({
          'aws:cdk:enable-path-metadata': true,
          ...settings,
          ...withoutAccount,
        }),
      },
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`The CDK app could not be synthesised:\n${removeStackTrace(stderr ?? '') || message}`);
  }
  return readAssembly(outdir);
}

/** What a person can read of an uncaught error: DEBUG keeps the stack trace. */
function removeStackTrace(stderr: string): string {
  if (process.env.DEBUG !== undefined) return stderr.trim();
  const lines = stderr.split('\n').filter((line) => !/^\s+at |^Node\.js v\d/.test(line));
  return lines.join('\n').trim();
}

/** Reads a synthesised assembly of one stack. */
export function readAssembly(outdir: string): Assembly {
  const manifest = readJson<{
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  }>(join(outdir, 'manifest.json'));
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  if (stacks.length !== 1)
    throw new Error(`${outdir} has ${stacks.length} stacks; the local stack runs exactly one.`);
  const [stackName, stack] = stacks[0]!;
  const assets = readJson<{
    files: Record<string, { source: { path?: string } }>;
    dockerImages: Record<string, { source: { directory?: string } }>;
  }>(join(outdir, `${stackName}.assets.json`));
  return {
    stackName,
    template: readJson<Template>(join(outdir, stack.properties!.templateFile!)),
    fileAssets: folders(assets.files, (asset) => asset.source.path),
    imageAssets: folders(assets.dockerImages, (asset) => asset.source.directory),
  };

  function folders<T>(all: Record<string, T>, pathOf: (asset: T) => string | undefined): Map<string, string> {
    return new Map(
      Object.entries(all).flatMap(([hash, asset]) => {
        const path = pathOf(asset);
        return path === undefined ? [] : [[hash, resolve(outdir, path)] as const];
      }),
    );
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
