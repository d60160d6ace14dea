import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { configurations } from './configurations.ts';
import { makeStack } from './make-stack.ts';

// What the owner of an account looks for in a template that somebody wants to deploy there, whatever its settings.

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: object;
}

/** Actions for which AWS knows no narrower resource, each with where that is said. */
const withoutResource: Record<string, string> = {
  'ec2:AssignPrivateIpAddresses': 'Lambda, “Giving functions access to a VPC”: denied to the function’s code',
  'ec2:CreateNetworkInterface': 'as above',
  'ec2:DeleteNetworkInterface': 'as above',
  'ec2:DescribeNetworkInterfaces': 'as above',
  'ec2:DescribeSubnets': 'as above',
  'ec2:UnassignPrivateIpAddresses': 'as above',
  'ecr:GetAuthorizationToken': 'Service Authorization Reference, Amazon ECR: no resource types',
  'ecs:StopTask': 'a task has no name before it runs; held to the cluster by a condition',
  'ecs:DescribeTasks': 'a task has no name before it runs; held to the cluster by a condition',
  'logs:CreateLogDelivery':
    'Step Functions, “Logging in CloudWatch”: CloudWatch API doesn’t support resource types',
  'logs:DeleteLogDelivery': 'as above',
  'logs:DescribeLogGroups': 'as above',
  'logs:DescribeResourcePolicies': 'as above',
  'logs:GetLogDelivery': 'as above',
  'logs:ListLogDeliveries': 'as above',
  'logs:PutResourcePolicy': 'as above',
  'logs:UpdateLogDelivery': 'as above',
  'xray:GetSamplingRules': 'Step Functions, “Tracing with X-Ray”',
  'xray:GetSamplingTargets': 'as above',
  'xray:PutTelemetryRecords': 'as above',
  'xray:PutTraceSegments': 'as above',
};

describe.each(Object.entries(configurations))('the owner of an account, reading: %s', (_, options) => {
  let template: Template;
  beforeAll(async () => {
    template = (await makeStack(options)).template;
  });
  const all = (type: string) => Object.entries(template.findResources(type));
  const statements = (...types: string[]) =>
    types
      .flatMap(all)
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Effect }) => Effect === 'Allow');

  it('finds no right over everything, but where AWS knows no narrower one', () => {
    const wide = statements('AWS::IAM::Policy')
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action);
    expect(wide.filter((action) => !(action in withoutResource))).toEqual([]);
    for (const [id, { Properties }] of all('AWS::IAM::Role')) {
      expect([id, Properties.ManagedPolicyArns ?? []]).toEqual([id, []]);
    }
  });

  it('finds no other account, and nobody in particular, let in', () => {
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'];
    for (const { Principal, Condition } of statements(...policies)) {
      expect(Principal).toEqual({ Service: expect.stringMatching(/^(events|cloudwatch)\.amazonaws\.com$/) });
      expect(JSON.stringify(Condition)).toMatch(/"aws:Source(Arn|Account)":\{"(Fn::GetAtt|Ref)"/);
    }
    for (const [, { Properties }] of all('AWS::IAM::Role')) {
      for (const { Principal } of Properties.AssumeRolePolicyDocument.Statement as Statement[]) {
        expect(Principal).toEqual({ Service: expect.stringMatching(/^[a-z-]+\.amazonaws\.com$/) });
      }
    }
  });

  it('finds nothing open to a network', () => {
    for (const [, { Properties }] of all('AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress ?? []).toEqual([]);
    }
    for (const [, { Properties }] of all('AWS::EC2::SecurityGroupIngress')) {
      expect(Properties.SourceSecurityGroupId).toBeDefined();
      expect([Properties.CidrIp, Properties.CidrIpv6]).toEqual([undefined, undefined]);
    }
    for (const [, { Properties }] of all('AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
    for (const [, { Properties }] of all('AWS::RDS::DBInstance')) {
      expect(Properties.PubliclyAccessible).toBe(false);
    }
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });

  it('finds all that is stored encrypted, and all that is logged going some day', () => {
    for (const [, { Properties }] of all('AWS::S3::Bucket'))
      expect(Properties.BucketEncryption).toBeDefined();
    for (const [, { Properties }] of all('AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    for (const [, { Properties }] of all('AWS::RDS::DBCluster')) {
      expect(Properties.StorageEncrypted).toBe(true);
      expect(Properties.BackupRetentionPeriod).toBeGreaterThan(0);
    }
    const groups = all('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(4);
    for (const [id, { Properties }] of groups) {
      expect([id, Properties.RetentionInDays]).toEqual([id, expect.any(Number)]);
    }
    // Lambda makes a group of its own, which keeps its log for ever, where none is named.
    for (const [, { Properties }] of all('AWS::Lambda::Function')) {
      expect(Properties.LoggingConfig.LogGroup.Ref).toMatch(/Log/);
    }
  });

  it('finds no secret in what anybody may read who may describe a task or a function', () => {
    const environments = [
      ...all('AWS::Lambda::Function').map(([, { Properties }]) => Properties.Environment?.Variables ?? {}),
      ...all('AWS::ECS::TaskDefinition').flatMap(([, { Properties }]) =>
        (Properties.ContainerDefinitions as { Environment?: object }[]).map(({ Environment }) => Environment),
      ),
    ];
    expect(JSON.stringify(environments)).not.toMatch(/resolve:|password|"DATABASE_(SECRET|URL)"/i);
    for (const [, { Properties }] of all('AWS::ECS::TaskDefinition')) {
      for (const container of Properties.ContainerDefinitions) {
        expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: '1000:1000' });
        expect(container.Privileged).toBeUndefined();
      }
    }
  });
});
