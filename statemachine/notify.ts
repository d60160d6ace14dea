import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { stateNames } from '../contract/workflow-data.ts';
import { whateverFails } from './retries.ts';

/** Publishing takes milliseconds; Step Functions would wait for ever. */
const timeout = Timeout.duration(Duration.seconds(30));

/** NotifySuccess: counts for people, `import` and `outcome` for filters. */
export function notifySuccess(scope: Construct, props: { topic: ITopic; resultsBucketName: string }) {
  const count = (name: string) => JsonPath.stringAt(`$.result.report.counts.${name}`);
  const state = new SnsPublish(scope, stateNames.notifySuccess, {
    comment: 'Tells people and programs what became of the rows',
    topic: props.topic,
    subject: JsonPath.format(
      '[{}] {}',
      JsonPath.stringAt('$.import'),
      JsonPath.stringAt('$.result.report.outcome'),
    ),
    message: TaskInput.fromText(
      JsonPath.format(
        `{}: {}, by import {} into table {}. Rows: {} read, {} inserted, {} updated, {} unchanged, {} duplicates, {} deleted, {} rejected; {} seconds. Report: s3://${props.resultsBucketName}/reports/{}/{}.{}.{}.json. Execution: {}`,
        // The label, not the key: strangers' control characters are made visible in it.
        JsonPath.stringAt('$.label'),
        JsonPath.stringAt('$.result.report.outcome'),
        JsonPath.stringAt('$.import'),
        JsonPath.stringAt('$.result.report.table'),
        count('read'),
        count('inserted'),
        count('updated'),
        count('unchanged'),
        count('duplicates'),
        count('deleted'),
        count('rejected'),
        JsonPath.stringAt('$.result.report.seconds'),
        ...attemptParts(),
        JsonPath.stringAt('$$.Execution.Id'),
      ),
    ),
    messageAttributes: {
      import: { value: JsonPath.stringAt('$.import') },
      outcome: { value: JsonPath.stringAt('$.result.report.outcome') },
    },
    resultPath: JsonPath.DISCARD,
    taskTimeout: timeout,
  });
  state.addRetry(whateverFails);
  return state;
}

/** NotifyFailure: the explained failure's subject and text; its name and blame for filters. */
export function notifyFailure(scope: Construct, props: { topic: ITopic }) {
  const state = new SnsPublish(scope, stateNames.notifyFailure, {
    comment: 'Tells people what failed, whose fault it is and what to do next',
    topic: props.topic,
    subject: JsonPath.stringAt('$.failure.subject'),
    message: TaskInput.fromJsonPathAt('$.failure.text'),
    messageAttributes: {
      import: { value: JsonPath.stringAt('$.failure.importName') },
      outcome: { value: 'failed' },
      failure: { value: JsonPath.stringAt('$.failure.name') },
      blame: { value: JsonPath.stringAt('$.failure.blame') },
    },
    resultPath: JsonPath.DISCARD,
    taskTimeout: timeout,
  });
  state.addRetry(whateverFails);
  return state;
}

/** What fills `<run>/<execution name>.<redrive count>.<attempt>` after RunImporter has ended. */
export function attemptParts(): string[] {
  return [
    JsonPath.stringAt('$.runId'),
    JsonPath.stringAt('$$.Execution.Name'),
    JsonPath.stringAt('$.task.redriveCount'),
    JsonPath.stringAt('$.attempt'),
  ];
}
