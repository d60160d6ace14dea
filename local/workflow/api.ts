import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalTemplate } from '../template.ts';
import { ApiError } from './api-error.ts';
import type { Engine } from './engine.ts';
import { createExecutionOperations, createMachineOperations, type Operation } from './operations.ts';

export interface StepFunctionsApi {
  endpoint: string;
  close(): Promise<void>;
}

const TARGET_PREFIX = 'AWSStepFunctions.';

/**
 * Serves the Step Functions API (AWS JSON 1.0) for one state machine: unmodified SDKs and the AWS CLI speak to it.
 * Signatures are not looked at.
 *
 * @param port 0: any free one
 */
export async function startStepFunctionsApi(
  engine: Engine,
  stateMachine: LocalTemplate['stateMachine'],
  port: number,
): Promise<StepFunctionsApi> {
  const operations = {
    ...createExecutionOperations(engine, stateMachine),
    ...createMachineOperations(stateMachine),
  };
  const server = createServer((request, response) => {
    void answer(operations, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  operations: Record<string, Operation>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: object) => {
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
    });
    response.end(JSON.stringify(body));
  };
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers['x-amz-target'] ?? '').replace(TARGET_PREFIX, '');
    if (!Object.hasOwn(operations, target)) {
      throw new ApiError(
        'UnknownOperationException',
        `The local stack does not know the operation "${target}".`,
      );
    }
    send(200, operations[target]!(parseBody(Buffer.concat(chunks).toString())));
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ApiError) send(400, { __type: name, message });
    else send(500, { __type: 'InternalServerError', message: `${name}: ${message}` });
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch (error) {
    throw new ApiError('SerializationException', (error as Error).message);
  }
}
