import type { Command } from 'commander';
import { connect } from '../connection.ts';
import { describeEnd, describeHead, describeTimeline } from '../describe-execution.ts';
import { findExecution } from '../find-execution.ts';
import { print } from '../output.ts';
import { readExecution } from '../read-execution.ts';
import { readResults } from '../results.ts';
import { readTimeline } from '../timeline.ts';
import { type CommonOptions, hasFailed, printJson, subcommand } from './options.ts';

/** `ops show` */
export function showCommand(): Command {
  return subcommand(
    'show',
    'Show an execution: its states, attempts and redrives, its report, what failed and what to do.',
    '0 it succeeded or is running, 1 it failed or could not be read',
  )
    .argument(
      '<execution>',
      'ARN or name of the execution, or key of the upload (or its end), which stands for the newest',
    )
    .action(show);
}

async function show(named: string, options: CommonOptions): Promise<void> {
  const connection = await connect(options);
  const arn = await findExecution(connection, named);
  const [execution, timeline] = await Promise.all([
    readExecution(connection, arn),
    readTimeline(connection, arn),
  ]);
  const results = await readResults(connection, execution);
  if (options.json) printJson({ ...execution, ...results, timeline });
  else {
    print(
      [describeHead(execution), describeTimeline(timeline), describeEnd(execution, results)].join('\n\n'),
    );
  }
  if (hasFailed(execution.status)) process.exitCode = 1;
}
