import { Condition, JsonPath, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { stateNames } from '../contract/workflow-data.ts';

const report = '$.result.report';

/** Whether the importer found no free slot. */
export const isQueued = Condition.and(
  Condition.isPresent(`${report}.outcome`),
  Condition.isPresent(`${report}.slotWait.waitSeconds`),
  Condition.stringEquals(`${report}.outcome`, 'queued'),
);

/** Whether there is something to notify people with. */
export const hasNotice = Condition.and(
  Condition.isPresent(`${report}.outcome`),
  Condition.isPresent(`${report}.notice.subject`),
  Condition.isPresent(`${report}.notice.text`),
);

/**
 * Requeue, then WaitForSlot, after which the importer is started once more. While it waits nothing runs and nothing is
 * paid for but the transitions, and the state's input says what the run waits for.
 */
export function waitForSlot(scope: Construct): { first: Pass; last: Wait } {
  const requeue = new Pass(scope, stateNames.requeue, {
    comment: 'The next start of the importer is another attempt, and one that cost a poll only',
    parameters: {
      run: JsonPath.objectAt('$.run'),
      attempt: JsonPath.mathAdd(JsonPath.numberAt('$.attempt'), 1),
      polls: JsonPath.mathAdd(JsonPath.numberAt('$.polls'), 1),
      slotWait: JsonPath.objectAt(`${report}.slotWait`),
    },
  });
  const wait = new Wait(scope, stateNames.waitForSlot, {
    comment: 'As many runs load as the limit allows; nothing runs meanwhile, and none is lost',
    time: WaitTime.secondsPath('$.slotWait.waitSeconds'),
  });
  requeue.next(wait);
  return { first: requeue, last: wait };
}
