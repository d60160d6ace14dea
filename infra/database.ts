import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { DATABASE_PORT, type Network } from './network.ts';

/** The target database: Aurora PostgreSQL Serverless v2, which pauses while nothing is imported. */
export class Database extends Construct {
  /** JSON with host, port, username, password and dbname. */
  readonly secret: ISecret;

  constructor(scope: Construct, id: string, config: Config, network: Network) {
    super(scope, id);
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      serverlessV2MinCapacity: config.database.minCapacity,
      serverlessV2MaxCapacity: config.database.maxCapacity,
      ...(config.database.minCapacity === 0
        ? // Uploads often come in groups: stay awake between them, but not for the night.
          { serverlessV2AutoPauseDuration: Duration.minutes(15) }
        : {}),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      securityGroups: [network.database],
      port: DATABASE_PORT,
      defaultDatabaseName: config.database.name,
      credentials: Credentials.fromGeneratedSecret('importer'),
      // The importer verifies the server; this refuses clients that would not.
      parameters: { 'rds.force_ssl': '1' },
      iamAuthentication: true,
      storageEncrypted: true,
      backup: { retention: Duration.days(config.database.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: config.database.deletionProtection,
      removalPolicy: config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.SNAPSHOT,
    });
    this.secret = cluster.secret!;

    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation needs a function inside the network with a way to Secrets Manager, that is a NAT gateway or an endpoint that costs money while idle. The database is reachable from the importer only.',
    });
  }
}
