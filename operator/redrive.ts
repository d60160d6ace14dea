import {
  DescribeExecutionCommand,
  ExecutionNotRedrivable,
  ListExecutionsCommand,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import pc from 'picocolors';
import { readableCause } from './cause.ts';
import type { Connection } from './connection.ts';
import { enteredState, followExecution, lastEventId } from './follow-execution.ts';
import { OperatorError } from './operator-error.ts';

/** Restarts a failed execution where it failed, as Step Functions does, and shows it to its end. */
export async function redrive(
  { sfn, stateMachineArn }: Connection,
  execution: string | undefined,
  { wait }: { wait: boolean },
): Promise<{ status: string }> {
  const executionArn =
    execution === undefined ? await lastFailed(sfn, stateMachineArn) : toArn(execution, stateMachineArn);
  const before = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const afterId = await lastEventId(sfn, executionArn);
  try {
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    throw new OperatorError(`Step Functions cannot redrive ${before.name}: ${error.message}`);
  }
  console.log(
    `Redriving ${pc.bold(before.name ?? executionArn)}, which had ${before.status} with ${before.error ?? 'no error'}.`,
  );
  if (!wait) return { status: 'RUNNING' };

  const events = followExecution(sfn, executionArn, { afterId, pollMs: 300 });
  let step = await events.next();
  for (; !step.done; step = await events.next()) {
    const state = enteredState(step.value);
    if (state !== undefined) console.log(pc.dim(`  ${state}`));
  }
  const after = step.value;
  if (after.status === 'SUCCEEDED') console.log(pc.green('SUCCEEDED'));
  else console.log(`${pc.red(`${after.status} ${after.error ?? ''}`)}\n${readableCause(after.cause)}`);
  return { status: after.status! };
}

async function lastFailed(sfn: Connection['sfn'], stateMachineArn: string): Promise<string> {
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED', maxResults: 1 }),
  );
  const [latest] = executions;
  if (latest === undefined) throw new OperatorError('There is no failed execution to redrive.');
  return latest.executionArn!;
}

function toArn(execution: string, stateMachineArn: string): string {
  return execution.startsWith('arn:')
    ? execution
    : `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution}`;
}
