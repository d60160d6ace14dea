import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import type { ImportDefinition } from '../../contract/define-import.ts';
import { listImportFiles, loadImports } from '../../imports/index.ts';
import { findRunningStack } from '../stack.ts';
import { loadImportModules } from '../target-tables.ts';
import { describePlan } from './describe-plan.ts';
import { checkBeside, inferImport, type PlannedImport, type Wishes } from './infer-import.ts';
import { openSample } from './read-sample.ts';
import { writeDefinition } from './write-definition.ts';

export interface NewImportOptions extends Wishes {
  rows: number;
  print?: boolean;
  force?: boolean;
  import: boolean;
  directory: string;
}

/** Enough for any column to show what it is, in seconds; what is unique is kept in memory, row by row. */
export const ROWS_READ = 100_000;

const project = join(import.meta.dirname, '../..');

/**
 * `npm run new-import -- FILE`: writes a definition that takes the file, says what was inferred from how many rows,
 * and imports the file by it through the local stack.
 *
 * @returns the exit code: that of the import
 * @throws Error, ImportFailure where no import can be made of the file, with the remedy; nothing is written then
 */
export async function runNewImportCommand(file: string, options: NewImportOptions): Promise<number> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) throw new Error(`There is no file ${file}.`);
  const proves = options.import && options.print !== true;
  if (proves) checkNoneRuns(options.directory);
  const sample = await openSample(file, stats.size, options);
  const plan = await inferImport(file, sample, options.rows, readWishes(options));
  const written = join('imports', `${plan.name}.ts`);
  await checkFree(plan, options);
  const definition = writeDefinition(plan);
  if (options.print === true) {
    process.stdout.write(definition);
    return 0;
  }
  writeFileSync(join(project, written), definition);
  for (const line of describePlan(file, sample, plan)) console.log(line);
  console.log(
    `\n${pc.green('wrote')} ${pc.bold(written)}: it is yours to change, docs/imports.md explains it.`,
  );
  if (!options.import) return 0;
  console.log(pc.dim('\nThe proof: the sample is imported by it.\n'));
  const code = await importSample(file, plan.name, options.directory);
  if (code !== 0) {
    console.log(
      `\n${written} stays. Change it, or remove it; \`npm run import -- ${file} --import ${plan.name}\` tries again.`,
    );
  }
  return code;
}

function readWishes({ key, ...wishes }: NewImportOptions): Wishes {
  return key === undefined ? wishes : { ...wishes, key: key.join() === 'none' ? [] : key };
}

/** A stack has its imports from when it was started. */
function checkNoneRuns(directory: string): void {
  const running = findRunningStack(directory);
  if (running === null) return;
  throw new Error(
    `A local stack is running (process ${running.pid}), which would not know the new import: stop it, or pass --no-import and start it again before you import the sample.`,
  );
}

/**
 * @throws Error where there is such an import, file or table; ImportFailure `DefinitionInvalid` for one that is there
 *   and wrong
 */
async function checkFree(plan: PlannedImport, { force, print }: NewImportOptions): Promise<void> {
  const written = join('imports', `${plan.name}.ts`);
  if (plan.name === 'index') throw new Error('imports/index.ts is no import: say another name with --name.');
  const there = existsSync(join(project, written));
  if (there && force !== true && print !== true) {
    throw new Error(
      `There is ${written} already: say another name with --name, or overwrite it with --force.`,
    );
  }
  await loadImports();
  const modules = await loadImportModules();
  const others = listImportFiles()
    .filter((name) => name !== plan.name)
    .map((name) => modules[name]!.default as ImportDefinition);
  checkBeside(plan, others);
}

/** In a process of its own, since this one may have loaded another file of the same name. */
function importSample(file: string, name: string, directory: string): Promise<number> {
  const command = [
    join(project, 'local/main.ts'),
    'import',
    file,
    '--import',
    name,
    '--directory',
    directory,
  ];
  const child = spawn(process.execPath, command, { stdio: 'inherit' });
  // It stops in order, and this process with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
