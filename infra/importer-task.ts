import { Stack } from 'aws-cdk-lib';
import {
  Cluster,
  type ContainerDefinition,
  ContainerImage,
  ContainerInsights,
  type FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import { taskFamily } from '../contract/task-family.ts';
import { CA_FILE, importerCommand } from './bundles.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { acknowledgeEcrLogin, createImportTask, type ImportTask } from './import-task.ts';
import { logGroupProps } from './log-group.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';

/** The project's importer as a Fargate task, the cluster that it runs in, and the log. */
export class ImporterTask extends Construct implements ImportTask {
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly logGroup: LogGroup;
  readonly anyRevisionArn: string;

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
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      // FARGATE and FARGATE_SPOT: RunImporter names one of both.
      enableFargateCapacityProviders: true,
    });
    this.logGroup = new LogGroup(this, 'Log', logGroupProps(config));
    const task = createImportTask(
      this,
      config,
      { storage, database, logGroup: this.logGroup },
      {
        family: taskFamily(Stack.of(this).stackName, null),
        imports: imports.filter(({ kind }) => kind === 'table'),
        // The image runs no program while it is built, so any machine can build it for either platform.
        image: (platform) => ContainerImage.fromAsset(bundleFolder, { platform }),
        command: [...importerCommand],
        environment: {
          ...(config.database.caFile === undefined ? {} : { DATABASE_CA_FILE: CA_FILE }),
          MAX_CONCURRENT_RUNS: String(config.limits.maxConcurrentRuns),
          STACK_NAME: Stack.of(this).stackName,
        },
      },
    );
    this.taskDefinition = task.taskDefinition;
    this.container = task.container;
    this.anyRevisionArn = task.anyRevisionArn;
    acknowledgeEcrLogin(this.taskDefinition);
  }
}
