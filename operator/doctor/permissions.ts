import {
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../connection.ts';
import { explainError } from '../explain-error.ts';
import { type Finding, ill, unknown, well } from './finding.ts';

interface Probe {
  action: string;
  /** Asks for what cannot be done, so that nothing happens. */
  ask(): Promise<unknown>;
  /** What it is refused with by whoever allows it: permission is looked at first. */
  refusals: RegExp;
}

/**
 * Tries out what may be done, without doing it: an execution that does not exist cannot be redriven, and what is no
 * JSON cannot be started with.
 *
 * @param readOnly leaves out what changes something
 */
export async function examinePermissions(connection: Connection, readOnly: boolean): Promise<Finding> {
  const what = 'permissions';
  const probes = probesOf(connection, readOnly);
  const answers = await Promise.all(
    probes.map(async ({ ask, ...probe }) => ({ ...probe, error: await refusal(ask) })),
  );
  const denied = answers.filter(({ error }) => /AccessDenied|NotAuthorized/.test(error.name));
  if (denied.length > 0) {
    return ill(
      what,
      `You may not: ${denied.map(({ action }) => action).join(', ')}.`,
      'Ask for the permissions that docs/deploy.md lists for operators.',
    );
  }
  const odd = answers.find(({ error, refusals }) => !refusals.test(error.name));
  if (odd !== undefined) {
    const { found, remedy } = explainError(odd.error);
    return unknown(
      what,
      `Whether you have ${odd.action} cannot be told: ${found}`,
      remedy ?? 'Try the command itself.',
    );
  }
  const allowed = `You may: ${answers.map(({ action }) => action).join(', ')}.`;
  if (!readOnly) return well(what, allowed);
  return unknown(
    what,
    `${allowed} Whether you may redrive, stop and start was not tried.`,
    'Run it without --read-only, if you are to do these.',
  );
}

function probesOf({ sfn, stateMachineArn }: Connection, readOnly: boolean): Probe[] {
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:doctor-no-such-execution`;
  const refusals = /^ExecutionDoesNotExist/;
  const reading: Probe[] = [
    {
      action: 'states:GetExecutionHistory',
      ask: () => sfn.send(new GetExecutionHistoryCommand({ executionArn })),
      refusals,
    },
  ];
  if (readOnly) return reading;
  return [
    ...reading,
    {
      action: 'states:RedriveExecution',
      ask: () => sfn.send(new RedriveExecutionCommand({ executionArn })),
      refusals: /^Execution(DoesNotExist|NotRedrivable)/,
    },
    {
      action: 'states:StopExecution',
      ask: () => sfn.send(new StopExecutionCommand({ executionArn })),
      refusals,
    },
    {
      action: 'states:StartExecution',
      ask: () => sfn.send(new StartExecutionCommand({ stateMachineArn, input: 'no JSON' })),
      refusals: /^InvalidExecutionInput/,
    },
  ];
}

async function refusal(ask: () => Promise<unknown>): Promise<Error> {
  try {
    await ask();
    return new Error('It was not refused.');
  } catch (error) {
    return error as Error;
  }
}
