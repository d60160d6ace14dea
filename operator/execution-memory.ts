import type { Connection } from './connection.ts';
import { type Execution, type ListedExecution, readExecution } from './read-execution.ts';
import { RecentMap } from './recent-map.ts';

/** A week of a busy account; some kilobytes each. */
const REMEMBERED = 2000;

/** Only so long after its end Step Functions redrives an execution. */
const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

/** What of a list tells whether an execution has changed. */
type ListedState = Pick<ListedExecution, 'executionArn' | 'status' | 'stopDate' | 'redriveCount'>;

interface Remembered {
  /** What the list said when it was read. */
  state: string;
  execution: Execution;
}

/**
 * Executions that were read before. What a list says of one tells whether anything has changed: an execution that has
 * ended changes by a redrive only, and of one that runs nothing but its end is of interest once its import is known.
 */
export class ExecutionMemory {
  readonly #known = new RecentMap<string, Remembered>(REMEMBERED);

  /** The execution as it is now; asks Step Functions only where that is needed. */
  async read(connection: Connection, listed: ListedState): Promise<Execution> {
    const known = this.recall(listed);
    if (known !== null) return known;
    const execution = await readExecution(connection, listed.executionArn!);
    // Read after it was listed: it may have gone on since, which the next list tells.
    if (execution.status === listed.status && execution.redrives === (listed.redriveCount ?? 0))
      this.#known.set(listed.executionArn!, { state: stateOf(listed), execution });
    return execution;
  }

  /** The execution, where it is known as it is now; null: it has to be read. */
  recall(listed: ListedState): Execution | null {
    const known = this.#known.get(listed.executionArn!);
    if (known === undefined || known.state !== stateOf(listed)) return null;
    const { execution } = known;
    if (execution.status !== 'RUNNING') {
      const expired = Date.now() - Date.parse(execution.endedAt!) > REDRIVABLE_MS;
      return execution.notRedrivable === null && expired ? null : execution;
    }
    if (execution.import === null) return null;
    return { ...execution, seconds: (Date.now() - Date.parse(execution.startedAt)) / 1000 };
  }
}

/** Whether a list says the same of an execution as another one did. */
export function isSameState(a: ListedState, b: ListedState): boolean {
  return stateOf(a) === stateOf(b);
}

function stateOf({ status, stopDate, redriveCount }: ListedState): string {
  return `${status} ${stopDate?.getTime() ?? ''} ${redriveCount ?? 0}`;
}
