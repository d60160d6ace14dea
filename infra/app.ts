import { dirname, join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ImportFailure } from '../contract/failures.ts';
import { loadImports } from '../imports/index.ts';
import {
  bundleFunctions,
  bundleImporter,
  bundleSmallImport,
  CREATE_DATABASE_USER,
  functionNames,
} from './bundles.ts';
import { readConfig } from './config.ts';
import { readCaFile } from './database-ca.ts';
import { ImportStack } from './import-stack.ts';
import { projectContext } from './project-context.ts';
import { targetEnvironment } from './target-environment.ts';

try {
  await synthesise();
} catch (error) {
  // A wrong definition or setting is the reader's to correct: the message says how, a stack trace would bury it.
  if (!(error instanceof ImportFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function synthesise(): Promise<void> {
  const outdir = resolve(process.env.CDK_OUTDIR ?? 'cdk.out');
  // Beside the assembly (dist/ for cdk.out/), so that two that are made at once do not overwrite each other's bundles.
  const bundles = join(dirname(outdir), 'dist');
  const app = new App({ context: projectContext(), outdir });
  const config = readConfig(app.node.getAllContext());
  const { caFile } = config.database;
  const certificates = caFile === undefined ? [] : readCaFile(caFile);
  const small = config.smallUploads !== undefined;
  bundleFunctions(
    join(bundles, 'functions'),
    small ? [...functionNames, CREATE_DATABASE_USER] : functionNames,
  );
  bundleImporter(join(bundles, 'importer'), certificates);
  if (small) bundleSmallImport(join(bundles, 'small-import'), certificates);

  new ImportStack(app, config.stackName, {
    config,
    imports: await loadImports(),
    importerFolder: join(bundles, 'importer'),
    smallImportFolder: join(bundles, 'small-import'),
    functionFolder: (name) => join(bundles, 'functions', name),
    env: targetEnvironment(process.env),
  });
  app.synth();
}
