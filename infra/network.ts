import { Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  Subnet,
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

/** Where the importer and a new database are, and who may connect to whom. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly importerSubnets: SubnetSelection;
  readonly databaseSubnets: SubnetSelection;
  /** Of a function that imports: it gets no public address in any, and needs S3 and the database only. */
  readonly functionSubnets: SubnetSelection;
  /** Whether the importer needs a public address to reach AWS. */
  readonly assignPublicIp: boolean;
  readonly importer: ISecurityGroup;
  readonly database: ISecurityGroup;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { vpcId, importerSubnetIds = [], databaseSubnetIds = [], assignPublicIp } = config.network;
    this.assignPublicIp = assignPublicIp;
    if (vpcId === undefined) {
      this.vpc = this.#createVpc(config);
      this.importerSubnets = { subnetType: SubnetType.PUBLIC };
      this.databaseSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED };
      this.functionSubnets = this.databaseSubnets;
    } else {
      // By their ids alone, so that synthesis asks no account: the subnets know their zones, and nothing else does.
      this.vpc = Vpc.fromVpcAttributes(this, 'ExistingVpc', { vpcId, availabilityZones: ['of its subnets'] });
      this.importerSubnets = this.#existingSubnets('Importer', importerSubnetIds);
      this.databaseSubnets = this.#existingSubnets('Database', databaseSubnetIds);
      this.functionSubnets = this.importerSubnets;
    }

    const { existing } = config.database;
    this.database =
      existing === undefined
        ? new SecurityGroup(this, 'DatabaseSecurityGroup', {
            vpc: this.vpc,
            description: 'The import database: takes connections of the importer only',
            allowAllOutbound: false,
          })
        : // It gets one more rule, for the importer; the stack takes that away again when it is removed.
          SecurityGroup.fromSecurityGroupId(this, 'ExistingDatabase', existing.securityGroupId);
    this.importer = new SecurityGroup(this, 'ImporterSecurityGroup', {
      vpc: this.vpc,
      description: 'The importer: nothing comes in; out to AWS (HTTPS) and to the database',
      allowAllOutbound: false,
    });
    this.importer.connections.allowToAnyIpv4(Port.tcp(443), 'S3, ECR, CloudWatch Logs, Secrets Manager');
    this.importer.connections.allowTo(this.database, Port.tcp(existing?.port ?? DATABASE_PORT), 'PostgreSQL');
  }

  /**
   * Two availability zones without a NAT gateway, which would cost money while nothing is imported: the importer has a
   * public address that nobody can connect to, the database none at all.
   */
  #createVpc(config: Config): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
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
    vpc.addFlowLog('FlowLog', {
      // What was let through is the importer's own work; what was refused is worth knowing.
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'RefusedTraffic', logGroupProps(config)),
      ),
    });
    return vpc;
  }

  #existingSubnets(name: string, ids: readonly string[]): SubnetSelection {
    const subnets = ids.map((id, index) => {
      const subnet = Subnet.fromSubnetId(this, `${name}Subnet${index + 1}`, id);
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'Routes are the owner’s: nothing here reads them.',
      });
      return subnet;
    });
    return { subnets };
  }
}
