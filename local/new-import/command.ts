import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import type { ImportDefinition } from '../../contract/define-import.ts';
import { listImportFiles, loadImports } from '../../imports/index.ts';
import { describeDelimiter } from '../../task/csv/map-header.ts';
import { encodingNames } from '../../task/source/detect-encoding.ts';
import { findRunningStack } from '../stack.ts';
import { loadImportModules } from '../target-tables.ts';
import { alignColumns } from './display-width.ts';
import { checkBeside, inferImport, type PlannedImport, type Wishes } from './infer-import.ts';
import { openSample, type Sample } from './read-sample.ts';
import { writeDefinition } from './write-definition.ts';
import { writeTableSql } from './write-sql.ts';

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
  for (const line of describe(file, sample, plan)) console.log(line);
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

/** What was found in the file, and what was made of it: no values, which may be anybody's. */
function describe(file: string, sample: Sample, plan: PlannedImport): string[] {
  const { sampled, key } = plan;
  const rows = `${sampled.rows.toLocaleString('en')} row${sampled.rows === 1 ? '' : 's'}`;
  return [
    `${pc.bold(file)} → import ${pc.bold(plan.name)}, table ${pc.bold(plan.tableName)}`,
    '',
    ...alignColumns([
      [
        'rows',
        sampled.whole ? `${rows}, all of the file` : `the first ${rows}; what comes behind them may differ`,
      ],
      ['encoding', `${encodingNames[sample.encoding]}: ${sample.encodingGrounds}`],
      ['delimiter', `${describeDelimiter(sample.delimiter)}: ${sample.delimiterGrounds}`],
      ...(sample.compression === 'gzip' ? [['compression', 'gzip']] : []),
      ['key', `${key.length === 0 ? 'none' : key.join(', ')}: ${plan.keyGrounds}`],
      [
        'mode',
        key.length === 0
          ? 'append: every row is inserted'
          : 'upsert: new keys are inserted, rows of others updated',
      ],
    ]),
    ...describeMalformed(plan),
    '',
    ...alignColumns([
      ['header', 'column', 'type', '', 'why'],
      ...plan.columns.map(({ header, name, type, notNull, grounds }) => [
        header.replace(/\s+/g, ' '),
        name,
        type.sql,
        key.includes(name) ? 'key' : notNull ? 'not null' : '',
        grounds,
      ]),
    ]).map((line, index) => (index === 0 ? pc.dim(line) : line)),
    ...plan.columns.flatMap(({ name, advice }) =>
      advice === null ? [] : [`\n${pc.yellow('to decide')} ${name}: ${advice}`],
    ),
    '',
    pc.dim('The embedded database gets the table by itself; in any other, create it:'),
    ...writeTableSql(plan),
  ];
}

function describeMalformed({ sampled: { malformed, examples } }: PlannedImport): string[] {
  if (malformed === 0) return [];
  const which = examples.map(
    ({ line, errors }) =>
      `line ${line}: ${errors.map(({ code, reason }) => `${code} (${reason})`).join(', ')}`,
  );
  const left = malformed - examples.length;
  return [
    '',
    pc.yellow(
      `${malformed.toLocaleString('en')} row${malformed === 1 ? '' : 's'} will be refused, whatever the columns are: ${which.join('; ')}${left > 0 ? `; and ${left} more` : ''}`,
    ),
  ];
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
