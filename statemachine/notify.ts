import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish, type SnsPublishProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { stateNames } from '../contract/workflow-data.ts';
import { whateverFails } from './retries.ts';

/** Publishing takes milliseconds; Step Functions would wait for ever. */
const timeout = Timeout.duration(Duration.seconds(30));

/** NotifySuccess: the importer's own subject and text; `import`, `outcome` and `blame` for filters. */
export function notifySuccess(scope: Construct, topic: ITopic): SnsPublish {
  return notify(scope, stateNames.notifySuccess, {
    comment: 'Tells people and programs what became of the rows',
    topic,
    subject: JsonPath.stringAt('$.result.report.notice.subject'),
    message: TaskInput.fromJsonPathAt('$.result.report.notice.text'),
    messageAttributes: {
      import: { value: JsonPath.stringAt('$.run.import') },
      outcome: { value: JsonPath.stringAt('$.result.report.outcome') },
      blame: { value: 'none' },
    },
  });
}

/** NotifyWithoutReport: exit code 0 says that the run is done, and that is all that is known of it. */
export function notifyWithoutReport(scope: Construct, topic: ITopic): SnsPublish {
  return notify(scope, stateNames.notifyWithoutReport, {
    comment: 'Tells that a run is done whose importer left no report with a notice',
    topic,
    subject: JsonPath.format('[{}] done', JsonPath.stringAt('$.run.import')),
    message: TaskInput.fromText(
      JsonPath.format(
        '{}: done, by import {}. The importer ended with exit code 0 and left no report that says more. Run: {}. Execution: {}',
        // The label, not the key: strangers' control characters are made visible in it.
        JsonPath.stringAt('$.run.label'),
        JsonPath.stringAt('$.run.import'),
        JsonPath.stringAt('$.run.runId'),
        JsonPath.stringAt('$$.Execution.Id'),
      ),
    ),
    messageAttributes: {
      import: { value: JsonPath.stringAt('$.run.import') },
      outcome: { value: 'done' },
      blame: { value: 'none' },
    },
  });
}

/** NotifyFailure: the explained failure's subject and text; its name and blame for filters. */
export function notifyFailure(scope: Construct, topic: ITopic): SnsPublish {
  return notify(scope, stateNames.notifyFailure, {
    comment: 'Tells people what failed, whose problem it is and what to do next',
    topic,
    subject: JsonPath.stringAt('$.failure.subject'),
    message: TaskInput.fromJsonPathAt('$.failure.text'),
    messageAttributes: {
      import: { value: JsonPath.stringAt('$.failure.importName') },
      outcome: { value: 'failed' },
      failure: { value: JsonPath.stringAt('$.failure.name') },
      blame: { value: JsonPath.stringAt('$.failure.blame') },
    },
  });
}

function notify(scope: Construct, name: string, props: SnsPublishProps): SnsPublish {
  const state = new SnsPublish(scope, name, { ...props, resultPath: JsonPath.DISCARD, taskTimeout: timeout });
  state.addRetry(whateverFails);
  return state;
}
