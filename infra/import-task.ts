import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
  type ContainerDefinition,
  type ContainerImage,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Storage } from './storage.ts';

/** The container's name; handlers and the local stack find it by this. */
export const IMPORTER_CONTAINER = 'importer';

const platforms = {
  arm64: { cpu: CpuArchitecture.ARM64, image: Platform.LINUX_ARM64 },
  x86_64: { cpu: CpuArchitecture.X86_64, image: Platform.LINUX_AMD64 },
};

/** A task that carries out imports, as the workflow needs to know it. */
export interface ImportTask {
  taskDefinition: FargateTaskDefinition;
  container: ContainerDefinition;
  /** Every revision of the task definition. */
  anyRevisionArn: string;
}

/** What every such task works with. */
export interface ImportTaskParts {
  storage: Storage;
  database: Database;
  logGroup: ILogGroup;
}

/** What differs from one to the other. */
export interface ImportTaskProps {
  family: string;
  /** The imports that it carries out: it reads their uploads and no others. */
  imports: readonly ImportDefinition[];
  image: (platform: Platform) => ContainerImage;
  /** In the place of the image's own. */
  entryPoint?: string[];
  command?: string[];
  /** Beside what says where the database is. */
  environment?: Record<string, string>;
}

/**
 * A Fargate task that carries out imports, locked in as far as it goes, whoever wrote what runs in it. Its log streams
 * begin with its family: ExplainFailure finds them by that.
 */
export function createImportTask(
  scope: Construct,
  config: Config,
  { storage, database, logGroup }: ImportTaskParts,
  { family, imports, image, entryPoint, command, environment = {} }: ImportTaskProps,
): ImportTask {
  const { cpu, memoryMiB, ephemeralStorageGiB, architecture } = config.task;
  const taskDefinition = new FargateTaskDefinition(scope, 'TaskDefinition', {
    family,
    cpu,
    memoryLimitMiB: memoryMiB,
    ...(ephemeralStorageGiB === undefined ? {} : { ephemeralStorageGiB }),
    runtimePlatform: {
      cpuArchitecture: platforms[architecture].cpu,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
  });
  // Before an importer listens for SIGTERM, an init process still ends it at once (143, not 137).
  const linuxParameters = new LinuxParameters(scope, 'LinuxParameters', { initProcessEnabled: true });
  // Nothing that root may do beyond others is needed to read, scan and send.
  linuxParameters.dropCapabilities(Capability.ALL);
  const container = taskDefinition.addContainer(IMPORTER_CONTAINER, {
    containerName: IMPORTER_CONTAINER,
    image: image(platforms[architecture].image),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(command === undefined ? {} : { command }),
    environment: { DATABASE_TLS: 'verify', ...database.environment, ...environment },
    secrets: { DATABASE_SECRET: new SecretValue(database.importerSecret) },
    readonlyRootFilesystem: true,
    // The user `node` of the importer's image, by number so that nothing in an image can redefine it.
    user: '1000:1000',
    linuxParameters,
    // The importer needs at most ten seconds to stop cleanly.
    stopTimeout: Duration.seconds(30),
    logging: LogDrivers.awsLogs({ streamPrefix: family, logGroup }),
  });
  // All that can be written to: it is the task's own, and gone with it.
  taskDefinition.addVolume({ name: 'tmp' });
  container.addMountPoints({ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false });
  database.allowDecryptingSecret(taskDefinition.obtainExecutionRole());
  storage.allowReadingUploads(taskDefinition.taskRole, imports);
  storage.allowWritingResults(taskDefinition.taskRole);
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason:
      'They say where the database is and how to import, and are no secrets; the login comes as an ECS secret.',
  });
  return {
    taskDefinition,
    container,
    anyRevisionArn: Stack.of(scope).formatArn({
      service: 'ecs',
      resource: 'task-definition',
      resourceName: `${family}:*`,
    }),
  };
}

/** A secret of which ECS may fetch the value: CDK's own grant would let it describe the secret, too. */
class SecretValue extends EcsSecret {
  readonly arn: string;
  readonly hasField = false;

  constructor(secret: ISecret) {
    super();
    this.arn = secret.secretArn;
  }

  grantRead(grantee: IGrantable): Grant {
    const actions = ['secretsmanager:GetSecretValue'];
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn] });
  }
}

/** Says why a task definition whose image comes from ECR has a wildcard in its execution role. */
export function acknowledgeEcrLogin(taskDefinition: FargateTaskDefinition): void {
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken knows no resources; it is on the execution role only.',
  });
}
