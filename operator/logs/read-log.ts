import type { Connection } from '../connection.ts';
import type { Execution } from '../read-execution.ts';
import { readCloudWatchLog } from './cloudwatch-log.ts';
import { readLocalLog } from './local-log.ts';
import type { LogLine } from './log-line.ts';

/**
 * What the importers of an execution have logged, oldest first.
 *
 * @param options.logGroup in an account; default: it is found out
 * @param options.since lines before that, in milliseconds, may be missing
 */
export function readLog(
  connection: Connection,
  execution: Execution,
  options: { logGroup?: string | undefined; since?: number | undefined } = {},
): Promise<LogLine[]> {
  return connection.localLogFolder === undefined
    ? readCloudWatchLog(connection, execution, options)
    : readLocalLog(connection.localLogFolder, execution);
}
