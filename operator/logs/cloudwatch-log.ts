import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Connection } from '../connection.ts';
import { listExecutions } from '../list-executions.ts';
import { OperatorError } from '../operator-error.ts';
import type { Execution } from '../read-execution.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** Lines of one execution that are read at most. */
const MOST_LINES = 10_000;
/** How many executions are asked where the importer's logs are. */
const ASKED = 20;

/**
 * The lines of all importers that an execution has started, from CloudWatch Logs: those that name the execution.
 *
 * @param since only those that were written then or later; in milliseconds
 */
export async function readCloudWatchLog(
  connection: Connection,
  execution: Execution,
  { logGroup, since }: { logGroup?: string | undefined; since?: number | undefined },
): Promise<LogLine[]> {
  const logGroupName = logGroup ?? (await findLogGroup(connection, execution));
  const client = new CloudWatchLogsClient();
  const lines: LogLine[] = [];
  try {
    const request = {
      logGroupName,
      filterPattern: `"${execution.name}"`,
      startTime: since ?? Date.parse(execution.startedAt),
    };
    for await (const { events = [] } of paginateFilterLogEvents({ client }, request)) {
      for (const { eventId, message, timestamp } of events) {
        const line = parseLogLine(eventId!, (message ?? '').trimEnd(), new Date(timestamp!).toISOString());
        if (line !== null) lines.push(line);
      }
      if (lines.length >= MOST_LINES) break;
    }
  } finally {
    client.destroy();
  }
  return lines;
}

/** The log group of the importer: the one to which this execution, or else another one, links. */
async function findLogGroup(connection: Connection, execution: Execution): Promise<string> {
  const own = logGroupOf(execution);
  if (own !== null) return own;
  let asked = 0;
  for await (const other of listExecutions(connection)) {
    const found = logGroupOf(other);
    if (found !== null) return found;
    if (++asked === ASKED) break;
  }
  throw new OperatorError(
    'The importer’s log group could not be found out. Name it with --log-group; `aws logs describe-log-groups` lists them.',
  );
}

/** The log group in an execution's link to its log; null where it has none. */
export function logGroupOf({ report, failure }: Pick<Execution, 'report' | 'failure'>): string | null {
  const link = report?.log ?? failure?.links.log ?? null;
  const [, group] = /#logsV2:log-groups\/log-group\/([^/]+)\//.exec(link ?? '') ?? [];
  // CloudWatch's own: URL-encoded twice, with $ for the percent signs of the second time.
  return group === undefined ? null : decodeURIComponent(decodeURIComponent(group.replaceAll('$', '%')));
}
