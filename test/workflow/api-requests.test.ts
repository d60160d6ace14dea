import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  InvalidName,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAwsJsonServer } from '../../local/aws-json/server.ts';
import { stepFunctionsApi } from '../../local/workflow/api.ts';
import type { Engine } from '../../local/workflow/engine.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import {
  type Binding,
  MACHINE_ARN,
  makeEngine,
  makeFolder,
  makeMachine,
  type States,
  task,
  untilEnded,
} from './make-engine.ts';

const EXECUTION_ARN = `${MACHINE_ARN.replace('stateMachine', 'execution')}:one`;
const only = { Only: task({ End: true }) };

async function serve(states: States = only, invoke?: Binding, folder = makeFolder()) {
  const engine = makeEngine(states, invoke, { folder });
  const server = await startAwsJsonServer(stepFunctionsApi(engine, makeMachine(states)), 0);
  const sfn = new SFNClient({ ...localAwsConfig, endpoint: server.endpoint, maxAttempts: 1 });
  onTestFinished(async () => {
    sfn.destroy();
    await server.close();
  });
  return { engine, sfn };
}

async function run(engine: Engine, name = 'one') {
  return untilEnded(engine, engine.start(name, '{"a":1}'));
}

describe('ARNs', () => {
  it.each(['nonsense', MACHINE_ARN, EXECUTION_ARN.replace('states', 's3'), `${EXECUTION_ARN}:more`])(
    '%s is no execution’s: InvalidArn',
    async (executionArn) => {
      const { sfn } = await serve();
      for (const command of [
        new DescribeExecutionCommand({ executionArn }),
        new GetExecutionHistoryCommand({ executionArn }),
        new StopExecutionCommand({ executionArn }),
        new RedriveExecutionCommand({ executionArn }),
        new DescribeStateMachineForExecutionCommand({ executionArn }),
      ]) {
        await expect(sfn.send(command as DescribeExecutionCommand)).rejects.toThrow(InvalidArn);
      }
    },
  );

  it('of executions that there are not: ExecutionDoesNotExist, whatever is asked for', async () => {
    const { sfn } = await serve();
    for (const executionArn of [EXECUTION_ARN, EXECUTION_ARN.replace('Machine', 'Other')]) {
      for (const command of [
        new GetExecutionHistoryCommand({ executionArn }),
        new StopExecutionCommand({ executionArn }),
        new RedriveExecutionCommand({ executionArn }),
      ]) {
        await expect(sfn.send(command as StopExecutionCommand)).rejects.toThrow(ExecutionDoesNotExist);
      }
    }
  });

  it.each(['nonsense', EXECUTION_ARN])('%s is no state machine’s: InvalidArn', async (stateMachineArn) => {
    const { sfn } = await serve();
    await expect(sfn.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toThrow(InvalidArn);
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toThrow(InvalidArn);
    await expect(sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toThrow(InvalidArn);
  });
});

describe('what is against the API’s own limits', () => {
  it('is a ValidationException', async () => {
    const { sfn } = await serve();
    const tooLarge = JSON.stringify('あ'.repeat(90_000));
    for (const command of [
      new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, input: tooLarge }),
      new StopExecutionCommand({ executionArn: EXECUTION_ARN, error: 'e'.repeat(257) }),
      new StopExecutionCommand({ executionArn: EXECUTION_ARN, cause: 'c'.repeat(32_769) }),
      new RedriveExecutionCommand({ executionArn: EXECUTION_ARN, clientToken: 't'.repeat(65) }),
      new DescribeExecutionCommand({ executionArn: undefined }),
      new ListExecutionsCommand({}),
      new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, statusFilter: 'PENDING_REDRIVE' }),
      new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, mapRunArn: 'arn' }),
    ]) {
      const sent = sfn.send(command as ListExecutionsCommand);
      await expect(sent, JSON.stringify(command.input).slice(0, 80)).rejects.toMatchObject({
        name: 'ValidationException',
      });
    }
    const fits = JSON.stringify('あ'.repeat(87_000));
    await sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, input: fits }));
  });

  it.each(['a\ufffe', 'a\u{10ffff}', 'a\u0085'])('the name %j is an InvalidName', async (name) => {
    const { sfn } = await serve();
    const start = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name });
    await expect(sfn.send(start)).rejects.toThrow(InvalidName);
  });

  it('a token that was never given is an InvalidToken', async () => {
    const { sfn, engine } = await serve();
    await run(engine);
    for (const command of [
      new ListStateMachinesCommand({ nextToken: 'none' }),
      new GetExecutionHistoryCommand({ executionArn: EXECUTION_ARN, nextToken: '99' }),
    ]) {
      await expect(sfn.send(command as ListStateMachinesCommand)).rejects.toThrow(InvalidToken);
    }
  });
});

