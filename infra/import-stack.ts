import { CfnOutput, Duration, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import { ImportWorkflow } from '../statemachine/import-workflow.ts';
import { CREATE_DATABASE_USER, type FunctionName } from './bundles.ts';
import type { Config } from './config.ts';
import { executionsUrl, logGroupUrl } from './console-urls.ts';
import { Dashboard } from './dashboard.ts';
import { Database } from './database.ts';
import { Functions } from './functions.ts';
import type { ImportTask } from './import-task.ts';
import { ImporterTask } from './importer-task.ts';
import { logGroupProps } from './log-group.ts';
import { Network } from './network.ts';
import { Notifications } from './notifications.ts';
import { Observability } from './observability.ts';
import { OwnContainer } from './own-container.ts';
import { SmallImports } from './small-imports.ts';
import { Storage } from './storage.ts';
import { Trigger } from './trigger.ts';
import { acknowledgeWorkflow } from './workflow-findings.ts';

export interface ImportStackProps extends StackProps {
  config: Config;
  imports: readonly ImportDefinition[];
  /** Folders with what esbuild made; see bundles.ts. */
  importerFolder: string;
  /** Read with `smallUploads` only. */
  smallImportFolder: string;
  functionFolder: (name: FunctionName) => string;
}

/** Everything that turns an upload into rows. */
export class ImportStack extends Stack {
  constructor(scope: Construct, id: string, props: ImportStackProps) {
    const { config, imports } = props;
    super(scope, id, {
      description: 'CSV files dropped into a bucket become rows of PostgreSQL',
      terminationProtection: !config.removeData,
      tags: config.tags,
      ...props,
    });
    // The stack's own tags are handed on by CloudFormation, but not everywhere; in the template they can be seen.
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
    const storage = new Storage(this, 'Storage', config);
    const network = new Network(this, 'Network', config);
    const database = new Database(this, 'Database', config, network);
    const importer = new ImporterTask(this, 'Importer', config, {
      imports,
      network,
      storage,
      database,
      bundleFolder: props.importerFolder,
    });
    const own = imports
      .filter((definition) => definition.kind === 'container')
      .map(
        (definition) =>
          new OwnContainer(
            this,
            `Import-${definition.name}`,
            config,
            { storage, database, logGroup: importer.logGroup },
            definition,
          ).task,
      );
    const functions = new Functions(this, 'Functions', config, {
      imports,
      storage,
      importer,
      bundleFolder: props.functionFolder,
    });
    const smallImports =
      config.smallUploads === undefined
        ? null
        : new SmallImports(this, 'SmallImports', config, config.smallUploads, {
            imports,
            storage,
            network,
            database,
            logGroup: importer.logGroup,
            bundleFolder: props.smallImportFolder,
            userBundleFolder: props.functionFolder(CREATE_DATABASE_USER),
          });
    const notifications = new Notifications(this, 'Notifications', config);
    const longest = Math.max(
      config.limits.timeLimitMinutes,
      ...props.imports.map(({ timeLimitMinutes }) => timeLimitMinutes ?? 0),
    );
    const workflow = new ImportWorkflow(this, 'Workflow', {
      importer: {
        cluster: importer.cluster,
        taskDefinition: importer.taskDefinition,
        container: importer.container,
        subnets: network.importerSubnets,
        securityGroups: [network.importer],
        assignPublicIp: network.assignPublicIp,
      },
      functions: {
        validateUpload: functions.validateUpload,
        readReport: functions.readReport,
        explainFailure: functions.explainFailure,
        failUntilRedriven: functions.failUntilRedriven,
        smallImport: smallImports?.function ?? null,
      },
      resultsBucket: storage.results,
      topic: notifications.topic,
      // Step Functions needs this prefix: the policy of log deliveries is limited in size and would fill up.
      logGroup: new LogGroup(this, 'WorkflowLog', {
        ...logGroupProps(config),
        logGroupName: `/aws/vendedlogs/states/${this.stackName}`,
      }),
      // Every attempt to its limit, the wait for a slot, and an hour for all other waits and notifications.
      executionTimeout: Duration.minutes(
        longest * config.limits.maxAttempts + config.limits.maxWaitHours * 60 + 60,
      ),
    });
    allowRunning(workflow.stateMachine, importer, own);
    const trigger = new Trigger(this, 'Trigger', {
      uploads: storage.uploads,
      stateMachine: workflow.stateMachine,
      imports,
    });
    const ends = notifications.watch(workflow.stateMachine, trigger.undelivered);
    const watched = {
      runbookUrl: config.runbookUrl ?? 'docs/runbook.md',
      undelivered: trigger.undelivered,
      stateMachine: workflow.stateMachine,
      rules: [...trigger.rules, ends.interrupted, ends.workflowBroken],
    };
    const { alarms } = new Observability(this, 'Observability', {
      ...watched,
      topic: notifications.topic,
      workflowBroken: ends.workflowBroken,
      maxWaitHours: config.limits.maxWaitHours,
    });
    const dashboard = new Dashboard(this, 'Dashboard', {
      ...watched,
      alarms,
      cluster: importer.cluster,
      taskDefinition: importer.taskDefinition,
      importerLog: importer.logGroup,
      explainFailureLog: functions.explainFailure.logGroup,
    });
    acknowledgeWorkflow(this, workflow, {
      tasks: [importer, ...own],
      functions,
      smallImport: smallImports?.function ?? null,
      storage,
    });
    Validations.of(trigger).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'The queue is a dead-letter queue itself.',
    });

    this.#output({
      UploadBucketName: storage.uploads.bucketName,
      ...(config.uploads.bucketName === undefined
        ? {}
        : {
            UploadBucketSetUp: describeSetUp(storage.uploads.bucketName, [
              ...[importer, ...own].map(({ taskDefinition }) => taskDefinition.taskRole),
              functions.validateUpload.role!,
              ...(smallImports === null ? [] : [smallImports.function.role!]),
            ]),
          }),
      ResultsBucketName: storage.results.bucketName,
      StateMachineArn: workflow.stateMachine.stateMachineArn,
      NotificationTopicArn: notifications.topic.topicArn,
      ImporterSecurityGroupId: network.importer.securityGroupId,
      ...(database.cluster === null ? {} : { DatabaseClusterArn: database.cluster.clusterArn }),
      DatabaseSecretArn: database.secret.secretArn,
      DashboardUrl: dashboard.url,
      StateMachineUrl: executionsUrl(workflow.stateMachine),
      LogsUrl: logGroupUrl(importer.logGroup),
    });
  }

  /** Names are API: people and their scripts look for them. */
  #output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

