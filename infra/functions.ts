import { Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import type { WorkflowFunctions } from '../statemachine/import-workflow.ts';
import type { FunctionName } from './bundles.ts';
import type { Config } from './config.ts';
import { IMPORTER_CONTAINER } from './import-task.ts';
import type { ImporterTask } from './importer-task.ts';
import { logGroupProps } from './log-group.ts';
import type { Storage } from './storage.ts';

interface FunctionParts {
  imports: readonly ImportDefinition[];
  storage: Storage;
  importer: ImporterTask;
  bundleFolder: (name: FunctionName) => string;
}

/** The workflow's Lambda functions, each with a role of its own that allows what it does and nothing else. */
export class Functions extends Construct implements Omit<WorkflowFunctions, 'smallImport'> {
  readonly validateUpload: LambdaFunction;
  readonly readReport: LambdaFunction;
  readonly explainFailure: LambdaFunction;
  readonly failUntilRedriven: LambdaFunction;
  readonly #config: Config;
  readonly #bundleFolder: FunctionParts['bundleFolder'];

  constructor(scope: Construct, id: string, config: Config, parts: FunctionParts) {
    super(scope, id);
    const { imports, storage, importer } = parts;
    this.#config = config;
    this.#bundleFolder = parts.bundleFolder;

    this.validateUpload = this.#function('ValidateUpload', 'validate-upload', {
      STACK_NAME: Stack.of(this).stackName,
      TIME_LIMIT_MINUTES: String(config.limits.timeLimitMinutes),
      SPOT_PERCENT: String(config.task.spotPercent),
      ...(config.smallUploads === undefined
        ? {}
        : { SMALL_UPLOAD_BYTES: String(config.smallUploads.maxBytes) }),
    });
    storage.allowReadingUploads(this.validateUpload.role!, imports);

    this.readReport = this.#function('ReadReport', 'read-report', {
      RESULTS_BUCKET: storage.results.bucketName,
    });
    storage.allowReadingReports(this.readReport.role!);

    this.explainFailure = this.#function('ExplainFailure', 'explain-failure', {
      STACK_NAME: Stack.of(this).stackName,
      RESULTS_BUCKET: storage.results.bucketName,
      MAX_ATTEMPTS: String(config.limits.maxAttempts),
      IMPORTER_CONTAINER,
      IMPORTER_LOG_GROUP: importer.logGroup.logGroupName,
    });
    storage.allowReadingReports(this.explainFailure.role!);

    this.failUntilRedriven = this.#function('FailUntilRedriven', 'fail-until-redriven');
  }

  #function(id: string, name: FunctionName, environment: Record<string, string> = {}): LambdaFunction {
    const logGroup = new LogGroup(this, `${id}Log`, logGroupProps(this.#config));
    // Not the managed policy: that one may write to every log group of the account.
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return new LambdaFunction(this, id, {
      code: Code.fromAsset(this.#bundleFolder(name)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // The code needs 80 MB; more memory is more CPU, and a cold start is mostly parsing.
      memorySize: 512,
      // One request to S3 at most, with the limits of handlers/s3-client.ts.
      timeout: Duration.seconds(30),
      environment,
      role,
      logGroup,
    });
  }
}
