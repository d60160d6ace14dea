import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { existingEverything, existingNetwork } from './configurations.ts';
import { definitionOf, makeStack } from './make-stack.ts';
import { statementsOf } from './policies.ts';

let everything: Template;
let network: Template;
beforeAll(async () => {
  everything = (await makeStack({ config: existingEverything })).template;
  network = (await makeStack({ config: existingNetwork })).template;
});

const { existing } = existingEverything.database;
const importerRole = /^ImporterTaskDefinitionTaskRole/;
const executionRole = /^ImporterTaskDefinitionExecutionRole/;
const byId = (template: Template, id: RegExp, sid: string) =>
  statementsOf(template, id).find(({ Sid }) => Sid === sid);

describe('existing resources', () => {
  it('are not made once more, nor looked up', async () => {
    for (const type of [
      'AWS::EC2::VPC',
      'AWS::EC2::Subnet',
      'AWS::RDS::DBCluster',
      'AWS::SecretsManager::Secret',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
    ]) {
      everything.resourceCountIs(type, 0);
    }
    // The results bucket is always ours.
    everything.resourceCountIs('AWS::S3::Bucket', 1);
    everything.resourceCountIs('AWS::S3::BucketPolicy', 1);
    const { app } = await makeStack({ config: existingEverything });
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });
});

describe('an existing bucket', () => {
  it('is read under the prefixes only, with its key, which decrypts for S3 alone', () => {
    for (const role of [importerRole, /^FunctionsValidateUpload/]) {
      expect(JSON.stringify(byId(everything, role, 'ReadUploads')?.Resource)).toContain(
        ':s3:::company-uploads/uploads/customers/*"',
      );
      const decrypt = byId(everything, role, 'DecryptUploads');
      expect(decrypt).toMatchObject({
        Action: 'kms:Decrypt',
        Resource: existingEverything.uploads.kmsKeyArn,
      });
      expect(JSON.stringify(decrypt?.Condition)).toMatch(/"kms:ViaService".*"s3\."/);
    }
    expect(JSON.stringify(statementsOf(everything, /^FunctionsExplainFailure/))).not.toContain('kms:');
  });

  it('starts executions by its name, and its owner is told what to do', () => {
    everything.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ detail: Match.objectLike({ bucket: { name: ['company-uploads'] } }) }),
    });
    everything.hasOutput('UploadBucketName', { Value: 'company-uploads' });
    const [told] = Object.values(everything.findOutputs('UploadBucketSetUp'));
    expect(JSON.stringify(told)).toContain('get-bucket-notification-configuration --bucket company-uploads');
    for (const role of ['ImporterTaskDefinitionTaskRole', 'FunctionsValidateUploadRole']) {
      expect(JSON.stringify(told)).toContain(role);
    }
    expect(network.findOutputs('UploadBucketSetUp')).toEqual({});
  });
});

describe('an existing network', () => {
  it('has the importer in the chosen subnets, without a public address', () => {
    const { NetworkConfiguration } = definitionOf(everything).States.RunImporter!.Parameters as unknown as {
      NetworkConfiguration: { AwsvpcConfiguration: Record<string, unknown> };
    };
    expect(NetworkConfiguration.AwsvpcConfiguration).toMatchObject({
      Subnets: existingEverything.network.importerSubnetIds,
      AssignPublicIp: 'DISABLED',
    });
  });

  it('takes a public address where the settings say so', async () => {
    const config = {
      ...existingEverything,
      network: { ...existingEverything.network, assignPublicIp: true },
    };
    const { template } = await makeStack({ config });
    expect(JSON.stringify(definitionOf(template).States.RunImporter)).toContain('"AssignPublicIp":"ENABLED"');
  });

  it('takes a new database into its subnets, which only the importer may connect to', () => {
    network.hasResourceProperties('AWS::RDS::DBSubnetGroup', {
      SubnetIds: existingNetwork.network.databaseSubnetIds,
    });
    network.resourceCountIs('AWS::EC2::SecurityGroup', 2);
    network.allResourcesProperties('AWS::EC2::SecurityGroup', { VpcId: existingNetwork.network.vpcId });
    network.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    network.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 5432,
      ToPort: 5432,
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('ImporterSecurityGroup'), 'GroupId'] },
    });
    network.resourceCountIs('AWS::RDS::DBInstance', 1 + existingNetwork.database.readers);
    network.allResourcesProperties('AWS::RDS::DBInstance', { PubliclyAccessible: false });
  });
});

