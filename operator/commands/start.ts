import type { Command } from 'commander';
import { connect } from '../connection.ts';
import { OperatorError } from '../operator-error.ts';
import { print } from '../output.ts';
import { parseAddress } from '../results.ts';
import { startExecution } from '../start.ts';
import { type CommonOptions, hasFailed, printJson, subcommand } from './options.ts';
import { watchUntilEnd } from './watch.ts';

interface StartOptions extends CommonOptions {
  versionId?: string;
  wait: boolean;
}

/** `ops start` */
export function startCommand(): Command {
  return subcommand(
    'start',
    'Import an object that is in the bucket already, as if it had just been uploaded. What is imported is not imported twice.',
    '0 it succeeded (or --no-wait), 1 it failed or could not be started',
  )
    .argument('<s3-uri>', 'the object: s3://bucket/key')
    .option('--version-id <id>', 'an older version of the object')
    .option('--no-wait', 'do not wait for its end')
    .action(start);
}

async function start(uri: string, options: StartOptions): Promise<void> {
  const address = parseAddress(uri);
  if (address === null)
    throw new OperatorError(`"${uri}" is no address of an object: write s3://bucket/key.`);
  const connection = await connect(options);
  const arn = await startExecution(connection, address, options.versionId);
  if (options.json) {
    if (!options.wait) return printJson({ execution: { arn, status: 'RUNNING' } });
  } else print(`Started ${arn.split(':').at(-1)}`);
  if (!options.wait) return;
  const execution = await watchUntilEnd(connection, arn, { json: options.json === true });
  if (hasFailed(execution.status)) process.exitCode = 1;
}
