import { Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ContainerDefinition, FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IntegrationPattern, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { EcsRunTask, type EcsRunTaskProps, type IEcsLaunchTarget } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { stateNames } from '../contract/workflow-data.ts';
import { attemptEnvironment } from './attempt-environment.ts';
import { taskNotStarted } from './retries.ts';

/** Where and as what the importer runs. */
export interface ImporterTarget {
  cluster: ICluster;
  /** The project's own importer; imports with a container of their own name another family at run time. */
  taskDefinition: FargateTaskDefinition;
  container: ContainerDefinition;
  subnets: SubnetSelection;
  securityGroups: ISecurityGroup[];
  /** Needed in public subnets, where nothing else leads to the image, to S3 and to the logs. */
  assignPublicIp: boolean;
}

/** CDK's own rights for it say neither in which cluster, nor to whom the roles are passed; infra/import-stack.ts does. */
class RunTask extends EcsRunTask {
  protected override readonly taskPolicies: PolicyStatement[];

  constructor(scope: Construct, id: string, props: EcsRunTaskProps) {
    super(scope, id, props);
    const { clusterArn } = props.cluster;
    this.taskPolicies = [
      new PolicyStatement({
        actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
        // Tasks have no names before they run.
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': clusterArn } },
      }),
      // By this rule, which Step Functions makes itself, it hears of a task's end.
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          Stack.of(scope).formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForECSTaskRule',
          }),
        ],
      }),
    ];
  }
}

export interface RunImporterProps extends ImporterTarget {
  resultsBucketName: string;
}

/** RunImporter: one attempt of a run as a Fargate task, waited for. Its result says which attempt it was. */
export function runImporter(scope: Construct, props: RunImporterProps): EcsRunTask {
  const environment = attemptEnvironment(props.resultsBucketName);
  const task = new RunTask(scope, stateNames.runImporter, {
    comment: 'One attempt: the importer loads the upload and leaves a report',
    integrationPattern: IntegrationPattern.RUN_JOB,
    cluster: props.cluster,
    taskDefinition: props.taskDefinition,
    launchTarget: chosenByTheUpload(props),
    subnets: props.subnets,
    securityGroups: props.securityGroups,
    containerOverrides: [
      {
        containerDefinition: props.container,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
    taskTimeout: Timeout.at('$.run.timeLimitSeconds'),
    // Only what is surely there: a path that finds nothing would fail a run that has succeeded. The redrive count is
    // kept because ReadReport may itself be redriven, when the count is no longer the attempt's.
    resultSelector: {
      taskArn: JsonPath.stringAt('$.TaskArn'),
      redriveCount: JsonPath.stringAt('$$.Execution.RedriveCount'),
    },
    resultPath: '$.task',
  });
  task.addRetry(taskNotStarted);
  return task;
}

/**
 * Which task definition, on demand or on Spot: ValidateUpload says, so that one state runs every import. The family
 * alone is named, so that a redrive picks up the newest revision.
 */
function chosenByTheUpload({
  cluster,
  subnets,
  securityGroups,
  assignPublicIp,
}: ImporterTarget): IEcsLaunchTarget {
  return {
    bind: () => ({
      parameters: {
        TaskDefinition: JsonPath.stringAt('$.run.taskFamily'),
        CapacityProviderStrategy: [
          { CapacityProvider: JsonPath.stringAt('$.run.capacityProvider'), Weight: 1 },
        ],
        PlatformVersion: 'LATEST',
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            // Always said: what ECS does where it is not said depends on the way in which a task is started.
            AssignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED',
            Subnets: cluster.vpc.selectSubnets(subnets).subnetIds,
            SecurityGroups: securityGroups.map(({ securityGroupId }) => securityGroupId),
          },
        },
      },
    }),
  };
}
