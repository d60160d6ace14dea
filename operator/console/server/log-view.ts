import { arnOf } from '../../find-execution.ts';
import { readLog } from '../../logs/read-log.ts';
import { readExecution } from '../../read-execution.ts';
import type { LogView } from '../api.ts';
import type { ConsoleSource } from './source.ts';

/** As many lines as somebody reads on a page; `ops logs` has all. */
const SHOWN = 500;

/** What the importers of an execution have logged. */
export async function readLogView(source: ConsoleSource, name: string): Promise<LogView> {
  const connection = await source.connect();
  const execution = await readExecution(connection, arnOf(connection, name));
  const lines = await readLog(connection, execution);
  return { lines: lines.slice(-SHOWN), earlier: Math.max(0, lines.length - SHOWN) };
}
