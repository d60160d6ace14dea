import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type Connection, type ConnectionOptions, connect, isLocal, readLocalStack } from '../connection.ts';
import { localAwsConfig } from '../local-stack.ts';

/** What is looked at. */
export interface Patient {
  connection: Connection;
  events: EventBridgeClient;
}

/**
 * Finds out where to look, as all commands do.
 *
 * @throws OperatorError
 */
export async function findPatient(options: ConnectionOptions): Promise<Patient> {
  const connection = await connect(options);
  if (!isLocal(options)) return { connection, events: new EventBridgeClient() };
  const { eventBridge } = readLocalStack().endpoints;
  return { connection, events: new EventBridgeClient({ ...localAwsConfig, endpoint: eventBridge }) };
}
