import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import { CA_FILE } from './bundles.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { logGroupProps } from './log-group.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';

type SmallUploads = NonNullable<Config['smallUploads']>;

interface SmallImportParts {
  imports: readonly ImportDefinition[];
  storage: Storage;
  network: Network;
  database: Database;
  /** The importer's: what it logs is the same. */
  logGroup: ILogGroup;
  bundleFolder: string;
  /** The bundle of the function that creates the database user. */
  userBundleFolder: string;
}

/** The importer as a function in the network, for small uploads, and its login. */
export class SmallImports extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, config: Config, settings: SmallUploads, parts: SmallImportParts) {
    super(scope, id);
    const { imports, storage, network, database, logGroup } = parts;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    storage.allowReadingUploads(
      role,
      imports.filter(({ kind }) => kind === 'table'),
    );
    storage.allowWritingResults(role);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'LogIn',
        actions: ['rds-db:connect'],
        resources: [
          Stack.of(this).formatArn({
            service: 'rds-db',
            resource: 'dbuser',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            resourceName: `${config.database.existing?.resourceId ?? database.cluster!.clusterResourceIdentifier}/${settings.databaseUser}`,
          }),
        ],
      }),
    );
    role.addToPolicy(new PolicyStatement({ sid: 'JoinNetwork', actions: networkActions, resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Lambda itself makes the network interfaces, by the role; a policy beside it denies that to the code.',
    });

    this.function = new LambdaFunction(this, 'Function', {
      code: Code.fromAsset(parts.bundleFolder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Just one vCPU, as the task has.
      memorySize: 1_769,
      // A small upload takes seconds; what waits for a lock for longer goes on as a task.
      timeout: Duration.minutes(5),
      reservedConcurrentExecutions: settings.maxConcurrency,
      vpc: network.vpc,
      vpcSubnets: network.functionSubnets,
      securityGroups: [network.importer],
      environment: {
        ...database.address,
        DATABASE_IAM_USER: settings.databaseUser,
        ...(config.database.caFile === undefined ? {} : { DATABASE_CA_FILE: CA_FILE }),
        MAX_CONCURRENT_RUNS: String(config.limits.maxConcurrentRuns),
        STACK_NAME: Stack.of(this).stackName,
      },
      role,
      logGroup,
    });
    new Policy(this, 'DenyCodeNetwork', {
      roles: [role],
      statements: [
        new PolicyStatement({
          effect: Effect.DENY,
          actions: networkActions,
          resources: ['*'],
          conditions: { ArnEquals: { 'lambda:SourceFunctionArn': this.function.functionArn } },
        }),
      ],
    });
    if (database.cluster !== null) this.#createUser(config, settings, database.cluster, parts);
  }

  #createUser(
    config: Config,
    { databaseUser }: SmallUploads,
    cluster: DatabaseCluster,
    { userBundleFolder }: SmallImportParts,
  ): void {
    const log = new LogGroup(this, 'UserLog', logGroupProps(config));
    const role = new Role(this, 'UserRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    const secretArn = cluster.secret!.secretArn;
    role.addToPolicy(
      new PolicyStatement({ actions: ['rds-data:ExecuteStatement'], resources: [cluster.clusterArn] }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    );
    const { region, urlSuffix } = Stack.of(this);
    const creator = new LambdaFunction(this, 'CreateUser', {
      code: Code.fromAsset(userBundleFolder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      environment: { DATA_API_URL: `https://rds-data.${region}.${urlSuffix}` },
      role,
      logGroup: log,
    });
    const user = new CustomResource(this, 'User', {
      resourceType: 'Custom::DatabaseUser',
      serviceToken: creator.functionArn,
      properties: {
        resourceArn: cluster.clusterArn,
        secretArn,
        database: config.database.name,
        sql: userSql(databaseUser),
      },
    });
    // Its instance, too: without one there is nobody to talk to.
    user.node.addDependency(cluster);
  }
}

/** The SQL that creates the user of small imports, and may be repeated. */
export function userSql(user: string): string {
  const sql = readFileSync(join(import.meta.dirname, 'small-importer-user.sql'), 'utf8');
  return sql.replaceAll('csv_small_importer', user);
}

/** As Lambda's guide has them for functions in a network. */
const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
