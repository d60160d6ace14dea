import { type Command, InvalidArgumentError } from 'commander';
import { connect } from '../connection.ts';
import { OperatorError } from '../operator-error.ts';
import { print } from '../output.ts';
import { parseAddress } from '../results.ts';
import { startExecution } from '../start.ts';
import { hasFailed, printJson, subcommand } from './options.ts';
import { type StartAllOptions, startAll } from './start-all.ts';
import { watchUntilEnd } from './watch.ts';

interface StartOptions extends StartAllOptions {
  all?: true;
}

const onlyForAll = ['import', 'match', 'since', 'until', 'maxBytes', 'name', 'dryRun', 'yes'] as const;

/** `ops start` */
export function startCommand(): Command {
  return subcommand(
    'start',
    'Import an object that is in the bucket already, as if it had just been uploaded, or with --all every object under a prefix. What is imported is not imported twice.',
    '0 all succeeded (or --no-wait, --dry-run), 1 one failed or could not be started',
  )
    .argument('<s3-uri>', 'the object: s3://bucket/key; with --all a prefix: s3://bucket/prefix/')
    .option('--version-id <id>', 'an older version of the object')
    .option('--no-wait', 'do not wait for its end')
    .option('--all', 'every object under the prefix: shows how many, how long and what it costs, and asks')
    .option('--import <name>', 'with --all: only files of this import')
    .option('--match <pattern>', 'with --all: only keys that match behind the prefix, such as "2026-*.csv"')
    .option('--since <time>', 'with --all: only files written since then: 12h, 1d ago, or a date')
    .option('--until <time>', 'with --all: only files written before then')
    .option('--max-bytes <n>', 'with --all: only files of at most this size', wholeNumber)
    .option('--name <name>', 'with --all: of the backfill (default: the date); again, it continues that one')
    .option('--at-once <n>', 'with --all: executions that are open at once', wholeNumber, 20)
    .option('--max-failures <n>', 'with --all: starts nothing more after so many failures', wholeNumber, 10)
    .option('--dry-run', 'with --all: only show what would be imported')
    .option('-y, --yes', 'with --all: do not ask; needed if there is no terminal')
    .action(start);
}

async function start(uri: string, options: StartOptions): Promise<void> {
  if (options.all) return startAll(uri, options);
  const foreign = onlyForAll.filter((name) => options[name] !== undefined);
  if (foreign.length > 0)
    throw new OperatorError(`Without --all there is no ${foreign.map(optionOf).join(', ')}.`);
  const address = parseAddress(uri);
  if (address === null)
    throw new OperatorError(`"${uri}" is no address of an object: write s3://bucket/key.`);
  const connection = await connect(options);
  const arn = await startExecution(connection, address, { versionId: options.versionId });
  if (options.json) {
    if (!options.wait) return printJson({ execution: { arn, status: 'RUNNING' } });
  } else print(`Started ${arn.split(':').at(-1)}`);
  if (!options.wait) return;
  const execution = await watchUntilEnd(connection, arn, { json: options.json === true });
  if (hasFailed(execution.status)) process.exitCode = 1;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1.');
  return Number(text);
}

/** `--max-bytes` of `maxBytes`. */
function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
