import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  type ContainerDefinition,
  FargatePlatformVersion,
  type FargateTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { IntegrationPattern, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { EcsFargateLaunchTarget, EcsRunTask } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { importerEnvironmentSchema } from '../contract/environment.ts';
import { stateNames } from '../contract/workflow-data.ts';
import { taskNotStarted } from './retries.ts';

/** Where and as what the importer runs. */
export interface ImporterTarget {
  cluster: ICluster;
  taskDefinition: FargateTaskDefinition;
  container: ContainerDefinition;
  subnets: SubnetSelection;
  securityGroups: ISecurityGroup[];
}

export interface RunImporterProps extends ImporterTarget {
  resultsBucketName: string;
  /** One attempt's time limit. */
  timeout: Duration;
}

const execution = {
  arn: JsonPath.stringAt('$$.Execution.Id'),
  name: JsonPath.stringAt('$$.Execution.Name'),
  redriveCount: JsonPath.stringAt('$$.Execution.RedriveCount'),
};

/** RunImporter: one attempt of a run as a Fargate task, waited for. Its result says which attempt it was. */
export function runImporter(scope: Construct, props: RunImporterProps): EcsRunTask {
  // The same names as the contract's, checked by the compiler. Numbers and booleans become text by States.Format;
  // the key is passed as it is, since States.Format is not trusted with backslashes.
  const environment: Record<keyof typeof importerEnvironmentSchema.shape, string> = {
    S3_BUCKET: JsonPath.stringAt('$.upload.bucket'),
    S3_KEY: JsonPath.stringAt('$.upload.key'),
    S3_VERSION_ID: JsonPath.stringAt('$.upload.versionId'),
    S3_ETAG: JsonPath.stringAt('$.upload.etag'),
    S3_SIZE: JsonPath.format('{}', JsonPath.stringAt('$.upload.size')),
    S3_SEQUENCER: JsonPath.stringAt('$.upload.sequencer'),
    IMPORT_NAME: JsonPath.stringAt('$.import'),
    RUN_ID: JsonPath.stringAt('$.runId'),
    ATTEMPT: JsonPath.format(
      '{}.{}.{}',
      execution.name,
      execution.redriveCount,
      JsonPath.stringAt('$.attempt'),
    ),
    EXECUTION_ARN: execution.arn,
    RESULTS_BUCKET: props.resultsBucketName,
    DRY_RUN: JsonPath.format('{}', JsonPath.stringAt('$.dryRun')),
  };
  const task = new EcsRunTask(scope, stateNames.runImporter, {
    comment: 'One attempt: the importer loads the upload and leaves a report',
    integrationPattern: IntegrationPattern.RUN_JOB,
    cluster: props.cluster,
    taskDefinition: props.taskDefinition,
    launchTarget: new EcsFargateLaunchTarget({ platformVersion: FargatePlatformVersion.LATEST }),
    subnets: props.subnets,
    securityGroups: props.securityGroups,
    // The subnets are public and there is no NAT gateway: without an address the image cannot be pulled.
    assignPublicIp: true,
    containerOverrides: [
      {
        containerDefinition: props.container,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
    taskTimeout: Timeout.duration(props.timeout),
    // Only what is surely there: a path that finds nothing would fail a run that has succeeded. The redrive count is
    // kept because ReadReport may itself be redriven, when the count is no longer the attempt's.
    resultSelector: {
      taskArn: JsonPath.stringAt('$.TaskArn'),
      redriveCount: execution.redriveCount,
    },
    resultPath: '$.task',
  });
  task.addRetry(taskNotStarted);
  return task;
}
