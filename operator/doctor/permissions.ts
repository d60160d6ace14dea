import {
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../connection.ts';
import { explainError } from '../explain-error.ts';
import { type Finding, failed, ok, unknown } from './finding.ts';

interface Probe {
  action: string;
  /** A request that cannot succeed, so it has no effect. */
  send(): Promise<unknown>;
  /** The error of a permitted request: permissions are checked before anything else. */
  expected: RegExp;
}

/**
 * Tests permissions without side effects: an execution that does not exist cannot be redriven, and input that is not
 * JSON starts nothing.
 *
 * @param readOnly leaves out what changes something
 */
export async function examinePermissions(connection: Connection, readOnly: boolean): Promise<Finding> {
  const what = 'permissions';
  const probes = probesOf(connection, readOnly);
  const answers = await Promise.all(
    probes.map(async ({ send, ...probe }) => ({ ...probe, error: await expectError(send) })),
  );
  const denied = answers.filter(({ error }) => /AccessDenied|NotAuthorized/.test(error.name));
  if (denied.length > 0) {
    return failed(
      what,
      `You may not: ${denied.map(({ action }) => action).join(', ')}.`,
      'Ask for the permissions that docs/deploy.md lists for operators.',
    );
  }
  const odd = answers.find(({ error, expected }) => !expected.test(error.name));
  if (odd !== undefined) {
    const { found, remedy } = explainError(odd.error);
    return unknown(
      what,
      `Whether you have ${odd.action} is unknown: ${found}`,
      remedy ?? 'Try the command itself.',
    );
  }
  const allowed = `You may: ${answers.map(({ action }) => action).join(', ')}.`;
  if (!readOnly) return ok(what, allowed);
  return unknown(
    what,
    `${allowed} Whether you may redrive, stop and start was not tried.`,
    'Run it without --read-only, if you are to do these.',
  );
}

function probesOf({ sfn, stateMachineArn }: Connection, readOnly: boolean): Probe[] {
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:doctor-no-such-execution`;
  const expected = /^ExecutionDoesNotExist/;
  const reading: Probe[] = [
    {
      action: 'states:GetExecutionHistory',
      send: () => sfn.send(new GetExecutionHistoryCommand({ executionArn })),
      expected,
    },
  ];
  if (readOnly) return reading;
  return [
    ...reading,
    {
      action: 'states:RedriveExecution',
      send: () => sfn.send(new RedriveExecutionCommand({ executionArn })),
      expected: /^Execution(DoesNotExist|NotRedrivable)/,
    },
    {
      action: 'states:StopExecution',
      send: () => sfn.send(new StopExecutionCommand({ executionArn })),
      expected,
    },
    {
      action: 'states:StartExecution',
      send: () => sfn.send(new StartExecutionCommand({ stateMachineArn, input: 'no JSON' })),
      expected: /^InvalidExecutionInput/,
    },
  ];
}

async function expectError(send: () => Promise<unknown>): Promise<Error> {
  try {
    await send();
    return new Error('The request succeeded.');
  } catch (error) {
    return error as Error;
  }
}
