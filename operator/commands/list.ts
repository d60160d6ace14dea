import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import { type Command, Option } from 'commander';
import { connect } from '../connection.ts';
import { describeList } from '../describe-execution.ts';
import { ExecutionMemory } from '../execution-memory.ts';
import { listedStatuses, matches, searchExecutions } from '../list-executions.ts';
import { OperatorError } from '../operator-error.ts';
import { print, printError } from '../output.ts';
import type { Execution } from '../read-execution.ts';
import { parseSince } from '../time-text.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface ListOptions extends CommonOptions {
  status?: string;
  import?: string;
  blame?: 'file' | 'system';
  since?: string;
  after?: string;
  limit: string;
}

/** `ops list` */
export function listCommand(): Command {
  return subcommand(
    'list',
    'List executions, newest first.',
    '0 listed (even if there is none), 1 could not be listed',
  )
    .addOption(new Option('--status <status>', 'only executions with this status').choices(listedStatuses))
    .option('--import <name>', 'only executions of this import')
    .addOption(new Option('--blame <cause>', 'only failures with this cause').choices(['file', 'system']))
    .option('--since <time>', 'started since then: 30m, 12h, 1d, 2w ago, or a date')
    .option('--after <execution>', 'only executions older than this one: the next page')
    .option('--limit <count>', 'the most to list', '20')
    .action(list);
}

async function list(options: ListOptions): Promise<void> {
  const limit = Number(options.limit);
  // No more digits than anybody would wait for.
  if (!/^[1-9]\d{0,5}$/.test(options.limit)) {
    throw new OperatorError(`--limit ${options.limit}: it must be a whole number from 1 to 999999.`);
  }
  const filter = {
    status: options.status?.toUpperCase() as ExecutionStatus | undefined,
    import: options.import,
    blame: options.blame,
    since: options.since === undefined ? undefined : parseSince(options.since),
    after: options.after?.split(':').at(-1),
  };
  const shown: Execution[] = [];
  let more = false;
  const searched = tellSearched(options.json === true);
  for await (const execution of searchExecutions(await connect(options), filter, new ExecutionMemory())) {
    searched();
    if (!matches(execution, filter)) continue;
    more = shown.length === limit;
    if (more) break;
    shown.push(execution);
  }
  if (options.json) {
    printJson({
      executions: shown.map(({ report: _report, ...execution }) => execution),
      after: more ? shown.at(-1)!.name : null,
    });
    return;
  }
  if (shown.length === 0) print('There is no such execution.');
  else print(describeList(shown));
  if (more) print(`\nFor older executions, add --after ${shown.at(-1)!.name}`);
}

/** How often a person at a terminal is told that the search goes on. */
const TELL_EVERY_MS = 2000;

/** To be called for each execution that was looked at. */
function tellSearched(json: boolean): () => void {
  let count = 0;
  let toldAt = Date.now();
  return () => {
    count += 1;
    if (json || !process.stderr.isTTY || Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    printError(`Searched ${count.toLocaleString('en')} executions so far …`);
  };
}