describe('RedriveExecution', () => {
  it('is idempotent by its client token', async () => {
    let works = false;
    const { sfn, engine } = await serve(only, async () => {
      if (!works) throw new Error('not yet');
    });
    const execution = await run(engine);
    works = true;
    const redrive = (clientToken: string) =>
      sfn.send(new RedriveExecutionCommand({ executionArn: EXECUTION_ARN, clientToken }));
    const { redriveDate } = await redrive('one');
    await untilEnded(engine, execution);
    expect((await redrive('one')).redriveDate).toEqual(redriveDate);
    await expect(redrive('two')).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    expect(execution.redriveCount).toBe(1);
  });
});

describe('includedData: METADATA_ONLY', () => {
  it('leaves input, output and definition out', async () => {
    const { sfn, engine } = await serve(only, async () => 'done');
    await run(engine);
    const of = { executionArn: EXECUTION_ARN, includedData: 'METADATA_ONLY' } as const;
    const described = await sfn.send(new DescribeExecutionCommand(of));
    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      inputDetails: { included: false },
      outputDetails: { included: false },
    });
    expect([described.input, described.output]).toEqual([undefined, undefined]);
    const machine = { stateMachineArn: MACHINE_ARN, includedData: 'METADATA_ONLY' } as const;
    expect((await sfn.send(new DescribeStateMachineCommand(machine))).definition).toBe('{}');
    expect((await sfn.send(new DescribeStateMachineForExecutionCommand(of))).definition).toBe('{}');
  });
});

describe('GetExecutionHistory', () => {
  it('says of inputs and outputs that they are whole, of tasks how long they may take, and nothing of our own', async () => {
    const { sfn, engine } = await serve(only, async () => 'done');
    await run(engine);
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: EXECUTION_ARN }));
    const whole = { truncated: false };
    const of = (type: HistoryEvent['type']) => events.find((event) => event.type === type);
    expect(of('ExecutionStarted')?.executionStartedEventDetails?.inputDetails).toEqual(whole);
    expect(of('TaskStateEntered')?.stateEnteredEventDetails?.inputDetails).toEqual(whole);
    expect(of('TaskSucceeded')?.taskSucceededEventDetails?.outputDetails).toEqual(whole);
    expect(of('TaskScheduled')?.taskScheduledEventDetails?.timeoutInSeconds).toBe(60);
    const answer = await fetch(await endpointOf(sfn), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.GetExecutionHistory' },
      body: JSON.stringify({ executionArn: EXECUTION_ARN }),
    });
    expect(await answer.text()).not.toContain('revisionId');
  });
});

async function endpointOf(sfn: SFNClient): Promise<string> {
  const { protocol, hostname, port } = (await sfn.config.endpoint?.())!;
  return `${protocol}//${hostname}:${port}`;
}

describe('a changed definition', () => {
  it('is for new executions: an older one keeps its own, also when it is redriven, after restarts', async () => {
    const folder = makeFolder();
    const fail: Binding = async () => {
      throw new Error('no');
    };
    const before = await serve(only, fail, folder);
    await run(before.engine);
    const of = { executionArn: EXECUTION_ARN };
    const told = await before.sfn.send(new DescribeStateMachineForExecutionCommand(of));
    before.engine.close();

    const changed = { First: task({ Next: 'Second' }), Second: { Type: 'Succeed' } };
    const after = await serve(changed, async () => 'done', folder);
    const kept = await after.sfn.send(new DescribeStateMachineForExecutionCommand(of));
    expect([kept.definition, kept.updateDate]).toEqual([told.definition, told.updateDate]);
    const machine = { stateMachineArn: MACHINE_ARN };
    const today = await after.sfn.send(new DescribeStateMachineCommand(machine));
    expect(JSON.parse(today.definition!)).toMatchObject({ StartAt: 'First' });
    expect(today.creationDate).toEqual(told.updateDate);

    const execution = after.engine.executions.byName('one')!;
    after.engine.redrive(execution);
    await untilEnded(after.engine, execution);
    expect(execution.status).toBe('SUCCEEDED');
    const entered = execution.events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
    expect(entered).toEqual(['Only', 'Only']);
    expect((await run(after.engine, 'two')).status).toBe('SUCCEEDED');
  });
});
