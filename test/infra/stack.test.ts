import { Match, type Template } from 'aws-cdk-lib/assertions';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { failureNames } from '../../contract/failures.ts';
import { resultPrefixes } from '../../contract/storage-keys.ts';
import { functionNames, importerCommand } from '../../infra/bundles.ts';
import { makeStack } from './make-stack.ts';
import { actionsOf, type Statement, statementsOf } from './policies.ts';

const orders = pgTable('orders', { id: integer('id').primaryKey() });
let template: Template;
beforeAll(async () => {
  const imports = ['uploads/orders/', '顧客/'].map((prefix, index) =>
    defineImport({ name: `import-${index}`, prefix, table: orders, mode: 'append' }),
  );
  template = (await makeStack({ imports })).template;
});

describe('storage', () => {
  it('versions uploads, announces them to EventBridge, and keeps old versions longer than a redrive can come', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })]),
      },
    });
    // One property, no custom resource for it.
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
    template.resourceCountIs('AWS::Lambda::Function', functionNames.length);
  });

  it('answers pages of the given origins, of no other, and only to upload', async () => {
    const config = { uploads: { corsOrigins: ['https://app.example.com', 'http://localhost:3000'] } };
    const { template: open } = await makeStack({ config });
    const rules = (of: Template) =>
      Object.values(of.findResources('AWS::S3::Bucket')).flatMap(
        ({ Properties }) => Properties.CorsConfiguration?.CorsRules ?? [],
      );
    expect(rules(template)).toEqual([]);
    expect(rules(open)).toEqual([
      {
        AllowedOrigins: config.uploads.corsOrigins,
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['*'],
        ExposedHeaders: ['ETag', 'x-amz-version-id'],
        MaxAge: 3600,
      },
    ]);
  });

  it('encrypts both buckets, blocks the public and refuses plain HTTP', () => {
    const buckets = Object.values(template.findResources('AWS::S3::Bucket'));
    expect(buckets).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Properties.BucketEncryption).toBeDefined();
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(DeletionPolicy).toBe('Retain');
    }
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(2);
    for (const policy of policies) {
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('never announces results, so that no import can trigger itself', () => {
    const announced = Object.values(template.findResources('AWS::S3::Bucket')).filter(
      ({ Properties }) => Properties.NotificationConfiguration !== undefined,
    );
    expect(announced).toHaveLength(1);
    expect(announced[0]!.Properties.VersioningConfiguration).toBeDefined();
  });
});

describe('trigger', () => {
  it('matches created objects under the prefixes of all imports, and delivers or keeps every event', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [{ Ref: Match.stringLikeRegexp('^StorageUploads') }] },
          object: { key: [{ prefix: 'uploads/orders/' }, { prefix: '顧客/' }] },
        },
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: Match.stringLikeRegexp('StateMachine') },
          DeadLetterConfig: { Arn: Match.anyValue() },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          // The event as it came.
          Input: Match.absent(),
          InputPath: Match.absent(),
          InputTransformer: Match.absent(),
        }),
      ],
    });
  });

  it('takes more rules when the prefixes of all imports do not fit into one pattern', async () => {
    const prefixes = Array.from({ length: 100 }, (_, index) => `uploads/a-rather-long-prefix/${index}/`);
    const { template: large } = await makeStack({
      imports: prefixes.map((prefix, index) =>
        defineImport({ name: `import-${index}`, prefix, table: orders, mode: 'append' }),
      ),
    });
    const patterns = Object.values(large.findResources('AWS::Events::Rule'))
      .map(({ Properties }) => Properties.EventPattern)
      .filter(({ source }) => source[0] === 'aws.s3');
    expect(patterns.length).toBeGreaterThan(1);
    expect(
      patterns.flatMap(({ detail }) => detail.object.key.map(({ prefix }: { prefix: string }) => prefix)),
    ).toEqual(prefixes);
    // The bucket's name takes up to 63 characters where the template has a reference.
    for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThan(2_048 - 63);
  });
});

describe('notifications', () => {
  it('come for executions that no state can speak for any more', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: Match.objectLike({ status: ['TIMED_OUT', 'ABORTED'] }),
      },
      Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('^NotificationsTopic') } })],
    });
  });

  it('come for executions that failed in a state of their own, but not twice for explained failures', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: Match.objectLike({
          status: ['FAILED'],
          error: [{ 'anything-but': [...failureNames] }],
        }),
      },
    });
  });

  it('may be published by EventBridge and by alarms', () => {
    const policies = JSON.stringify(template.findResources('AWS::SNS::TopicPolicy'));
    expect(policies).toContain('"cloudwatch.amazonaws.com"');
    // EventBridge by the roles that its targets name.
    expect(actionsOf(template, /^Notifications\w+EventsRole/)).toEqual(['sns:Publish', 'sns:Publish']);
  });

  it('are mailed where an address is configured', async () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    const { template: mailing } = await makeStack({
      config: { notifications: { emails: ['data@example.com'] } },
    });
    mailing.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'data@example.com',
    });
  });
});

