import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { OperatorError } from './operator-error.ts';
import type { Execution } from './read-execution.ts';

/**
 * Stops a running execution, and with it its importer. What has been committed stays; a redrive goes on from there.
 *
 * @param cause who or what wanted it, for people who look at the execution
 * @throws OperatorError where it has ended already
 */
export async function stopExecution(
  { sfn }: Connection,
  { arn, name, status }: Execution,
  cause: string,
): Promise<void> {
  if (status !== 'RUNNING') {
    throw new OperatorError(`${name} has ended already: it ${status}. There is nothing to stop.`);
  }
  await sfn.send(new StopExecutionCommand({ executionArn: arn, cause }));
}
