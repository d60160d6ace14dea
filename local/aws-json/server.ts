import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rejectCrossSite } from '../cross-site-requests.ts';
import { isDiskFull } from '../full-disk.ts';
import { ApiError } from './api-error.ts';
import type { Operation } from './operation.ts';

/** An API of AWS in its JSON protocol. */
export interface AwsJsonApi {
  /** What comes before an operation's name in `x-amz-target`, such as `AWSStepFunctions`. */
  target: string;
  version: '1.0' | '1.1';
  operations: Readonly<Record<string, Operation>>;
}

export interface AwsJsonServer {
  endpoint: string;
  close(): Promise<void>;
}

/** As much as Step Functions takes; a request of EventBridge is smaller. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Serves an API over HTTP on 127.0.0.1: unmodified SDKs and the AWS CLI speak to it. Signatures are not looked at, but
 * pages in a browser are refused.
 *
 * @param port 0: any free one
 */
export async function startAwsJsonServer(api: AwsJsonApi, port: number): Promise<AwsJsonServer> {
  const server = createServer((request, response) => {
    void answer(api, request, response);
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
  { target, version, operations }: AwsJsonApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: object) => {
    response.writeHead(status, {
      'content-type': `application/x-amz-json-${version}`,
      'x-amzn-requestid': randomUUID(),
    });
    response.end(JSON.stringify(body));
  };
  try {
    const refusal = rejectCrossSite(request);
    if (refusal !== null) throw new ApiError('AccessDeniedException', refusal, 403);
    const body = await readBody(request);
    const asked = String(request.headers['x-amz-target'] ?? '');
    const name = asked.replace(`${target}.`, '');
    if (!Object.hasOwn(operations, name)) {
      throw new ApiError(
        'UnknownOperationException',
        `The local stack does not know the operation "${name}".`,
      );
    }
    send(200, operations[name]!(parseBody(body)));
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ApiError) send(error.status, { __type: name, message });
    else if (isDiskFull(error)) {
      const advice = 'Nothing of this request is kept: make room, then ask again.';
      send(500, {
        __type: 'InternalServerError',
        message: `The disk of the local stack is full (${message}). ${advice}`,
      });
    } else send(500, { __type: 'InternalServerError', message: `${name}: ${message}` });
  } finally {
    // The rest of a body that nobody wanted, so that the client gets to read its answer.
    request.resume();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on an early exit: the connection is needed for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) {
      throw new ApiError(
        'RequestEntityTooLargeException',
        `The request is longer than ${MAX_BODY_BYTES} bytes.`,
        413,
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch (error) {
    throw new ApiError('SerializationException', (error as Error).message);
  }
}
