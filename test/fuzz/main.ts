import { Command, InvalidArgumentError } from 'commander';
import { type PostgresVersion, postgresVersions } from '../../local/postgres-binaries.ts';
import { endWrongUsage } from '../../operator/command-line.ts';
import { loadCase } from './csv/case.ts';
import { prepareServer } from './csv/database.ts';
import { checkOnce, fuzz, keep } from './csv/run.ts';
import { runHostileUploads } from './hostile/run.ts';
import { startServers } from './servers.ts';

const program = new Command('fuzz')
  .description(
    'Generates CSV files of all kinds and compares what the importer’s scanner and COPY make of them with csv-parse and PostgreSQL’s own casts. A file for which something does not hold is made small and kept in test/fuzz/found.',
  )
  .argument('[files...]', 'check just these files of test/fuzz/found')
  .option('--rounds <n>', 'files to generate (with --hostile: uploads)', whole, 10_000)
  .option('--seed <n>', 'makes the same files again (default: by the clock)', whole)
  .option('--seconds <n>', 'stop after so many seconds', whole, 600)
  .option('--postgres <version>', `${postgresVersions.join(', ')} or both`, versions, postgresVersions)
  .option('--hostile', 'hostile uploads through the whole importer instead, on the newest PostgreSQL')
  .option('--processes <n>', 'with --hostile: so many of them each in an importer process', whole, 20)
  .addHelpText('after', '\nExit codes: 0 all held, 1 something did not.');

program.action(async (files: string[], options: FuzzCommand) => {
  const seed = options.seed ?? Date.now() % 1_000_000_000;
  const chosen = options.hostile ? postgresVersions.slice(-1) : options.postgres;
  const servers = await startServers(chosen);
  try {
    if (options.hostile) await hostile(seed, options, servers.urls[0]!);
    else await csv(files, seed, options, servers.urls);
  } finally {
    await servers.stop();
  }
});
await endWrongUsage(program).parseAsync();

interface FuzzCommand {
  rounds: number;
  seed?: number;
  seconds: number;
  postgres: readonly PostgresVersion[];
  hostile?: boolean;
  processes: number;
}

async function csv(files: string[], seed: number, options: FuzzCommand, servers: string[]): Promise<void> {
  for (const url of servers) await prepareServer(url);
  for (const path of files) {
    await checkOnce(loadCase(path), servers);
    console.log(`${path}: all holds`);
  }
  if (files.length > 0) return;
  const { rounds, seconds, postgres } = options;
  const started = Date.now();
  const { files: count, found } = await fuzz({ rounds, seed, seconds, servers });
  const took = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${count} files in ${took} s, seed ${seed}, on PostgreSQL ${postgres.join(' and ')}.`);
  if (found === null) return;
  const path = keep(found.case, found.error.message);
  console.error(found.error);
  console.error(JSON.stringify(found.case.bytes.toString('latin1')));
  console.error(`Kept as ${path}; once more: npm run fuzz -- ${path}`);
  console.error(`From the beginning: npm run fuzz -- --rounds 25 --seed ${found.seed}`);
  process.exitCode = 1;
}

async function hostile(seed: number, options: FuzzCommand, server: string): Promise<void> {
  const { rounds, seconds, processes } = options;
  const { uploads, outcomes, failures } = await runHostileUploads({
    rounds,
    seed,
    seconds,
    processes,
    server,
  });
  console.log(`${uploads} hostile uploads, seed ${seed}:`);
  for (const [outcome, count] of Object.entries(outcomes))
    console.log(`${String(count).padStart(7)} ${outcome}`);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function versions(text: string): readonly PostgresVersion[] {
  if (text === 'both') return postgresVersions;
  const version = postgresVersions.find((each) => String(each) === text);
  if (version === undefined)
    throw new InvalidArgumentError(`It must be ${postgresVersions.join(', ')} or both.`);
  return [version];
}
