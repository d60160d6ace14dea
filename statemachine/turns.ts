import { Condition, JsonPath, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { stateNames, type validatedUploadSchema } from '../contract/workflow-data.ts';

const report = '$.result.report';

/** Whether the importer found that it was not the run's turn. */
export const isQueued = Condition.and(
  Condition.isPresent(`${report}.outcome`),
  Condition.isPresent(`${report}.turn.waitSeconds`),
  Condition.stringEquals(`${report}.outcome`, 'queued'),
);

/** Whether there is something to notify people with. */
export const hasNotice = Condition.and(
  Condition.isPresent(`${report}.outcome`),
  Condition.isPresent(`${report}.notice.subject`),
  Condition.isPresent(`${report}.notice.text`),
);

/**
 * AskAgain, then WaitForTurn, after which the importer is started once more. While it waits nothing runs and nothing is
 * paid for but the transitions, and the state's input says what the run waits for.
 */
export function waitForTurn(scope: Construct): { first: Pass; last: Wait } {
  const kept = (name: Exclude<keyof typeof validatedUploadSchema.shape, 'attempt' | 'looks'>) => name;
  const askAgain = new Pass(scope, stateNames.askAgain, {
    comment: 'The next start of the importer is another attempt, and one that cost a look only',
    parameters: {
      import: JsonPath.stringAt(`$.${kept('import')}`),
      runId: JsonPath.stringAt(`$.${kept('runId')}`),
      upload: JsonPath.objectAt(`$.${kept('upload')}`),
      label: JsonPath.stringAt(`$.${kept('label')}`),
      dryRun: JsonPath.stringAt(`$.${kept('dryRun')}`),
      taskFamily: JsonPath.stringAt(`$.${kept('taskFamily')}`),
      timeLimitSeconds: JsonPath.numberAt(`$.${kept('timeLimitSeconds')}`),
      capacityProvider: JsonPath.stringAt(`$.${kept('capacityProvider')}`),
      attempt: JsonPath.mathAdd(JsonPath.numberAt('$.attempt'), 1),
      looks: JsonPath.mathAdd(JsonPath.numberAt('$.looks'), 1),
      turn: JsonPath.objectAt(`${report}.turn`),
    },
  });
  const wait = new Wait(scope, stateNames.waitForTurn, {
    comment: 'As many runs load as the limit allows; nothing runs meanwhile, and none is lost',
    time: WaitTime.secondsPath('$.turn.waitSeconds'),
  });
  askAgain.next(wait);
  return { first: askAgain, last: wait };
}
