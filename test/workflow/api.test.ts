import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  InvalidExecutionInput,
  InvalidName,
  InvalidToken,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsJsonServer, startAwsJsonServer } from '../../local/aws-json/server.ts';
import { TaskError } from '../../local/task-error.ts';
import { stepFunctionsApi } from '../../local/workflow/api.ts';
import type { TaskBinding } from '../../local/workflow/bindings.ts';
import { Engine } from '../../local/workflow/engine.ts';
import { MACHINE_ARN, makeFolder, makeMachine, task } from './make-engine.ts';

/** An execution does what its input says: ends well, fails, or goes on until it is stopped. */
const machine = makeMachine({ Only: task({ Parameters: { 'does.$': '$.does' }, End: true }) });
let failing = true;
const invoke = async ({ does }: { does: string }) => {
  if (does === 'fail' && failing) throw new TaskError('RowsRejected', '3 rows');
  return does === 'run' ? new Promise(() => {}) : { did: does };
};

let engine: Engine;
let api: AwsJsonServer;
let sfn: SFNClient;

beforeEach(async () => {
  failing = true;
  engine = new Engine({
    stateMachine: machine,
    folder: makeFolder(),
    bindings: { 'lambda:invoke': invoke as TaskBinding },
    maxWaitSeconds: 0.05,
  });
  api = await startAwsJsonServer(stepFunctionsApi(engine, machine), 0);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  sfn = new SFNClient({ endpoint: api.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});

afterEach(async () => {
  sfn.destroy();
  engine.close();
  await api.close();
});

function start(name: string | undefined, does: string) {
  const input = JSON.stringify({ does });
  return sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name, input }));
}

async function startAndEnd(name: string, does: string): Promise<string> {
  const { executionArn } = await start(name, does);
  for (;;) {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return executionArn!;
  }
}

describe('StartExecution', () => {
  it('starts an execution and gives its ARN and start', async () => {
    const before = Date.now();
    const { executionArn, startDate } = await start('one', 'work');
    expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:Machine:one');
    expect(startDate!.getTime()).toBeGreaterThanOrEqual(before);
    expect(startDate!.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('makes a name where none is given', async () => {
    const [a, b] = [await start(undefined, 'work'), await start(undefined, 'work')];
    expect(a.executionArn).not.toBe(b.executionArn);
  });

  it('is idempotent for the same name and input while that runs, and only then', async () => {
    const first = await start('one', 'run');
    expect(await start('one', 'run')).toMatchObject({
      executionArn: first.executionArn,
      startDate: first.startDate,
    });
    await expect(start('one', 'work')).rejects.toThrow(ExecutionAlreadyExists);
    await startAndEnd('two', 'work');
    await expect(start('two', 'work')).rejects.toThrow(ExecutionAlreadyExists);
  });

  it.each([
    '',
    'a b',
    'a/b',
    'a:b',
    'a*',
    'a#',
    'a"',
    'a<b',
    'a\\b',
    'a%b',
    'a|b',
    'a\u0007',
    'a'.repeat(81),
  ])('refuses the name %j', async (name) => {
    await expect(start(name, 'work')).rejects.toThrow(InvalidName);
  });

  it.each(['a', '-', '..', 'a.b_c-d', '顧客', 'あ'.repeat(80)])('takes the name %j', async (name) => {
    const executionArn = await startAndEnd(name, 'work');
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ name });
  });

  it('refuses an unknown state machine, and input that is not JSON', async () => {
    const other = new StartExecutionCommand({ stateMachineArn: `${MACHINE_ARN}2` });
    await expect(sfn.send(other)).rejects.toThrow(StateMachineDoesNotExist);
    const broken = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, input: '{' });
    await expect(sfn.send(broken)).rejects.toThrow(InvalidExecutionInput);
  });
});

describe('DescribeExecution', () => {
  it('tells of a good end', async () => {
    const executionArn = await startAndEnd('one', 'work');
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: 'one',
      status: 'SUCCEEDED',
      input: '{"does":"work"}',
      output: '{"did":"work"}',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(described.stopDate).toBeInstanceOf(Date);
    expect(described.redriveDate).toBeUndefined();
    expect(described.error).toBeUndefined();
  });

  it('tells of a bad end', async () => {
    const executionArn = await startAndEnd('one', 'fail');
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'RowsRejected',
      cause: '3 rows',
      redriveStatus: 'REDRIVABLE',
    });
    expect(described.output).toBeUndefined();
  });

  it('knows only what there is', async () => {
    const executionArn = `${MACHINE_ARN.replace('stateMachine', 'execution')}:none`;
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(
      ExecutionDoesNotExist,
    );
  });
});

