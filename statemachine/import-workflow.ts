import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  DefinitionBody,
  JsonPath,
  LogLevel,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { storageKeys } from '../contract/storage-keys.ts';
import { stateNames, UPLOAD_IGNORED } from '../contract/workflow-data.ts';
import { notifyFailure, notifySuccess, notifyWithoutReport } from './notify.ts';
import { lambdaServiceErrors, lambdaTimeouts, storageUnavailable, whateverFails } from './retries.ts';
import { type ImporterTarget, runImporter } from './run-importer.ts';
import { chooseCompute, runSmallImport } from './run-small-import.ts';
import { hasNotice, isQueued, waitForSlot } from './wait-for-slot.ts';

/** The workflow's Lambda functions. */
export interface WorkflowFunctions {
  validateUpload: IFunction;
  readReport: IFunction;
  explainFailure: IFunction;
  failUntilRedriven: IFunction;
  /** Imports small uploads; null: a task imports all. */
  smallImport: IFunction | null;
}

export interface ImportWorkflowProps {
  importer: ImporterTarget;
  functions: WorkflowFunctions;
  resultsBucket: IBucket;
  topic: ITopic;
  logGroup: ILogGroup;
  /** The whole execution's time limit, all attempts and waits included. */
  executionTimeout: Duration;
}

/** Longer than any of the functions takes; a hung invocation must not hold an execution for ever. */
const functionTimeout = Timeout.duration(Duration.minutes(2));

/** From S3's event to a notification; docs/architecture.md draws it. */
export class ImportWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: ImportWorkflowProps) {
    super(scope, id);
    const resultsBucketName = props.resultsBucket.bucketName;

