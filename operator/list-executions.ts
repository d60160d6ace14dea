import { type ExecutionStatus, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { ExecutionMemory } from './execution-memory.ts';
import type { Execution, ListedExecution } from './read-execution.ts';

/** What Step Functions can be asked to list. */
export const listedStatuses = ['running', 'succeeded', 'failed', 'timed_out', 'aborted'] as const;

/** Which executions are wanted; all conditions must hold. */
export interface ExecutionFilter {
  status?: ExecutionStatus | undefined;
  /** Name of the import. */
  import?: string | undefined;
  blame?: 'file' | 'system' | undefined;
  /** Started at this moment or later. */
  since?: Date | undefined;
  /** Ended at this moment or later. */
  endedSince?: Date | undefined;
  /** Only those that are older than the execution of this name. */
  after?: string | undefined;
}

/** How many executions are read at a time: fast enough, and within what Step Functions allows for long. */
const AT_ONCE = 5;

/** Executions of the import workflow, newest first, read as they are asked for. */
export async function* listExecutions(
  connection: Connection,
  filter: ExecutionFilter = {},
): AsyncGenerator<Execution> {
  for await (const execution of searchExecutions(connection, filter, new ExecutionMemory())) {
    if (matches(execution, filter)) yield execution;
  }
}

/**
 * As {@link listExecutions}, but with those, too, that only their history tells not to be wanted: whoever searches can
 * see how far it has come, and break off. {@link matches} tells them apart.
 *
 * @param memory what is known already is not asked for again
 */
export async function* searchExecutions(
  connection: Connection,
  filter: ExecutionFilter,
  memory: ExecutionMemory,
): AsyncGenerator<Execution> {
  let waiting: ListedExecution[] = [];
  const read = () => Promise.all(waiting.map((each) => memory.read(connection, each)));
  for await (const listed of list(connection, filter)) {
    waiting.push(listed);
    if (waiting.length < AT_ONCE) continue;
    yield* await read();
    waiting = [];
  }
  yield* await read();
}

/** The conditions that Step Functions cannot look for itself. */
export function matches(execution: Execution, filter: ExecutionFilter): boolean {
  return (
    (filter.import === undefined || execution.import === filter.import) &&
    (filter.blame === undefined || execution.failure?.blame === filter.blame)
  );
}

async function* list(
  { sfn, stateMachineArn }: Connection,
  { status, since, endedSince, after, blame }: ExecutionFilter,
): AsyncGenerator<ListedExecution> {
  let reached = after === undefined;
  const request = { stateMachineArn, ...(status === undefined ? {} : { statusFilter: status }) };
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, request)) {
    for (const execution of executions) {
      const { name, startDate, stopDate } = execution;
      if (since !== undefined && startDate! < since) return;
      const ended = endedSince === undefined || (stopDate !== undefined && stopDate >= endedSince);
      // Nothing else has a cause, so nothing else needs to be read.
      const failed = execution.status === 'FAILED' || execution.status === 'TIMED_OUT';
      const wanted = ended && (blame === undefined || failed);
      if (reached && wanted) yield execution;
      reached ||= name === after;
    }
  }
}