describe('an existing database', () => {
  it('lets the importer in on its port, and nobody else', () => {
    everything.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    everything.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    everything.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: existing.securityGroupId,
      FromPort: 5433,
      ToPort: 5433,
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('ImporterSecurityGroup'), 'GroupId'] },
    });
    everything.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      DestinationSecurityGroupId: existing.securityGroupId,
      FromPort: 5433,
      ToPort: 5433,
    });
  });

  it('is found by its secret and by what the secret does not say', () => {
    everything.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          Environment: Match.arrayWith([
            { Name: 'DATABASE_HOST', Value: existing.host },
            { Name: 'DATABASE_PORT', Value: '5433' },
            { Name: 'DATABASE_NAME', Value: 'shop' },
          ]),
          Secrets: [{ Name: 'DATABASE_SECRET', ValueFrom: existing.secretArn }],
        }),
      ],
    });
  });

  it('has its secret decrypted by whoever starts the task, not by the importer', () => {
    const decrypt = byId(everything, executionRole, 'DecryptSecret');
    expect(decrypt).toMatchObject({ Action: 'kms:Decrypt', Resource: existing.kmsKeyArn });
    expect(JSON.stringify(decrypt?.Condition)).toMatch(/"kms:ViaService".*"secretsmanager\."/);
    expect(JSON.stringify(statementsOf(everything, importerRole))).not.toContain(existing.kmsKeyArn);
  });
});

describe('an importer’s own login', () => {
  it('takes the place of the master user’s, which the task does not get to know', () => {
    const { importerSecretArn, importerSecretKmsKeyArn } = existingNetwork.database;
    network.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          Environment: Match.arrayWith([
            { Name: 'DATABASE_HOST', Value: { 'Fn::GetAtt': [Match.anyValue(), 'Endpoint.Address'] } },
            { Name: 'DATABASE_NAME', Value: 'imports' },
          ]),
          Secrets: [{ Name: 'DATABASE_SECRET', ValueFrom: importerSecretArn }],
        }),
      ],
    });
    const secrets = statementsOf(network, executionRole).filter(({ Action }) =>
      [Action].flat().includes('secretsmanager:GetSecretValue'),
    );
    expect(secrets.map(({ Resource }) => Resource)).toEqual([importerSecretArn]);
    expect(byId(network, executionRole, 'DecryptSecret')?.Resource).toBe(importerSecretKmsKeyArn);
  });
});

describe('an existing topic', () => {
  const { topicArn } = existingEverything.notifications;

  it('is published to by workflow, rules and alarms', () => {
    everything.hasResourceProperties('AWS::Events::Rule', {
      Targets: Match.arrayWith([Match.objectLike({ Arn: topicArn })]),
    });
    everything.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topicArn] });
    const publish = statementsOf(everything, /^WorkflowStateMachineRole/).find(({ Action }) =>
      [Action].flat().includes('sns:Publish'),
    );
    expect(publish?.Resource).toBe(topicArn);
  });

  it('takes addresses, too', async () => {
    const { template } = await makeStack({
      config: { notifications: { topicArn, emails: ['a@example.com', 'b@example.com'] } },
    });
    template.resourceCountIs('AWS::SNS::Subscription', 2);
    template.allResourcesProperties('AWS::SNS::Subscription', { TopicArn: topicArn });
  });
});
