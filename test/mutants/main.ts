// Mutation tests from the command line: puts small faults into the sources, and sees whether a test fails.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import postgres from 'postgres';
import { removePostgres, startPostgres } from '../../local/postgres.ts';
import { endWrongUsage } from '../../operator/command-line.ts';
import { type Mutant, mutantsOf, shuffle, sourcesOf } from './find-mutants.ts';
import { modules } from './modules.ts';
import { killAll } from './processes.ts';
import { Scratch } from './scratch.ts';
import { type Outcome, percentKilled, showDiff, summarise } from './summary.ts';
import { tryModule } from './try-module.ts';

const wholeNumber = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at most nine digits.');
  return Number(text);
};
const collect = (text: string, before: string[] = []) => [...before, text];

const program = endWrongUsage(
  new Command('npm run test:mutants --')
    .description(
      'Puts small faults (mutants) into a copy of the sources, one at a time, and sees whether a test fails.\n' +
        'A mutant that the compiler refuses does not count; one that makes the tests hang is killed.',
    )
    .option('--per-module <n>', 'how many mutants of each module', wholeNumber, 20)
    .option('--seed <n>', 'which ones', wholeNumber, 1)
    .option(
      '--module <name>',
      `only this module (again for more): ${modules.map(({ name }) => name).join(', ')}`,
      collect,
    )
    .option('--file <path>', 'only mutants of this file (again for more)', collect)
    .option('--mutant <id>', 'only this mutant (again for more)', collect)
    .option('--list', 'shows the mutants without trying them'),
);
program.parse();
const options = program.opts<{
  perModule: number;
  seed: number;
  module?: string[];
  file?: string[];
  mutant?: string[];
  list?: true;
}>();
for (const name of options.module ?? []) {
  if (!modules.some((module) => module.name === name)) program.error(`There is no module ${name}.`);
}

const project = join(import.meta.dirname, '../..');
const isWanted = ({ file, id }: Mutant) =>
  (options.file?.includes(file) ?? true) && (options.mutant?.includes(id) ?? true);
const chosen = modules
  .filter(({ name }) => options.module?.includes(name) ?? true)
  .map((module) => {
    const all = sourcesOf(project, module).flatMap((file) => mutantsOf(project, file));
    return { module, mutants: shuffle(all.filter(isWanted), options.seed) };
  });

if (options.list) {
  for (const { module, mutants } of chosen) {
    console.log(`${module.name}: ${mutants.length} mutants`);
    for (const mutant of mutants.slice(0, options.perModule)) {
      console.log(`${mutant.id}  ${mutant.file}:${mutant.line}  ${mutant.operator}\n${showDiff(mutant)}`);
    }
  }
  process.exit();
}

let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped = true;
    killAll();
  });
}
const scratch = new Scratch(project);
const data = mkdtempSync(join(tmpdir(), 'csv-import-mutants-postgres-'));
const done: [(typeof modules)[number], Outcome[]][] = [];
try {
  const server = await startPostgres({ directory: data, fsync: false });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    for (const { module, mutants } of chosen) {
      if (stopped) break;
      const outcomes = await tryModule(module, mutants, options.perModule, {
        project,
        scratch,
        postgresUrl: server.url,
        async cleanUp() {
          const left = await admin`select datname from pg_database where datname like 'test\\_%'`;
          for (const { datname } of left) await admin.unsafe(`drop database "${datname}" with (force)`);
        },
        isStopped: () => stopped,
        print: (text) => console.log(text),
      });
      done.push([module, outcomes]);
    }
  } finally {
    await admin.end({ timeout: 5 });
    await server.stop();
  }
} finally {
  await removePostgres(data);
  rmSync(data, { recursive: true, force: true });
  scratch.remove();
}
console.log(`\n${summarise(done)}`);
const isGood = done.every(([{ goal }, outcomes]) => percentKilled(outcomes) >= goal);
process.exitCode = stopped || !isGood ? 1 : 0;