/** Lets the workflow start the importer, and the containers that imports bring, in the stack's cluster only. */
function allowRunning(stateMachine: StateMachine, importer: ImporterTask, own: readonly ImportTask[]): void {
  const tasks = [importer, ...own];
  // Any revision: an execution that runs during a deployment starts the newest, not the one it was defined with.
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      actions: ['ecs:RunTask'],
      resources: tasks.map(({ anyRevisionArn }) => anyRevisionArn),
      conditions: { ArnEquals: { 'ecs:cluster': importer.cluster.clusterArn } },
    }),
  );
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: tasks.flatMap(({ taskDefinition }) => [
        taskDefinition.taskRole.roleArn,
        taskDefinition.obtainExecutionRole().roleArn,
      ]),
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }),
  );
}

/** What the owner of an existing upload bucket must do, for the stack changes nothing of it; docs/deploy.md explains. */
function describeSetUp(bucketName: string, readers: readonly IRole[]): string {
  const roles = readers.map(({ roleArn }) => roleArn).join(' and ');
  return `Switch on EventBridge for ${bucketName}: "aws s3api get-bucket-notification-configuration --bucket ${bucketName}" must show EventBridgeConfiguration. Putting it there replaces all other notifications, so docs/deploy.md, "An existing upload bucket", shows how to keep them. Where its policy or key refuses others, let these read: ${roles}`;
}
