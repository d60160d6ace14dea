import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { WorkflowFunctions } from '../statemachine/import-workflow.ts';
import type { FunctionName } from './bundles.ts';
import type { Config } from './config.ts';
import { IMPORTER_CONTAINER, type ImporterTask } from './importer-task.ts';
import { logGroupProps } from './log-group.ts';
import type { Storage } from './storage.ts';

interface FunctionParts {
  storage: Storage;
  importer: ImporterTask;
  bundleFolder: (name: FunctionName) => string;
}

/** The workflow's Lambda functions, each with a role of its own that allows what it does and nothing else. */
export class Functions extends Construct implements WorkflowFunctions {
  readonly validateUpload: LambdaFunction;
  readonly explainFailure: LambdaFunction;
  readonly failUntilRedriven: LambdaFunction;
  readonly #config: Config;
  readonly #bundleFolder: FunctionParts['bundleFolder'];

  constructor(scope: Construct, id: string, config: Config, parts: FunctionParts) {
    super(scope, id);
    const { storage, importer } = parts;
    this.#config = config;
    this.#bundleFolder = parts.bundleFolder;

    this.validateUpload = this.#function('ValidateUpload', 'validate-upload', {
      STACK_NAME: Stack.of(this).stackName,
      TIME_LIMIT_MINUTES: String(config.limits.timeLimitMinutes),
    });
    this.#allowReading(this.validateUpload, storage.uploads, '*', ['s3:GetObject', 's3:GetObjectVersion']);

    this.explainFailure = this.#function('ExplainFailure', 'explain-failure', {
      RESULTS_BUCKET: storage.results.bucketName,
      MAX_ATTEMPTS: String(config.limits.maxAttempts),
      IMPORTER_CONTAINER,
      IMPORTER_LOG_GROUP: importer.logGroup.logGroupName,
      IMPORTER_LOG_STREAM: importer.logStream,
    });
    this.#allowReading(this.explainFailure, storage.results, 'reports/*', ['s3:GetObject']);

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
      // Two requests to S3 at most, each with the SDK's own retries.
      timeout: Duration.seconds(30),
      environment,
      role,
      logGroup,
    });
  }

  #allowReading(reader: LambdaFunction, bucket: Bucket, keys: string, actions: string[]): void {
    reader.addToRolePolicy(new PolicyStatement({ actions, resources: [bucket.arnForObjects(keys)] }));
    // Without it S3 answers 403 for what does not exist, and "gone" could not be told from "forbidden".
    reader.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
    );
    const arn = `<${Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket)}.Arn>`;
    Validations.of(reader.role!).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arn}/${keys}]`,
      reason: 'The objects are named by people or by runs, which are not known in advance.',
    });
  }
}
