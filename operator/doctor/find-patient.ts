import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { localAwsConfig } from '../../contract/local-stack.ts';
import { type Connection, type ConnectionOptions, connect, readLocalStack } from '../connection.ts';

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
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SFN } = process.env;
  const isLocal = options.aws !== true && (AWS_ENDPOINT_URL_SFN ?? AWS_ENDPOINT_URL) === undefined;
  if (!isLocal) return { connection, events: new EventBridgeClient() };
  const { eventBridge } = readLocalStack().endpoints;
  return { connection, events: new EventBridgeClient({ ...localAwsConfig, endpoint: eventBridge }) };
}
