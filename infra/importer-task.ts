import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
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
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/define-import.ts';
import { taskFamily } from '../contract/task-family.ts';
import { importerCommand } from './bundles.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { logGroupProps } from './log-group.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';

/** The container's name; handlers and the local stack find it by this. */
export const IMPORTER_CONTAINER = 'importer';

/** The image runs no program while it is built, so any machine can build it for either. */
const platforms = {
  arm64: { cpu: CpuArchitecture.ARM64, image: Platform.LINUX_ARM64 },
  x86_64: { cpu: CpuArchitecture.X86_64, image: Platform.LINUX_AMD64 },
};

/** The importer as a Fargate task: its image, its rights, its log. */
export class ImporterTask extends Construct {
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly logGroup: LogGroup;
  /** Every revision of the task definition. */
  readonly anyRevisionArn: string;
  /** What precedes the task's id in the name of its log stream. */
  readonly logStream = `${IMPORTER_CONTAINER}/${IMPORTER_CONTAINER}`;

  constructor(
    scope: Construct,
    id: string,
    config: Config,
    parts: {
      imports: readonly ImportDefinition[];
      network: Network;
      storage: Storage;
      database: Database;
      bundleFolder: string;
    },
  ) {
    super(scope, id);
    const { imports, network, storage, database, bundleFolder } = parts;
    const { cpu, memoryMiB, ephemeralStorageGiB, architecture } = config.task;
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      // FARGATE and FARGATE_SPOT: RunImporter names one of both.
      enableFargateCapacityProviders: true,
    });
    this.taskDefinition = new FargateTaskDefinition(this, 'TaskDefinition', {
      family: taskFamily(Stack.of(this).stackName, null),
      cpu,
      memoryLimitMiB: memoryMiB,
      ...(ephemeralStorageGiB === undefined ? {} : { ephemeralStorageGiB }),
      runtimePlatform: {
        cpuArchitecture: platforms[architecture].cpu,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    // Before the importer listens for SIGTERM, an init process still ends it at once (143, not 137).
    const linuxParameters = new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true });
    // Nothing that root may do beyond others is needed to read, scan and send.
    linuxParameters.dropCapabilities(Capability.ALL);
    this.anyRevisionArn = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task-definition',
      resourceName: `${this.taskDefinition.family}:*`,
    });
    this.logGroup = new LogGroup(this, 'Log', logGroupProps(config));
    this.container = this.taskDefinition.addContainer(IMPORTER_CONTAINER, {
      containerName: IMPORTER_CONTAINER,
      image: ContainerImage.fromAsset(bundleFolder, { platform: platforms[architecture].image }),
      command: [...importerCommand],
      environment: {
        DATABASE_TLS: 'verify',
        ...database.environment,
        MAX_CONCURRENT_RUNS: String(config.limits.maxConcurrentRuns),
        STACK_NAME: Stack.of(this).stackName,
      },
      secrets: { DATABASE_SECRET: EcsSecret.fromSecretsManager(database.importerSecret) },
      readonlyRootFilesystem: true,
      // The image's user `node`, by number so that nothing in the image can redefine it.
      user: '1000:1000',
      linuxParameters,
      // The importer needs at most ten seconds to stop cleanly.
      stopTimeout: Duration.seconds(30),
      logging: LogDrivers.awsLogs({ streamPrefix: IMPORTER_CONTAINER, logGroup: this.logGroup }),
    });
    // All that can be written to: it is the task's own, and gone with it.
    this.taskDefinition.addVolume({ name: 'tmp' });
    this.container.addMountPoints({ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false });
    database.allowDecryptingSecret(this.taskDefinition.obtainExecutionRole());
    storage.allowReadingUploads(this.taskDefinition.taskRole, imports);
    storage.allowWritingResults(this.taskDefinition.taskRole);
    Validations.of(this.taskDefinition).acknowledge(
      {
        id: 'AwsSolutions-ECS2',
        reason:
          'They say where the database is and what the stack is called, and are no secrets; the login comes as an ECS secret.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken knows no resources; it is on the execution role only.',
      },
    );
  }
}
