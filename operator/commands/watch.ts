import type { Command } from 'commander';
import { visible } from '../../contract/visible-text.ts';
import pc from '../colours.ts';
import { type Connection, connect } from '../connection.ts';
import { describeEnd, describeHead } from '../describe-execution.ts';
import { findExecution } from '../find-execution.ts';
import { createImportView } from '../import-view.ts';
import { print, printJsonLine } from '../output.ts';
import { type Execution, readExecution } from '../read-execution.ts';
import { readResults } from '../results.ts';
import { type ExecutionWatcher, watchExecution } from '../watch-execution.ts';
import { type CommonOptions, hasFailed, subcommand } from './options.ts';

/** `ops watch` */
export function watchCommand(): Command {
  return subcommand(
    'watch',
    'Follow an execution to its end: its states, and the importer’s progress. --json: one object per line and change.',
    '0 it succeeded, 1 it failed or could not be followed',
  )
    .argument(
      '<execution>',
      'ARN or name of the execution, or key of the upload (or its end), which stands for the newest',
    )
    .action(watch);
}

async function watch(named: string, options: CommonOptions): Promise<void> {
  const connection = await connect(options);
  const arn = await findExecution(connection, named);
  if (!options.json) print(`${describeHead(await readExecution(connection, arn))}\n`);
  const execution = await watchUntilEnd(connection, arn, { json: options.json === true });
  if (hasFailed(execution.status)) process.exitCode = 1;
}

/** Shows an execution while it goes on, and how it ended. */
export async function watchUntilEnd(
  connection: Connection,
  arn: string,
  { json, afterId = 0 }: { json: boolean; afterId?: number },
): Promise<Execution> {
  const { watcher, end } = json ? jsonLines : liveView();
  const execution = await watchExecution(connection, arn, watcher, { afterId }).finally(end);
  const results = await readResults(connection, execution);
  if (json) printJsonLine({ execution: { ...execution, ...results } });
  else print(`\n${describeEnd(execution, results)}`);
  return execution;
}

const jsonLines: { watcher: ExecutionWatcher; end(): void } = {
  watcher: {
    state: (state, at, attempt) => printJsonLine({ at, state, attempt }),
    decision: (decision, at) => printJsonLine({ at, decision }),
    redrive: (at) => printJsonLine({ at, redrive: true }),
    progress: (progress) => printJsonLine({ at: progress.updatedAt, progress }),
  },
  end() {},
};

function liveView(): { watcher: ExecutionWatcher; end(): void } {
  const view = createImportView();
  return {
    watcher: {
      state(name, _at, attempt) {
        if (attempt !== null && attempt > 1) view.said(`attempt ${attempt}`);
        view.state(name);
      },
      decision: (text) => view.said(pc.yellow(visible(text))),
      redrive: () => view.said(pc.cyan('redriven')),
      progress: view.progress,
    },
    end: view.end,
  };
}
