import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { stateNames } from '../contract/workflow-data.ts';
import { attemptEnvironment } from './attempt-environment.ts';
import { functionBusy } from './retries.ts';

/** RunSmallImport: one attempt of a run in a function, with the same environment and the same report as a task. */
export function runSmallImport(
  scope: Construct,
  props: { lambdaFunction: IFunction; resultsBucketName: string },
): LambdaInvoke {
  const state = new LambdaInvoke(scope, stateNames.runSmallImport, {
    comment: 'One attempt for a small upload: the same importer, without waiting for a task',
    lambdaFunction: props.lambdaFunction,
    payload: TaskInput.fromObject(attemptEnvironment(props.resultsBucketName)),
    taskTimeout: Timeout.at('$.run.timeLimitSeconds'),
    // As of RunImporter: ReadReport reads the redrive count.
    resultSelector: {
      outcome: JsonPath.stringAt('$.Payload.outcome'),
      redriveCount: JsonPath.stringAt('$$.Execution.RedriveCount'),
    },
    resultPath: '$.task',
    retryOnServiceExceptions: false,
  });
  // Whatever else fails may have begun: two starts of one attempt would write over each other's report.
  state.addRetry(functionBusy);
  return state;
}

/** ChooseCompute: where ValidateUpload, or ExplainFailure after it, says that the attempt runs. */
export function chooseCompute(scope: Construct, small: IChainable, any: IChainable): Choice {
  return new Choice(scope, stateNames.chooseCompute, {
    comment: 'A small upload needs no task of its own; after a function that was killed it gets one',
  })
    .when(
      Condition.and(Condition.isPresent('$.run.runsOn'), Condition.stringEquals('$.run.runsOn', 'lambda')),
      small,
      { comment: 'small upload' },
    )
    .otherwise(any);
}
