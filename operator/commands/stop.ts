import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { visible } from '../../contract/visible-text.ts';
import { connect } from '../connection.ts';
import { findExecution } from '../find-execution.ts';
import { print } from '../output.ts';
import { readExecution } from '../read-execution.ts';
import { stopExecution } from '../stop.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface StopOptions extends CommonOptions {
  reason?: string;
}

/** `ops stop` */
export function stopCommand(): Command {
  return subcommand(
    'stop',
    'Stop a running execution and its importer. What is committed stays in; a redrive goes on with the rest.',
    '0 stopped, 1 could not be stopped',
  )
    .argument(
      '<execution>',
      'ARN or name of the execution, or key of the upload (or its end), which stands for the newest',
    )
    .option('--reason <text>', 'why, for people who look at the execution')
    .action(stop);
}

async function stop(named: string, options: StopOptions): Promise<void> {
  const connection = await connect(options);
  const execution = await readExecution(connection, await findExecution(connection, named));
  const by = `Stopped by ops stop by ${userInfo().username} at ${hostname()}.`;
  await stopExecution(connection, execution, options.reason === undefined ? by : `${by} ${options.reason}`);
  const { arn, name } = execution;
  if (options.json) printJson({ execution: { arn, name, status: 'ABORTED' } });
  else print(`Stopped ${visible(name)}. \`npm run ops -- redrive ${visible(name)}\` goes on with it.`);
}
