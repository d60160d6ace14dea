import { type ExecutionStatus, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { type Execution, readExecution } from './read-execution.ts';

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
  let waiting: string[] = [];
  for await (const arn of listArns(connection, filter)) {
    waiting.push(arn);
    if (waiting.length < AT_ONCE) continue;
    yield* readAll(connection, waiting, filter);
    waiting = [];
  }
  yield* readAll(connection, waiting, filter);
}

async function* readAll(connection: Connection, arns: string[], filter: ExecutionFilter) {
  const executions = await Promise.all(arns.map((arn) => readExecution(connection, arn)));
  yield* executions.filter((execution) => matches(execution, filter));
}

/** The conditions that Step Functions cannot look for itself. */
function matches(execution: Execution, filter: ExecutionFilter): boolean {
  return (
    (filter.import === undefined || execution.import === filter.import) &&
    (filter.blame === undefined || execution.failure?.blame === filter.blame)
  );
}

async function* listArns(
  { sfn, stateMachineArn }: Connection,
  { status, since, endedSince, after }: ExecutionFilter,
): AsyncGenerator<string> {
  let reached = after === undefined;
  const request = { stateMachineArn, ...(status === undefined ? {} : { statusFilter: status }) };
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, request)) {
    for (const { executionArn, name, startDate, stopDate } of executions) {
      if (since !== undefined && startDate! < since) return;
      const wanted = endedSince === undefined || (stopDate !== undefined && stopDate >= endedSince);
      if (reached && wanted) yield executionArn!;
      reached ||= name === after;
    }
  }
}
