import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { LocalTemplate } from '../template.ts';
import { ApiError, type Engine } from './engine.ts';
import type { Execution } from './execution.ts';

export interface StepFunctionsApi {
  endpoint: string;
  close(): Promise<void>;
}

/** AWS's own default and maximum of `maxResults`. */
const page = { maxResults: z.number().int().min(0).max(1000).default(100), nextToken: z.string().optional() };
const executionArn = z.string();

/**
 * Serves the Step Functions API (AWS JSON 1.0) for one state machine: unmodified SDKs and the AWS CLI speak to it.
 *
 * @param port 0: any free one
 */
export async function startStepFunctionsApi(
  engine: Engine,
  stateMachine: LocalTemplate['stateMachine'],
  port: number,
): Promise<StepFunctionsApi> {
  const operations = createOperations(engine, stateMachine);
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

type Operation = (request: unknown) => unknown;

function createOperations(engine: Engine, machine: LocalTemplate['stateMachine']): Record<string, Operation> {
  const { executions } = engine;
  const find = (arn: string): Execution => {
    const execution = executions.find(arn);
    if (execution === undefined) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  };
  const checkMachine = (arn: string) => {
    if (arn !== machine.arn) {
      throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
  };
  const summary = (execution: Execution) => ({
    executionArn: execution.arn,
    stateMachineArn: machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startDate),
    ...(execution.stopDate === null ? {} : { stopDate: seconds(execution.stopDate) }),
    redriveCount: execution.redriveCount,
    ...(execution.redriveDate === null ? {} : { redriveDate: seconds(execution.redriveDate) }),
  });
  const description = () => ({
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn: machine.roleArn,
    definition: JSON.stringify(machine.definition),
    creationDate: 0,
  });

  return {
    StartExecution: operation(
      z.object({ stateMachineArn: z.string(), name: z.string().optional(), input: z.string().default('{}') }),
      (request) => {
        checkMachine(request.stateMachineArn);
        const execution = engine.start(request.name ?? randomUUID(), request.input);
        return { executionArn: execution.arn, startDate: seconds(execution.startDate) };
      },
    ),
    DescribeExecution: operation(z.object({ executionArn }), (request) => {
      const execution = find(request.executionArn);
      const { error, cause } = execution.failure;
      return {
        ...summary(execution),
        input: execution.input,
        inputDetails: { included: true },
        ...(execution.output === null ? {} : { output: execution.output, outputDetails: { included: true } }),
        ...(error === null ? {} : { error }),
        ...(cause === null ? {} : { cause }),
        ...engine.redriveStatus(execution),
      };
    }),
    ListExecutions: operation(
      z.object({ stateMachineArn: z.string(), statusFilter: z.string().optional(), ...page }),
      (request) => {
        checkMachine(request.stateMachineArn);
        const all = executions
          .list()
          .filter(({ status }) => request.statusFilter === undefined || status === request.statusFilter);
        const { items, nextToken } = paginate(all, request);
        return { executions: items.map(summary), nextToken };
      },
    ),
    GetExecutionHistory: operation(
      z.object({ executionArn, reverseOrder: z.boolean().default(false), ...page }),
      (request) => {
        const { events } = find(request.executionArn);
        const { items, nextToken } = paginate(request.reverseOrder ? events.toReversed() : events, request);
        return { events: items.map((event) => ({ ...event, timestamp: seconds(event.timestamp) })), nextToken };
      },
    ),
    RedriveExecution: operation(z.object({ executionArn }), (request) => {
      const execution = find(request.executionArn);
      engine.redrive(execution);
      return { redriveDate: seconds(execution.redriveDate!) };
    }),
    StopExecution: operation(
      z.object({ executionArn, error: z.string().optional(), cause: z.string().optional() }),
      (request) => {
        const execution = find(request.executionArn);
        engine.stop(execution, request.error, request.cause);
        return { stopDate: seconds(execution.stopDate ?? Date.now()) };
      },
    ),
    ListStateMachines: operation(z.object(page), () => {
      const { stateMachineArn, name, type, creationDate } = description();
      return { stateMachines: [{ stateMachineArn, name, type, creationDate }] };
    }),
    DescribeStateMachine: operation(z.object({ stateMachineArn: z.string() }), (request) => {
      checkMachine(request.stateMachineArn);
      return description();
    }),
    DescribeStateMachineForExecution: operation(z.object({ executionArn }), (request) => {
      find(request.executionArn);
      const { creationDate, status: _status, type: _type, ...rest } = description();
      return { ...rest, updateDate: creationDate };
    }),
  };
}

function operation<T>(schema: z.ZodType<T>, carryOut: (request: T) => unknown): Operation {
  return (request) => {
    const parsed = schema.safeParse(request);
    if (parsed.success) return carryOut(parsed.data);
    const [issue] = parsed.error.issues;
    throw new ApiError('ValidationException', `${issue!.path.join('.')}: ${issue!.message}`);
  };
}

/** A token is the position of the next item. */
function paginate<T>(
  all: readonly T[],
  { maxResults, nextToken }: { maxResults: number; nextToken?: string | undefined },
): { items: readonly T[]; nextToken?: string } {
  const start = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(start)) throw new ApiError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const end = start + (maxResults === 0 ? 100 : maxResults);
  return { items: all.slice(start, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
}

async function answer(
  operations: Record<string, Operation>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
    response.end(JSON.stringify(body));
  };
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers['x-amz-target'] ?? '').replace('AWSStepFunctions.', '');
    const carryOut = operations[target];
    if (carryOut === undefined) {
      throw new ApiError('UnknownOperationException', `The local stack does not know the operation "${target}".`);
    }
    send(200, carryOut(JSON.parse(Buffer.concat(chunks).toString() || '{}')));
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ApiError) send(400, { __type: name, message });
    else send(500, { __type: 'InternalServerError', message: `${name}: ${message}` });
  }
}

/** AWS JSON writes times in seconds. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
