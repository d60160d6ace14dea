import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../aws-json/api-error.ts';
import { type Operation, operation } from '../aws-json/operation.ts';
import type { LocalTemplate } from '../template.ts';
import type { Engine } from './engine.ts';
import { type Execution, executionStatuses } from './execution.ts';
import { withoutData } from './history.ts';
import { MAX_RESULTS, paginate } from './paging.ts';
import { redriveStatus } from './redrivable.ts';

const page = {
  maxResults: z.number().int().min(0).max(MAX_RESULTS.maximum).default(0),
  nextToken: z.string().optional(),
};
const executionArn = z.string();

/** The operations that read and change executions. */
export function createExecutionOperations(
  engine: Engine,
  machine: LocalTemplate['stateMachine'],
): Record<string, Operation> {
  const { executions } = engine;
  const find = (arn: string): Execution => {
    const execution = executions.find(arn);
    if (execution !== undefined) return execution;
    throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  };

  return {
    StartExecution: operation(
      z.object({ stateMachineArn: z.string(), name: z.string().optional(), input: z.string().default('{}') }),
      ({ stateMachineArn, name = randomUUID(), input }) => {
        checkMachine(machine, stateMachineArn);
        const execution = engine.start(name, input);
        return { executionArn: execution.arn, startDate: seconds(execution.startDate) };
      },
    ),
    StopExecution: operation(
      z.object({ executionArn, error: z.string().optional(), cause: z.string().optional() }),
      (request) => {
        const execution = find(request.executionArn);
        engine.stop(execution, request.error, request.cause);
        return { stopDate: seconds(execution.stopDate!) };
      },
    ),
    RedriveExecution: operation(z.object({ executionArn }), (request) => {
      const execution = find(request.executionArn);
      engine.redrive(execution);
      return { redriveDate: seconds(execution.redriveDate!) };
    }),
    DescribeExecution: operation(z.object({ executionArn }), (request) => {
      const execution = find(request.executionArn);
      const { input, output, failure } = execution;
      return {
        ...summarise(execution, machine),
        input,
        inputDetails: { included: true },
        ...(output === null ? {} : { output, outputDetails: { included: true } }),
        ...(failure.error === null ? {} : { error: failure.error }),
        ...(failure.cause === null ? {} : { cause: failure.cause }),
        ...redriveStatus(execution),
      };
    }),
    ListExecutions: operation(
      z.object({
        stateMachineArn: z.string(),
        statusFilter: z.enum([...executionStatuses, 'PENDING_REDRIVE']).optional(),
        redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
        ...page,
      }),
      ({ stateMachineArn, statusFilter, redriveFilter, ...request }) => {
        checkMachine(machine, stateMachineArn);
        const keep = ({ status, redriveCount }: Execution) =>
          (statusFilter === undefined || status === statusFilter) &&
          (redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN'));
        const { items, nextToken } = paginate(executions.list(), request, ({ name }) => name, keep);
        return { executions: items.map((execution) => summarise(execution, machine)), nextToken };
      },
    ),
    GetExecutionHistory: operation(
      z.object({
        executionArn,
        reverseOrder: z.boolean().default(false),
        includeExecutionData: z.boolean().default(true),
        ...page,
      }),
      ({ reverseOrder, includeExecutionData, ...request }) => {
        const { events } = find(request.executionArn);
        const ordered = reverseOrder ? events.toReversed() : events;
        const { items, nextToken } = paginate(ordered, request, ({ id }) => String(id));
        const told = includeExecutionData ? items : items.map(withoutData);
        return {
          events: told.map((event) => ({ ...event, timestamp: seconds(event.timestamp) })),
          nextToken,
        };
      },
    ),
    DescribeStateMachineForExecution: operation(z.object({ executionArn }), (request) => {
      find(request.executionArn);
      const { creationDate: updateDate, status: _status, type: _type, ...rest } = describe(machine);
      return { ...rest, updateDate };
    }),
  };
}

/** The operations that read the state machine. */
export function createMachineOperations(machine: LocalTemplate['stateMachine']): Record<string, Operation> {
  return {
    ListStateMachines: operation(z.object(page), () => {
      const { stateMachineArn, name, type, creationDate } = describe(machine);
      return { stateMachines: [{ stateMachineArn, name, type, creationDate }] };
    }),
    DescribeStateMachine: operation(z.object({ stateMachineArn: z.string() }), ({ stateMachineArn }) => {
      checkMachine(machine, stateMachineArn);
      return describe(machine);
    }),
  };
}

function checkMachine(machine: LocalTemplate['stateMachine'], arn: string): void {
  if (arn === machine.arn) return;
  throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

function describe({ arn, name, roleArn, definition }: LocalTemplate['stateMachine']) {
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn,
    definition: JSON.stringify(definition),
    creationDate: 0,
  };
}

function summarise(execution: Execution, machine: LocalTemplate['stateMachine']) {
  const { arn, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === null ? {} : { stopDate: seconds(stopDate) }),
    redriveCount,
    ...(redriveDate === null ? {} : { redriveDate: seconds(redriveDate) }),
  };
}

/** AWS JSON writes times in seconds. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
