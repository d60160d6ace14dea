import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { Interrupted, interruptSignal } from '../local/interruption.ts';
import { endWrongUsage } from '../operator/command-line.ts';
import { contenders } from './contenders.ts';
import { type FileName, fileKinds, fileNames } from './files/file-kinds.ts';
import { type FilePlan, measureFile } from './measure-file.ts';
import { describeMachine } from './results/machine.ts';
import type { Results } from './results/results.ts';
import { showResults } from './results/show.ts';
import { openWorkbench } from './workbench.ts';
import { RESULTS_FILE, writeDocs } from './write-docs.ts';

interface BenchOptions {
  file?: FileName[];
  rows?: number;
  rounds: number;
  only: string[];
  full: boolean;
  json?: string;
  docs: boolean;
  profile?: string;
  directory: string;
}

const count = (text: string) => {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Give a number from 1.');
  return value;
};
const collect = (value: string, previous: string[] | undefined) => [...(previous ?? []), value];

const program = new Command('bench')
  .description('Measure the importer against COPY and what people use, on an embedded PostgreSQL and S3.')
  .addOption(
    new Option('--file <name>', `${fileNames.join(', ')}; may be repeated`)
      .argParser((value, previous: string[] | undefined) => {
        if (!(fileNames as readonly string[]).includes(value)) {
          throw new InvalidArgumentError(`There are ${fileNames.join(', ')}.`);
        }
        return collect(value, previous);
      })
      .default(undefined, 'reference'),
  )
  .option('--rows <n>', 'rows of the file (default: what makes about 125 MB; 30 MB of the narrow one)', count)
  .option('--rounds <n>', 'times that each is measured', count, 3)
  .option('--only <name>', 'measure this, and what it is compared with; may be repeated', collect)
  .option('--full', 'give csv-parse and Drizzle the whole file, too, not a share that is scaled up', false)
  .option('--json <file>', 'write the results as JSON; - for standard output')
  .addOption(
    new Option(
      '--docs',
      `write docs/benchmarks.md and ${RESULTS_FILE}; without --file, of every file, and of ten times the reference file`,
    )
      .conflicts(['profile'])
      .default(false),
  )
  .option('--profile <folder>', 'write CPU profiles of the importers there; their figures suffer from it')
  .option('--directory <path>', 'where the servers and files are kept', '.local/bench')
  .addHelpText(
    'after',
    `\nWhat is measured:\n${contenders.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join('\n')}`,
  )
  .action(async (options: BenchOptions) => {
    process.exitCode = await bench({ ...options, only: options.only ?? [] });
  });

try {
  await endWrongUsage(program).parseAsync();
} catch (error) {
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  if (!(error instanceof Interrupted)) {
    console.error(process.env.DEBUG === undefined ? pc.red((error as Error).message) : error);
  }
}

/** Resolves to the exit code: 1 where something failed; a goal that is not met is no failure. */
async function bench(options: BenchOptions): Promise<number> {
  const { file, rows, rounds, only, full, docs } = options;
  const plans: FilePlan[] =
    docs && file === undefined
      ? docsPlans(rows, rounds, full)
      : (file ?? (['reference'] as const)).map((name) => ({
          file: name,
          rows: rows ?? fileKinds[name].rows,
          rounds,
          only,
          full,
        }));
  const startedAt = new Date().toISOString();
  const workbench = await openWorkbench(resolve(options.directory), interruptSignal(), {
    profiles: options.profile === undefined ? null : resolve(options.profile),
  });
  let results: Results;
  try {
    results = {
      command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
        ' ',
      ),
      startedAt,
      machine: describeMachine(workbench.database),
      runs: [],
    };
    for (const plan of plans) results.runs.push(await measureFile(workbench, plan, say));
  } finally {
    await workbench.close();
  }
  const json = `${JSON.stringify(results, null, 2)}\n`;
  if (docs) writeDocs(results);
  if (options.json === '-') process.stdout.write(json);
  else {
    if (options.json !== undefined) {
      mkdirSync(dirname(options.json), { recursive: true });
      writeFileSync(options.json, json);
    }
    console.log(showResults(results));
  }
  return results.runs.some(({ failed }) => failed.length > 0) ? 1 : 0;
}

/** Every file with everything, and ten times the reference file to show that memory does not grow with it. */
function docsPlans(rows: number | undefined, rounds: number, full: boolean): FilePlan[] {
  const all = { rounds, only: [], full };
  const rowsOf = (file: FileName) => rows ?? fileKinds[file].rows;
  return [
    ...fileNames.map((file) => ({ ...all, file, rows: rowsOf(file) })),
    { ...all, file: 'reference', rows: 10 * rowsOf('reference'), only: ['append-file'] },
  ];
}

/** Progress is not the result: it goes to standard error. */
function say(text: string): void {
  console.error(pc.dim(`${new Date().toTimeString().slice(0, 8)}  ${text}`));
}
