import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../aws-json/api-error.ts';
import { type Operation, operation } from '../aws-json/operation.ts';
import type { LocalTemplate } from '../template.ts';
import { checkExecutionArn, checkStateMachineArn } from './arns.ts';
import type { Revision } from './definitions.ts';
import type { Engine } from './engine.ts';
import { type Execution, executionStatuses } from './execution.ts';
import { type StoredEvent, withDataDetails, withoutData } from './history.ts';
import { MAX_RESULTS, paginate } from './paging.ts';
import { redriveStatus } from './redrivable.ts';
import { RedriveTokens } from './redrive-tokens.ts';

type Machine = LocalTemplate['stateMachine'];

/** The limits of texts are the API reference's; an input's is in bytes. */
const MAX_INPUT_BYTES = 262_144;
const page = {
  maxResults: z.number().int().min(0).max(MAX_RESULTS.maximum).default(0),
  nextToken: z.string().min(1).max(1024).optional(),
};
const arn = z.string().min(1).max(256);
const includedData = z.enum(['ALL_DATA', 'METADATA_ONLY']).default('ALL_DATA');
const ofExecution = z.object({ executionArn: arn, includedData });

/** The operations that read and change executions. */
export function createExecutionOperations(engine: Engine, machine: Machine): Record<string, Operation> {
  const { executions, definitions } = engine;
  const redriveTokens = new RedriveTokens();
  const find = (executionArn: string): Execution => {
    checkExecutionArn(executionArn);
    const execution = executions.find(executionArn);
    if (execution !== undefined) return execution;
    throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  };

  return {
    StartExecution: operation(
      z.object({
        stateMachineArn: arn,
        name: z.string().optional(),
        input: z
          .string()
          .refine((text) => Buffer.byteLength(text) <= MAX_INPUT_BYTES, `at most ${MAX_INPUT_BYTES} bytes`)
          .default('{}'),
      }),
      ({ stateMachineArn, name = randomUUID(), input }) => {
        checkMachine(machine, stateMachineArn);
        const execution = engine.start(name, input);
        return { executionArn: execution.arn, startDate: seconds(execution.startDate) };
      },
    ),
    StopExecution: operation(
      z.object({
        executionArn: arn,
        error: z.string().max(256).optional(),
        cause: z.string().max(32_768).optional(),
      }),
      (request) => {
        const execution = find(request.executionArn);
        engine.stop(execution, request.error, request.cause);
        return { stopDate: seconds(execution.stopDate!) };
      },
    ),
    RedriveExecution: operation(
      z.object({ executionArn: arn, clientToken: z.string().min(1).max(64).optional() }),
      ({ executionArn, clientToken }) => {
        const execution = find(executionArn);
        const before = redriveTokens.find(execution, clientToken);
        if (before !== null) return { redriveDate: seconds(before) };
        engine.redrive(execution);
        redriveTokens.add(execution, clientToken);
        return { redriveDate: seconds(execution.redriveDate!) };
      },
    ),
    DescribeExecution: operation(ofExecution, (request) => {
      const execution = find(request.executionArn);
      const { input, output, failure } = execution;
      const included = request.includedData === 'ALL_DATA';
      return {
        ...summarise(execution, machine),
        ...(included ? { input } : {}),
        inputDetails: { included },
        ...(output === null ? {} : { ...(included ? { output } : {}), outputDetails: { included } }),
        ...(failure.error === null ? {} : { error: failure.error }),
        ...(failure.cause === null ? {} : { cause: failure.cause }),
        ...redriveStatus(execution),
      };
    }),
    ListExecutions: operation(
      z.object({
        stateMachineArn: arn,
        // A map run's executions alone can be PENDING_REDRIVE.
        statusFilter: z.enum(executionStatuses).optional(),
        redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
        mapRunArn: z.undefined('the local stack runs no Map').optional(),
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
        executionArn: arn,
        reverseOrder: z.boolean().default(false),
        includeExecutionData: z.boolean().default(true),
        ...page,
      }),
      ({ reverseOrder, includeExecutionData, ...request }) => {
        const { events } = find(request.executionArn);
        const ordered = reverseOrder ? events.toReversed() : events;
        const { items, nextToken } = paginate(ordered, request, ({ id }) => String(id));
        const told = items.map(includeExecutionData ? withDataDetails : withoutData);
        return { events: told.map(toHistoryEvent), nextToken };
      },
    ),
    DescribeStateMachineForExecution: operation(ofExecution, (request) => {
      const revision = definitions.of(find(request.executionArn));
      const described = describe(machine, revision, request.includedData);
      return { ...described, updateDate: seconds(revision.since) };
    }),
  };
}

/** The operations that read the state machine. */
export function createMachineOperations(
  { definitions }: Engine,
  machine: Machine,
): Record<string, Operation> {
  const about = () => ({ type: 'STANDARD', creationDate: seconds(definitions.creationDate) });
  return {
    ListStateMachines: operation(z.object(page), (request) => {
      const all = [{ stateMachineArn: machine.arn, name: machine.name, ...about() }];
      const { items, nextToken } = paginate(all, request, ({ name }) => name);
      return { stateMachines: items, nextToken };
    }),
    DescribeStateMachine: operation(z.object({ stateMachineArn: arn, includedData }), (request) => {
      checkMachine(machine, request.stateMachineArn);
      return {
        ...describe(machine, definitions.current, request.includedData),
        ...about(),
        status: 'ACTIVE',
      };
    }),
  };
}

function checkMachine(machine: Machine, stateMachineArn: string): void {
  checkStateMachineArn(stateMachineArn);
  if (stateMachineArn === machine.arn) return;
  throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
}

function describe(
  { arn: stateMachineArn, name }: Machine,
  { definition, roleArn }: Revision,
  included: string,
) {
  return {
    stateMachineArn,
    name,
    definition: included === 'ALL_DATA' ? JSON.stringify(definition) : '{}',
    roleArn,
    // Whatever the template says of these: nothing is logged or traced here.
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

function summarise(execution: Execution, machine: Machine) {
  const { arn: executionArn, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  return {
    executionArn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === null ? {} : { stopDate: seconds(stopDate) }),
    redriveCount,
    ...(redriveDate === null ? {} : { redriveDate: seconds(redriveDate) }),
  };
}

function toHistoryEvent({ revisionId: _kept, ...event }: StoredEvent) {
  return { ...event, timestamp: seconds(event.timestamp) };
}

/** AWS JSON writes times in seconds. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
