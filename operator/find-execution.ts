import { DescribeExecutionCommand, ExecutionDoesNotExist, paginateListExecutions } from '@aws-sdk/client-sfn';
import { parseJson } from '../contract/parse-json.ts';
import { uploadEventSchema } from '../contract/upload.ts';
import type { Connection } from './connection.ts';
import { OperatorError } from './operator-error.ts';

/** How many executions a search for a key looks through: each costs a request, and nobody waits for minutes. */
const SEARCHED = 500;

/**
 * The ARN of an execution that is named by its ARN, its name, or the key of its upload (or the key's end, such as the
 * file's name): the newest one then.
 *
 * @throws OperatorError where there is none
 */
export async function findExecution(connection: Connection, named: string): Promise<string> {
  const { sfn } = connection;
  if (named.startsWith('arn:')) return named;
  // A name has no slash.
  if (!named.includes('/')) {
    const executionArn = arnOf(connection, named);
    try {
      await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return executionArn;
    } catch (error) {
      // A file's name may be none that an execution can have.
      const { name } = error as Error;
      if (
        !(error instanceof ExecutionDoesNotExist) &&
        name !== 'InvalidArn' &&
        name !== 'ValidationException'
      )
        throw error;
    }
  }
  return findByKey(connection, named.replace(/^s3:\/\/[^/]+\//, ''));
}

/** The ARN of the execution that has this name. */
export function arnOf({ stateMachineArn }: Connection, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

async function findByKey({ sfn, stateMachineArn }: Connection, key: string): Promise<string> {
  let looked = 0;
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
    for (const { executionArn } of executions) {
      if (looked++ >= SEARCHED) break;
      const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const found = keyOf(input);
      if (found === key || found?.endsWith(`/${key}`)) return executionArn!;
    }
    if (looked >= SEARCHED) break;
  }
  throw new OperatorError(
    `There is no execution "${key}", nor an upload with that key ${looked < SEARCHED ? 'in any execution' : `in the newest ${SEARCHED} executions`}. \`npm run ops -- list\` shows what there is.`,
  );
}

function keyOf(input: string | undefined): string | undefined {
  return uploadEventSchema.safeParse(parseJson(input)).data?.detail.object.key;
}
