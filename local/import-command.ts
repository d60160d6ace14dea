import { statSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import { visible } from '../contract/visible-text.ts';
import { loadImports } from '../imports/index.ts';
import pc from '../operator/colours.ts';
import { createImportView } from '../operator/import-view.ts';
import { LOCAL_DIRECTORY, type LocalStackDescription, localAwsConfig } from '../operator/local-stack.ts';
import { print, printJsonLine } from '../operator/output.ts';
import { chooseImport } from './choose-import.ts';
import { chooseKey } from './choose-key.ts';
import { type ImportWatcher, importFile } from './import-file.ts';
import { showResult } from './import-result.ts';
import { interruptSignal, raceAbort } from './interruption.ts';
import { saveRejects } from './save-rejects.ts';
import { findRunningStack, type LocalStack, startLocalStack } from './stack.ts';

export interface ImportCommandOptions {
  import?: string;
  key?: string;
  /** `name=value` each. */
  metadata?: readonly string[];
  dryRun?: boolean;
  json?: boolean;
  directory: string;
}

/**
 * `npm run import -- FILE`: imports a file through the whole stack, starting one where none is running.
 *
 * @returns the exit code
 * @throws Interrupted when somebody stops it; a stack that it started is stopped then, and its importer
 */
export async function runImportCommand(file: string, options: ImportCommandOptions): Promise<number> {
  const interrupted = interruptSignal();
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Error(`There is no file ${file}.`);
  }
  const definition = await chooseImport(await loadImports(), file, options.import);
  const progress = options.json === true ? () => {} : print;
  progress(`${pc.bold(visible(file))} → import ${pc.bold(definition.name)} (${describeImport(definition)})`);

  const target = chooseKey(definition, file, options);
  const { stack, started } = await findOrStart(options.directory, interrupted, progress);
  const s3 = new S3Client({ ...localAwsConfig, endpoint: stack.endpoints.s3, forcePathStyle: true });
  const sfn = new SFNClient({ ...localAwsConfig, endpoint: stack.endpoints.stepFunctions });
  const view =
    options.json === true
      ? silent
      : createImportView(process.stdout, definition.kind === 'container' ? 'running' : 'starting');
  try {
    const importing = importFile(stack, { s3, sfn }, file, view, {
      ...target,
      dryRun: options.dryRun ?? false,
    });
    const result = await raceAbort(importing, interrupted).finally(view.end);
    const { execution, report } = result;
    const rejects =
      report === null ? [] : await saveRejects(s3, stack.resultsBucket, report, options.directory);
    if (options.json === true) printJsonLine(result);
    else await showResult(result, { stack, rejects, directory: options.directory });
    if (started !== null) {
      progress(
        pc.dim(
          `\nThe stack stops now and keeps its data in ${options.directory}: \`npm run local${describeDirectory(options.directory)}\` starts it again.`,
        ),
      );
    }
    return execution.status === 'SUCCEEDED' ? 0 : 1;
  } finally {
    if (interrupted.aborted) {
      progress(started === null ? '\nThe running stack goes on with the import.' : '\nstopping …');
    }
    s3.destroy();
    sfn.destroy();
    await started?.close();
  }
}

/** The option that leads to the directory, if it takes one. */
function describeDirectory(directory: string): string {
  return directory === LOCAL_DIRECTORY ? '' : ` -- --directory ${directory}`;
}

/** What an import does with a file, for people. */
function describeImport(definition: ImportDefinition): string {
  return definition.kind === 'container'
    ? `by its own container: ${definition.container.command.join(' ')}`
    : `${definition.mode} into ${definition.tableName}`;
}

const silent: ImportWatcher & { end(): void } = { uploaded() {}, state() {}, progress() {}, end() {} };

async function findOrStart(
  directory: string,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<{ stack: LocalStackDescription; started: LocalStack | null }> {
  const databaseUrl = process.env.DATABASE_URL;
  const running = findRunningStack(directory);
  if (running !== null) {
    if (databaseUrl !== undefined && databaseUrl !== running.databaseUrl) {
      throw new Error(
        `DATABASE_URL is not the database of the local stack that is running (process ${running.pid}): stop that one, unset DATABASE_URL, or name another --directory.`,
      );
    }
    return { stack: running, started: null };
  }
  progress(pc.dim('starting the local stack …'));
  const started = await startLocalStack({
    directory,
    signal,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  if (started.createdTables.length > 0)
    progress(pc.dim(`created the tables: ${started.createdTables.join(', ')}`));
  return { stack: started.description, started };
}