    const validateUpload = this.#invoke(stateNames.validateUpload, props.functions.validateUpload, {
      comment: 'Finds the import of the upload, or refuses it by name',
      // The execution's input, not the state's: after a redrive the workflow starts over from here.
      payload: TaskInput.fromObject({
        executionArn: JsonPath.stringAt('$$.Execution.Id'),
        event: JsonPath.objectAt('$$.Execution.Input'),
      }),
      result: { selector: { run: JsonPath.objectAt('$.Payload.run'), attempt: 1, polls: 0 } },
    });
    validateUpload.addRetry(lambdaServiceErrors).addRetry(lambdaTimeouts).addRetry(storageUnavailable);

    const importer = runImporter(this, {
      ...props.importer,
      resultsBucketName,
    });

    const readReport = this.#invoke(stateNames.readReport, props.functions.readReport, {
      comment: "Fetches the importer's own account of the attempt: ECS returns only the task's description",
      payload: TaskInput.fromObject({
        executionArn: JsonPath.stringAt('$$.Execution.Id'),
        runId: JsonPath.stringAt('$.run.runId'),
        attempt: JsonPath.format('{}.{}.{}', ...attemptParts()),
      }),
      result: { selector: { report: JsonPath.objectAt('$.Payload.report') }, path: '$.result' },
    });
    // Not caught: a run that waits for a slot would pass for one that is done. It fails, and can be redriven.
    readReport.addRetry(whateverFails);

    const succeeded = new Succeed(this, stateNames.importSucceeded, {
      comment: 'The rows are in, or were in before, or were only checked: see the report in the output',
    });

    const explainFailure = this.#invoke(stateNames.explainFailure, props.functions.explainFailure, {
      comment: 'Names the failure, whose problem it is, what to do, and whether to start the importer again',
      payload: TaskInput.fromObject({
        state: JsonPath.objectAt('$'),
        execution: {
          id: JsonPath.stringAt('$$.Execution.Id'),
          name: JsonPath.stringAt('$$.Execution.Name'),
          startTime: JsonPath.stringAt('$$.Execution.StartTime'),
          redriveCount: JsonPath.numberAt('$$.Execution.RedriveCount'),
          input: JsonPath.objectAt('$$.Execution.Input'),
        },
      }),
      result: {
        selector: {
          run: JsonPath.objectAt('$.Payload.run'),
          attempt: JsonPath.numberAt('$.Payload.attempt'),
          polls: JsonPath.numberAt('$.Payload.polls'),
          failure: JsonPath.objectAt('$.Payload.failure'),
        },
      },
    });
    explainFailure.addRetry(whateverFails);

    const backOff = new Wait(this, stateNames.backOff, {
      comment: 'Lets what may pass pass',
      time: WaitTime.secondsPath('$.failure.backOffSeconds'),
    });
    const notifyOfFailure = notifyFailure(this, props.topic);
    const importFailed = this.#invoke(stateNames.importFailed, props.functions.failUntilRedriven, {
      comment: 'Fails under the failure’s own name; after a redrive it returns and the workflow starts over',
      payload: TaskInput.fromObject({
        executionArn: JsonPath.stringAt('$$.Execution.Id'),
        runId: JsonPath.stringAt('$.run.runId'),
        label: JsonPath.stringAt('$.run.label'),
        failure: JsonPath.objectAt('$.failure'),
        redriveCount: JsonPath.numberAt('$$.Execution.RedriveCount'),
      }),
    });
    // Nothing else: what it throws is how the execution is meant to end.
    importFailed.addRetry(lambdaServiceErrors).addRetry(lambdaTimeouts);

    // Before the failures: tools leave markers by the thousand, and nobody is to hear of them.
    validateUpload.addCatch(
      new Succeed(this, stateNames.uploadIgnored, {
        comment: 'A marker or temporary file that a tool has left under the prefix: nothing to import',
      }),
      { errors: [UPLOAD_IGNORED], resultPath: '$.error' },
    );
    const { smallImport } = props.functions;
    const small =
      smallImport === null ? null : runSmallImport(this, { lambdaFunction: smallImport, resultsBucketName });
    const starts = small === null ? [importer] : [importer, small];
    for (const state of [validateUpload, ...starts]) {
      state.addCatch(explainFailure, { errors: ['States.ALL'], resultPath: '$.error' });
    }
    const attempt = small === null ? importer : chooseCompute(this, small, importer);
    validateUpload.next(attempt);
    for (const state of starts) state.next(readReport);
    const withoutReport = notifyWithoutReport(this, props.topic);
    const success = notifySuccess(this, props.topic);
    // SNS refuses subjects that are not as it wants them, and those of an importer of one's own may be anything.
    success.addCatch(withoutReport, { errors: ['States.ALL'], resultPath: '$.error' });
    const slot = waitForSlot(this);
    readReport.next(
      new Choice(this, stateNames.checkOutcome, {
        comment: 'What the report says: done, or that other uploads come first',
      })
        .when(isQueued, slot.first, { comment: 'no free slot' })
        .when(hasNotice, success.next(succeeded), { comment: 'done' })
        .otherwise(withoutReport),
    );
    withoutReport.next(succeeded);
    slot.last.next(attempt);
    explainFailure.next(
      new Choice(this, stateNames.retryOrGiveUp, {
        comment: 'Whether it may pass, and the importer has been started often enough',
      })
        .when(Condition.booleanEquals('$.failure.retry', true), backOff, { comment: 'try again' })
        .otherwise(notifyOfFailure),
    );
    backOff.next(attempt);
    notifyOfFailure.next(importFailed);
    importFailed.next(validateUpload);

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'A CSV file dropped under a prefix becomes rows of a table',
      // Standard: .sync waits, hours and redrives are not for Express.
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(validateUpload),
      timeout: props.executionTimeout,
      tracingEnabled: true,
      // The history in the console has the data for 90 days; the log would keep people's file names elsewhere too.
      logs: { destination: props.logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    this.#allowEarlierDefinitions(props.resultsBucket);
  }

  /**
   * Executions keep the definition that they began with. Until a release of November 2026 it read reports by the state
   * machine's own role; such an execution may run for days, and be redriven two weeks after that.
   */
  #allowEarlierDefinitions(results: IBucket): void {
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [results.arnForObjects(storageKeys.report('*', '*'))],
      }),
    );
    // Without it S3 answers 403 for a report that is not there, and an importer that leaves none would seem to fail.
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [results.bucketArn] }),
    );
  }

  #invoke(
    name: string,
    lambdaFunction: IFunction,
    options: {
      comment: string;
      payload: TaskInput;
      /** What is kept of the answer, default: all of it; and where beside the state's input, default: in its place. */
      result?: { selector: Record<string, unknown>; path?: string };
    },
  ): LambdaInvoke {
    const { comment, payload, result } = options;
    return new LambdaInvoke(this, name, {
      comment,
      payload,
      lambdaFunction,
      ...(result === undefined
        ? { outputPath: '$.Payload' }
        : {
            resultSelector: result.selector,
            ...(result.path === undefined ? {} : { resultPath: result.path }),
          }),
      taskTimeout: functionTimeout,
      // Its default leaves out throttling; ours are named in retries.ts.
      retryOnServiceExceptions: false,
    });
  }
}

/** What fills `<execution name>.<redrive count>.<attempt>` after RunImporter has ended. */
function attemptParts(): string[] {
  return [
    JsonPath.stringAt('$$.Execution.Name'),
    JsonPath.stringAt('$.task.redriveCount'),
    JsonPath.stringAt('$.attempt'),
  ];
}
