import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { visibleLines } from '../contract/visible-text.ts';
import { loadImports } from '../imports/index.ts';
import { resetLocalStack } from '../local/reset.ts';
import { findRunningStack } from '../local/stack.ts';
import pc from '../operator/colours.ts';
import { print } from '../operator/output.ts';
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

const project = join(import.meta.dirname, '..');

/**
 * `npm run new-import -- FILE`: writes a definition that takes the file, says what was inferred from how many rows,
 * and imports the file by it through a local stack of its own.
 *
 * @returns the exit code: that of the import
 * @throws Error, ImportFailure where no import can be made of the file, with the remedy; nothing is written then
 */
export async function runNewImportCommand(file: string, options: NewImportOptions): Promise<number> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) throw new Error(`There is no file ${file}.`);
  const sample = await openSample(file, stats.size, options);
  const plan = await inferImport(file, sample, options.rows, readWishes(options));
  const written = join('imports', `${plan.name}.ts`);
  await checkFree(plan, options);
  // In code, too, nothing may stand that cannot be seen; in its strings the escapes mean the same.
  const definition = visibleLines(writeDefinition(plan));
  if (options.print === true) {
    process.stdout.write(definition);
    return 0;
  }
  // A table or a ledger of before would have a say in what is to be proved.
  const directory = join(options.directory, 'new-import');
  if (options.import) await resetLocalStack(directory);
  const path = join(project, written);
  const before = existsSync(path) ? readFileSync(path) : null;
  writeFileSync(path, definition);
  for (const line of describePlan(file, plan)) print(line);
  print(`\n${pc.green('wrote')} ${pc.bold(written)}: it is yours to change, docs/imports.md explains it.`);
  if (options.import) {
    print(pc.dim(`\nThe proof: a stack of its own, in ${directory}, imports the sample.\n`));
    const code = await importSample(file, plan.name, directory);
    if (code !== 0) {
      if (before === null) rmSync(path, { force: true });
      else writeFileSync(path, before);
      await resetLocalStack(directory);
      print(
        `\nNothing is left of the proof${before === null ? '' : `, and ${written} is as it was`}. Correct the file, or have the definition without a proof by --no-import.`,
      );
      return code;
    }
  }
  print(`\n\`npm run import -- ${file} --import ${plan.name}\` imports it into your local stack.`);
  const running = findRunningStack(options.directory);
  if (running !== null) {
    print(`The one that is running (process ${running.pid}) does not know it yet: start it again.`);
  }
  return 0;
}

function readWishes({ key, ...wishes }: NewImportOptions): Wishes {
  return key === undefined ? wishes : { ...wishes, key: key.join() === 'none' ? [] : key };
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
  checkBeside(plan, await loadImports(plan.name));
}

/**
 * As `npm run import` does, always into an embedded database. In a process of its own, since this one may have loaded
 * another file of the same name.
 */
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
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, command, { stdio: 'inherit', env });
  // It stops in order, and this process with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
