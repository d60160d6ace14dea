import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  LOCAL_DIRECTORY,
  type LocalStackDescription,
  localAwsConfig,
  localStackSchema,
} from '../contract/local-stack.ts';
import { OperatorError } from './operator-error.ts';

/** Step Functions, in an account or in the local stack, and the import workflow's ARN there. */
export interface Connection {
  sfn: SFNClient;
  stateMachineArn: string;
}

export interface ConnectionOptions {
  /** Talk to AWS (or to `AWS_ENDPOINT_URL_SFN`) by the standard SDK configuration, not to the local stack. */
  aws?: boolean;
  stateMachine?: string;
}

/** Finds out where to talk to: the running local stack, or AWS where that is asked for. */
export async function connectToStepFunctions(options: ConnectionOptions): Promise<Connection> {
  if (options.aws !== true && process.env.AWS_ENDPOINT_URL_SFN === undefined) {
    const stack = readLocalStack();
    const sfn = new SFNClient({ ...localAwsConfig, endpoint: stack.endpoints.stepFunctions });
    return { sfn, stateMachineArn: options.stateMachine ?? stack.stateMachineArn };
  }
  const sfn = new SFNClient({});
  return { sfn, stateMachineArn: options.stateMachine ?? (await findStateMachine(sfn)) };
}

function readLocalStack(): LocalStackDescription {
  const file = join(LOCAL_DIRECTORY, 'stack.json');
  try {
    const stack = localStackSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    // Throws where the process is gone: a stack that was killed leaves its file behind.
    process.kill(stack.pid, 0);
    return stack;
  } catch {
    throw new OperatorError(
      `No local stack is running here (${file}). Start it with \`npm run local\`, or pass --aws to talk to your account.`,
    );
  }
}

async function findStateMachine(sfn: SFNClient): Promise<string> {
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  if (stateMachines.length === 1) return stateMachines[0]!.stateMachineArn!;
  const names = stateMachines.map(({ name }) => name).join(', ') || 'none';
  throw new OperatorError(
    `Say which state machine with --state-machine <arn>: there are ${stateMachines.length} (${names}).`,
  );
}
