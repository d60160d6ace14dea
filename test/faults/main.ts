// The fault suite from the command line: as many rounds as you like.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { endWrongUsage } from '../../operator/command-line.ts';

const wholeNumber = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at most nine digits.');
  return text;
};

const program = endWrongUsage(
  new Command('npm run test:faults --')
    .description(
      'Breaks importers, PostgreSQL and S3 at random moments, and checks that no row is lost or doubled.',
    )
    .option('--rounds <n>', 'how often each fault is done, each time at another moment', wholeNumber, '1')
    .option('--seed <n>', 'does what a round with this seed did', wholeNumber)
    .option('--only <text>', 'only the faults whose name holds this text'),
);
program.parse();
const { rounds, seed, only } = program.opts<{ rounds: string; seed?: string; only?: string }>();

const project = join(import.meta.dirname, '../..');
// Whatever stands between the names of a group and a test.
const filter = only === undefined ? [] : ['-t', only.split(/\W+/).join('.*')];
const { status } = spawnSync(
  process.execPath,
  [join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'faults', ...filter],
  {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, FAULT_ROUNDS: rounds, ...(seed === undefined ? {} : { FAULT_SEED: seed }) },
  },
);
process.exitCode = status ?? 1;
