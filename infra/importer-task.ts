import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  type ContainerDefinition,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { resultPrefixes } from '../contract/storage-keys.ts';
import { taskFamily } from '../contract/task-family.ts';
import { importerCommand } from './bundles.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { logGroupProps } from './log-group.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';

/** The container's name; handlers and the local stack find it by this. */
export const IMPORTER_CONTAINER = 'importer';

/** The importer as a Fargate task: its image, its rights, its log. */
export class ImporterTask extends Construct {
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly logGroup: LogGroup;
  /** What precedes the task's id in the name of its log stream. */
  readonly logStream = `${IMPORTER_CONTAINER}/${IMPORTER_CONTAINER}`;

  constructor(
    scope: Construct,
    id: string,
    config: Config,
    parts: { network: Network; storage: Storage; database: Database; bundleFolder: string },
  ) {
    super(scope, id);
    const { network, storage, database, bundleFolder } = parts;
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      // RunImporter names one of both.
      enableFargateCapacityProviders: true,
    });
    this.taskDefinition = new FargateTaskDefinition(this, 'TaskDefinition', {
      family: taskFamily(Stack.of(this).stackName, null),
      cpu: config.task.cpu,
      memoryLimitMiB: config.task.memoryMiB,
      // A fifth cheaper than x86; the image runs no program while it is built, so any machine can build it.
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    this.logGroup = new LogGroup(this, 'Log', logGroupProps(config));
    this.container = this.taskDefinition.addContainer(IMPORTER_CONTAINER, {
      containerName: IMPORTER_CONTAINER,
      image: ContainerImage.fromAsset(bundleFolder, { platform: Platform.LINUX_ARM64 }),
      command: [...importerCommand],
      environment: { DATABASE_TLS: 'verify' },
      secrets: { DATABASE_SECRET: EcsSecret.fromSecretsManager(database.secret) },
      readonlyRootFilesystem: true,
      // The image's user `node`, by number so that nothing in the image can redefine it.
      user: '1000:1000',
      // Before the importer listens for SIGTERM, an init process still ends it at once (143, not 137).
      linuxParameters: new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true }),
      // The importer needs at most ten seconds to stop cleanly.
      stopTimeout: Duration.seconds(30),
      logging: LogDrivers.awsLogs({ streamPrefix: IMPORTER_CONTAINER, logGroup: this.logGroup }),
    });

    // By hand: CDK's grants would add wildcards such as s3:GetObject*.
    const role = this.taskDefinition.taskRole;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadUploads',
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [storage.uploads.arnForObjects('*')],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'TellGoneFromForbidden',
        // Without it S3 answers 403 for an object that does not exist.
        actions: ['s3:ListBucket'],
        resources: [storage.uploads.bucketArn],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'WriteResults',
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: resultPrefixes.map((prefix) => storage.results.arnForObjects(`${prefix}*`)),
      }),
    );
    this.#acknowledge(storage);
  }

  #acknowledge(storage: Storage): void {
    const { uploads, results } = storage;
    const arn = (bucket: typeof uploads) =>
      `<${Stack.of(this).getLogicalId(bucket.node.defaultChild as never)}.Arn>`;
    Validations.of(this.taskDefinition).acknowledge(
      {
        id: 'AwsSolutions-ECS2',
        reason: 'DATABASE_TLS says how to connect and is no secret; the credentials come as an ECS secret.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken knows no resources; it is on the execution role only.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::${arn(uploads)}/*]`,
        reason: 'Any object of the upload bucket may be an upload; prefixes are the imports’ business.',
      },
      ...resultPrefixes.map((prefix) => ({
        id: `AwsSolutions-IAM5[Resource::${arn(results)}/${prefix}*]`,
        reason: 'Result files are named by run and attempt, which are not known in advance.',
      })),
    );
  }
}