describe('ListExecutions', () => {
  const list = (more: object) =>
    sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, ...more }));

  it('lists newest first, in pages that new executions do not disturb', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await startAndEnd(name, 'work');
    const first = await list({ maxResults: 2 });
    await startAndEnd('f', 'work');
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const third = await list({ maxResults: 2, nextToken: second.nextToken });
    const names = [first, second, third].map(({ executions }) => executions!.map(({ name }) => name));
    expect(names).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    expect(third.nextToken).toBeUndefined();
    const all: string[] = [];
    const pages = paginateListExecutions({ client: sfn, pageSize: 4 }, { stateMachineArn: MACHINE_ARN });
    for await (const { executions } of pages) all.push(...executions!.map(({ name }) => name!));
    expect(all).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
  });

  it('filters by status and by redrive', async () => {
    await startAndEnd('good', 'work');
    const bad = await startAndEnd('bad', 'fail');
    await startAndEnd('worse', 'fail');
    await sfn.send(new RedriveExecutionCommand({ executionArn: bad }));
    const names = async (more: object) => (await list(more)).executions!.map(({ name }) => name);
    expect(await names({ statusFilter: 'SUCCEEDED' })).toEqual(['good']);
    expect(await names({ statusFilter: 'ABORTED' })).toEqual([]);
    expect(await names({ redriveFilter: 'REDRIVEN' })).toEqual(['bad']);
    expect(await names({ redriveFilter: 'NOT_REDRIVEN' })).toEqual(['worse', 'good']);
  });

  it('refuses a token that it never gave, and odd parameters', async () => {
    await expect(list({ nextToken: 'nonsense' })).rejects.toThrow(InvalidToken);
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ statusFilter: 'GREEN' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetExecutionHistory', () => {
  it('gives all events in pages, forwards and backwards', async () => {
    const executionArn = await startAndEnd('one', 'work');
    for (const reverseOrder of [false, true]) {
      const ids: number[] = [];
      const pages = paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn, reverseOrder });
      for await (const { events } of pages) ids.push(...events!.map(({ id }) => id!));
      expect(ids).toEqual(reverseOrder ? [7, 6, 5, 4, 3, 2, 1] : [1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('gives types, times and details as AWS does', async () => {
    const { events } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: await startAndEnd('one', 'work') }),
    );
    expect(events![0]).toMatchObject({
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: '{"does":"work"}', roleArn: machine.roleArn },
    });
    expect(events!.at(-1)).toMatchObject({
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output: '{"did":"work"}' },
    });
    expect(Math.abs(events![0]!.timestamp!.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('leaves data out where asked to', async () => {
    const executionArn = await startAndEnd('one', 'fail');
    const { events } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(JSON.stringify(events)).not.toContain('does');
    expect(events![1]!.stateEnteredEventDetails).toEqual({ name: 'Only' });
    expect(events!.at(-1)!.executionFailedEventDetails).toEqual({ error: 'RowsRejected', cause: '3 rows' });
  });
});

describe('StopExecution and RedriveExecution', () => {
  it('stop as ABORTED', async () => {
    const { executionArn } = await start('one', 'run');
    const { stopDate } = await sfn.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C', stopDate });
  });

  it('redrive what failed', async () => {
    const executionArn = await startAndEnd('one', 'fail');
    failing = false;
    const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await expect
      .poll(() => sfn.send(new DescribeExecutionCommand({ executionArn })))
      .toMatchObject({
        status: 'SUCCEEDED',
        redriveCount: 1,
        redriveDate,
      });
    const again = sfn.send(new RedriveExecutionCommand({ executionArn }));
    await expect(again).rejects.toThrow(ExecutionNotRedrivable);
  });
});

describe('state machines', () => {
  it('are listed and described: one', async () => {
    const { stateMachines } = await sfn.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toMatchObject([
      { stateMachineArn: MACHINE_ARN, name: 'Machine', type: 'STANDARD' },
    ]);
    const of = { stateMachineArn: MACHINE_ARN };
    const { definition, status } = await sfn.send(new DescribeStateMachineCommand(of));
    expect([JSON.parse(definition!), status]).toEqual([machine.definition, 'ACTIVE']);
    const executionArn = await startAndEnd('one', 'work');
    const asRun = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(asRun.definition).toBe(definition);
  });
});

describe('what is not a known request', () => {
  it('is refused by name', async () => {
    const executionArn = await startAndEnd('one', 'work');
    await expect(sfn.send(new ListMapRunsCommand({ executionArn }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ListMapRuns'),
    });
    const headers = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' };
    const answer = await fetch(api.endpoint, { method: 'POST', headers, body: '{' });
    expect([answer.status, await answer.json()]).toMatchObject([400, { __type: 'SerializationException' }]);
    const odd = await fetch(api.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'constructor' },
      body: '{}',
    });
    expect([odd.status, await odd.json()]).toMatchObject([400, { __type: 'UnknownOperationException' }]);
  });
});