describe('the importer’s task', () => {
  it('runs the bundle as nobody in particular, on a read-only disk, with the secret from ECS', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: 'CsvImport-importer',
      RequiresCompatibilities: ['FARGATE'],
      NetworkMode: 'awsvpc',
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      // Of the task, not of a host.
      Volumes: [{ Name: 'tmp' }],
      ContainerDefinitions: [
        Match.objectLike({
          Name: 'importer',
          Command: [...importerCommand],
          User: '1000:1000',
          ReadonlyRootFilesystem: true,
          LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
          // All that can be written to.
          MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false, SourceVolume: 'tmp' }],
          Environment: [
            { Name: 'DATABASE_TLS', Value: 'verify' },
            { Name: 'MAX_CONCURRENT_RUNS', Value: '10' },
            { Name: 'STACK_NAME', Value: 'CsvImport' },
          ],
          Secrets: [Match.objectLike({ Name: 'DATABASE_SECRET' })],
          StopTimeout: 30,
        }),
      ],
    });
  });

  it('may read uploads and write results, and nothing else', () => {
    expect(actionsOf(template, /^ImporterTaskDefinitionTaskRole/)).toEqual([
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const written = statementsOf(template, /^ImporterTaskDefinitionTaskRole/).filter(({ Action }) =>
      [Action].flat().includes('s3:PutObject'),
    );
    expect(written).toHaveLength(1);
    expect(JSON.stringify(written)).not.toContain('StorageUploads');
    expect(resultPrefixes.length).toBeGreaterThan(0);
    for (const prefix of resultPrefixes) expect(JSON.stringify(written)).toContain(`/${prefix}*`);
  });

  it('takes no connections and reaches only HTTPS and the database; nobody else reaches that', () => {
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(groups.length).toBeGreaterThan(0);
    for (const { Properties } of groups) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    }
    const ingress = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(ingress).toHaveLength(1);
    expect(JSON.stringify(ingress[0]!.Properties.SourceSecurityGroupId)).toContain('ImporterSecurityGroup');
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });
});

describe('rights', () => {
  it('name their actions: no policy of the stack has a wildcard among them', () => {
    for (const action of actionsOf(template, /./)) expect(action).not.toContain('*');
  });

  it('let each function reach only what it needs', () => {
    const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    const reading = [...logging, 's3:GetObject', 's3:ListBucket'];
    expect(actionsOf(template, /^FunctionsFailUntilRedriven/)).toEqual(logging);
    expect(actionsOf(template, /^FunctionsExplainFailure/)).toEqual(reading);
    expect(actionsOf(template, /^FunctionsValidateUpload/)).toEqual(
      [...reading, 's3:GetObjectVersion'].toSorted(),
    );
    expect(JSON.stringify(statementsOf(template, /^FunctionsExplainFailure/))).not.toContain(
      'StorageUploads',
    );
    expect(JSON.stringify(statementsOf(template, /^FunctionsValidateUpload/))).not.toContain(
      'StorageResults',
    );
  });

  it('let the state machine run any revision of the importer’s family, and read reports only', () => {
    const statements = statementsOf(template, /^WorkflowStateMachineRole/);
    const running = statements.find(({ Action }) => [Action].flat().includes('ecs:RunTask'));
    expect(JSON.stringify(running?.Resource)).toContain(':task-definition/CsvImport-importer:*');
    const reading = statements.filter(({ Action }) => [Action].flat().some((each) => /^s3:/i.test(each)));
    // Listing, so that S3 tells a report that is not there from one that may not be read.
    expect(reading.map(({ Action }) => Action).toSorted()).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(JSON.stringify(reading.find(({ Action }) => Action === 's3:GetObject')!.Resource)).toContain(
      '/reports/',
    );
    expect(JSON.stringify(reading)).not.toContain('StorageUploads');
  });
});

describe('policies beyond what each role does', () => {
  const allowing = (action: string) =>
    Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Action }) => [Action].flat().includes(action));

  it('start, stop and look at tasks in the stack’s cluster only', () => {
    const cluster = { 'Fn::GetAtt': [expect.stringMatching(/^ImporterCluster/), 'Arn'] };
    for (const action of ['ecs:RunTask', 'ecs:StopTask', 'ecs:DescribeTasks']) {
      const conditions = allowing(action).map(({ Condition }) => Condition);
      expect([action, conditions]).toEqual([action, [{ ArnEquals: { 'ecs:cluster': cluster } }]]);
    }
  });

  it('pass roles to ECS’s tasks only', () => {
    expect(allowing('iam:PassRole').map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    ]);
  });

  it('fetch a secret, and do not describe it', () => {
    expect(allowing('secretsmanager:GetSecretValue').length).toBeGreaterThan(0);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('DescribeSecret');
  });

  it('let no service publish for another account', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const allowed = (policy!.Properties.PolicyDocument.Statement as Statement[]).filter(
      ({ Effect }) => Effect === 'Allow',
    );
    expect(allowed.length).toBeGreaterThan(0);
    for (const { Condition } of allowed) {
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    }
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    const topics = rules
      .flatMap(({ Properties }) => Properties.Targets)
      .filter(({ Arn }) => /Topic/.test(JSON.stringify(Arn)));
    expect(topics).toHaveLength(2);
    for (const target of topics) expect(target.RoleArn).toBeDefined();
  });
});

describe('the stack', () => {
  it('logs and traces the state machine, without the data', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: false }),
    });
  });

  it('keeps the database private, encrypted, TLS only and protected', () => {
    template.hasResourceProperties('AWS::RDS::DBCluster', {
      StorageEncrypted: true,
      DeletionProtection: true,
      ServerlessV2ScalingConfiguration: Match.objectLike({ MinCapacity: 0 }),
    });
    template.hasResourceProperties('AWS::RDS::DBInstance', { PubliclyAccessible: false });
    template.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
      Parameters: { 'rds.force_ssl': '1' },
    });
  });

  it('says where everything is', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'DashboardUrl',
      'DatabaseClusterArn',
      'DatabaseSecretArn',
      'ImporterSecurityGroupId',
      'LogsUrl',
      'NotificationTopicArn',
      'ResultsBucketName',
      'StateMachineArn',
      'StateMachineUrl',
      'UploadBucketName',
    ]);
  });
});
