import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type Connection, type ConnectionOptions, connect, isLocal, readLocalStack } from '../connection.ts';
import { localAwsConfig } from '../local-stack.ts';

/** The stack that is checked. */
export interface Target {
  connection: Connection;
  events: EventBridgeClient;
}

/**
 * Connects to the stack that the options name, as all commands do.
 *
 * @throws OperatorError
 */
export async function findTarget(options: ConnectionOptions): Promise<Target> {
  const connection = await connect(options);
  if (!isLocal(options)) return { connection, events: new EventBridgeClient() };
  const { eventBridge } = readLocalStack().endpoints;
  return { connection, events: new EventBridgeClient({ ...localAwsConfig, endpoint: eventBridge }) };
}
