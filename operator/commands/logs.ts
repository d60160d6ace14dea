import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { visible } from '../../contract/visible-text.ts';
import pc from '../colours.ts';
import { type Connection, connect } from '../connection.ts';
import { findExecution } from '../find-execution.ts';
import type { LogLine } from '../logs/log-line.ts';
import { readLog } from '../logs/read-log.ts';
import { print, printJsonLine } from '../output.ts';
import { readExecution } from '../read-execution.ts';
import { describeTime } from '../time-text.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface LogsOptions extends CommonOptions {
  follow?: true;
  logGroup?: string;
}

/** How often to ask again: the local stack, and CloudWatch Logs, which has its lines seconds later. */
const LOCAL_POLL_MS = 500;
const ACCOUNT_POLL_MS = 3000;
/** How long the last lines of an execution may take to come, and how late a line may be sorted in. */
const LATE_MS = 10_000;

/** `ops logs` */
export function logsCommand(): Command {
  return subcommand(
    'logs',
    'Print what the importers of an execution have logged. --json: one object per line with --follow, else an array.',
    '0 printed (even if there is nothing), 1 could not be read',
  )
    .argument(
      '<execution>',
      'ARN or name of the execution, or key of the upload (or its end), which stands for the newest',
    )
    .option('-f, --follow', 'go on until the execution has ended')
    .option(
      '--log-group <name>',
      'the importer’s log group in an account (default: the one that executions link to)',
    )
    .action(logs);
}

async function logs(named: string, options: LogsOptions): Promise<void> {
  const connection = await connect(options);
  const arn = await findExecution(connection, named);
  if (options.follow) {
    await follow(connection, arn, options);
    return;
  }
  const lines = await readLog(connection, await readExecution(connection, arn), options);
  if (options.json) printJson(lines);
  else if (lines.length === 0) print('The importer has logged nothing, or has not been started.');
  else for (const line of lines) print(describeLine(line));
}

async function follow(connection: Connection, arn: string, options: LogsOptions): Promise<void> {
  const local = connection.localLogFolder !== undefined;
  const printed = new Set<string>();
  let since: number | undefined;
  let endedAt: number | null = null;
  for (;;) {
    const execution = await readExecution(connection, arn);
    for (const line of await readLog(connection, execution, { ...options, since })) {
      if (printed.has(line.id)) continue;
      printed.add(line.id);
      if (options.json) printJsonLine(line);
      else print(describeLine(line));
      if (line.at !== null) since = Math.max(since ?? 0, Date.parse(line.at) - LATE_MS);
    }
    if (execution.status !== 'RUNNING') endedAt ??= Date.now();
    if (endedAt !== null && (local || Date.now() - endedAt > LATE_MS)) return;
    await sleep(local ? LOCAL_POLL_MS : ACCOUNT_POLL_MS);
  }
}

const colours: Record<string, (text: string) => string> = { WARN: pc.yellow, ERROR: pc.red };

function describeLine({ at, level, message, details }: LogLine): string {
  const time = at === null ? '' : pc.dim(describeTime(at));
  const shown = (colours[level ?? ''] ?? String)([level, visible(message)].filter(Boolean).join(' '));
  return [time, shown, pc.dim(visible(details))].filter((part) => part !== '').join('  ');
}
