import { ExecutionNotRedrivable, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { listExecutions } from './list-executions.ts';
import { OperatorError } from './operator-error.ts';
import type { Execution } from './read-execution.ts';

/** A warning before a redrive that cannot succeed. */
export const FILE_PROBLEM =
  'Problem with the file: a redrive reads the same bytes and fails again. Correct the file and upload it: that makes a new run.';

/** Which failed executions to redrive. */
export interface RedriveSearch {
  /** Ended at this moment or later. */
  failedSince: Date;
  import?: string | undefined;
  blame: 'file' | 'system' | 'any';
}

/** What a search for executions to redrive found; oldest first, the order in which their uploads came. */
export interface RedrivePlan {
  redrive: Execution[];
  leave: LeftExecution[];
}

/** An execution that is not redriven, and why. */
export interface LeftExecution {
  execution: Execution;
  /** What the reason is, for programs. */
  cause: 'not-redrivable' | 'file' | 'system' | 'stopped';
  reason: string;
}

/**
 * Finds executions that failed or timed out. One that was aborted is left out: somebody wanted it so, and can name it.
 */
export async function planRedrives(connection: Connection, search: RedriveSearch): Promise<RedrivePlan> {
  const found: Execution[] = [];
  for (const status of ['FAILED', 'TIMED_OUT'] as const) {
    const filter = { status, endedSince: search.failedSince, import: search.import };
    for await (const execution of listExecutions(connection, filter)) found.push(execution);
  }
  return sortIntoPlan(found, search.blame);
}

/** Which of some executions to redrive, oldest first, and why not the others. */
export function sortIntoPlan(executions: readonly Execution[], blame: RedriveSearch['blame']): RedrivePlan {
  const plan: RedrivePlan = { redrive: [], leave: [] };
  for (const execution of executions) {
    const cause = skipCause(execution, blame);
    if (cause === null) plan.redrive.push(execution);
    else plan.leave.push({ execution, cause, reason: reasonOf(cause, execution) });
  }
  plan.redrive.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  return plan;
}

function skipCause(
  { failure, notRedrivable }: Execution,
  blame: RedriveSearch['blame'],
): LeftExecution['cause'] | null {
  if (notRedrivable !== null) return 'not-redrivable';
  if (blame === 'any' || failure?.blame === blame) return null;
  return failure?.blame ?? 'stopped';
}

function reasonOf(cause: LeftExecution['cause'], { notRedrivable }: Execution): string {
  switch (cause) {
    case 'not-redrivable':
      return `Step Functions refuses: ${notRedrivable}`;
    case 'stopped':
      return 'Somebody stopped it: name it, or use --blame any, to redrive it.';
    case 'file':
      return FILE_PROBLEM;
    case 'system':
      return 'Problem with the system, and only problems with files were selected.';
  }
}

/** The newest execution that FAILED. */
export async function findLastFailed(connection: Connection): Promise<Execution> {
  for await (const execution of listExecutions(connection, { status: 'FAILED' })) return execution;
  throw new OperatorError('There is no failed execution to redrive.');
}

/**
 * Restarts an execution where it failed, as Step Functions does.
 *
 * @throws OperatorError saying why Step Functions refuses
 */
export async function redriveExecution({ sfn }: Connection, execution: Execution): Promise<void> {
  try {
    await sfn.send(new RedriveExecutionCommand({ executionArn: execution.arn }));
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    throw redriveError(execution, error.message);
  }
}

/** The refusal of a redrive. */
export function redriveError({ name, status }: Execution, reason: string): OperatorError {
  const again =
    status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED'
      ? ` \`npm run ops -- start <s3-uri>\` imports the same object by a new execution.`
      : '';
  return new OperatorError(`Step Functions cannot redrive ${name}: ${reason.replace(/\.$/, '')}.${again}`);
}
