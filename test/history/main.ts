// The histories from the command line: as many as you like.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { endWrongUsage } from '../../operator/command-line.ts';
import { kinds } from './harness/arbitrary.ts';

const wholeNumber = (text: string) => {
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return text;
};

const program = endWrongUsage(
  new Command('npm run test:history --')
    .description(
      'Uploads, fails, redrives, kills and duplicates at random, with several importers and an application writing to one table at once, and checks that table and ledger are what some serial order of it would leave.',
    )
    .option('--runs <n>', 'histories of each kind', wholeNumber, '1000')
    .option('--minutes <n>', 'stop after so many minutes, whatever is left', wholeNumber, '10')
    .addOption(new Option('--only <kind>', 'only histories of this kind').choices(Object.keys(kinds)))
    .option('--seed <n>', 'makes the same histories again', wholeNumber)
    .option('--path <path>', 'with a seed: just the history that failed'),
);
program.parse();
const { runs, minutes, seed, path, only } = program.opts<{
  runs: string;
  minutes: string;
  seed?: string;
  path?: string;
  only?: string;
}>();

const project = join(import.meta.dirname, '../..');
const { status } = spawnSync(
  process.execPath,
  [join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'history'],
  {
    cwd: project,
    stdio: 'inherit',
    env: {
      ...process.env,
      HISTORY_RUNS: runs,
      HISTORY_MINUTES: minutes,
      ...(seed === undefined ? {} : { HISTORY_SEED: seed }),
      ...(path === undefined ? {} : { HISTORY_PATH: path }),
      ...(only === undefined ? {} : { HISTORY_ONLY: only }),
    },
  },
);
process.exitCode = status ?? 1;
