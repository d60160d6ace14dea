import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { logGroupProps } from './log-group.ts';

/** PostgreSQL's. */
export const DATABASE_PORT = 5432;

/**
 * Two availability zones without a NAT gateway, which would cost money while nothing is imported: the importer has a
 * public address that nobody can connect to, the database none at all.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly importerSubnets: SubnetSelection = { subnetType: SubnetType.PUBLIC };
  readonly databaseSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  readonly importer: SecurityGroup;
  readonly database: SecurityGroup;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      // Aurora demands two.
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Importer', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 20 },
        { name: 'Database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // Nothing is in the default security group; emptying it would take a custom resource.
      restrictDefaultSecurityGroup: false,
      // Files come from S3 without leaving AWS's network.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    this.vpc.addFlowLog('FlowLog', {
      // What was let through is the importer's own work; what was refused is worth knowing.
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'RefusedTraffic', logGroupProps(config)),
      ),
    });

    this.database = new SecurityGroup(this, 'DatabaseSecurityGroup', {
      vpc: this.vpc,
      description: 'The import database: takes connections of the importer only',
      allowAllOutbound: false,
    });
    this.importer = new SecurityGroup(this, 'ImporterSecurityGroup', {
      vpc: this.vpc,
      description: 'The importer: nothing comes in; out to AWS (HTTPS) and to the database',
      allowAllOutbound: false,
    });
    this.importer.connections.allowToAnyIpv4(Port.tcp(443), 'S3, ECR, CloudWatch Logs, Secrets Manager');
    this.importer.connections.allowTo(this.database, Port.tcp(DATABASE_PORT), 'PostgreSQL');
  }
}
