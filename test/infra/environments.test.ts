import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { configurations } from './configurations.ts';
import { makeStack } from './make-stack.ts';

type Made = Awaited<ReturnType<typeof makeStack>>;
let unnamed: Made;
let dev: Made;
let prod: Made;
beforeAll(async () => {
  unnamed = await makeStack();
  dev = await makeStack(configurations['dev, disposable']);
  prod = await makeStack(configurations.prod);
});

const resources = (template: Template, type: string) => Object.values(template.findResources(type));
const cluster = ({ template }: Made) => resources(template, 'AWS::RDS::DBCluster')[0]!;
const retentions = ({ template }: Made) =>
  new Set(resources(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays));

describe('an environment', () => {
  it('has a stack of its own, in which nothing is called as in another', () => {
    expect([unnamed, dev, prod].map(({ stack }) => stack.stackName)).toEqual([
      'CsvImport',
      'CsvImport-dev',
      'CsvImport-prod',
    ]);
    dev.template.hasResourceProperties('AWS::ECS::TaskDefinition', { Family: 'CsvImport-dev-importer' });
    const given = resources(dev.template, 'AWS::Logs::LogGroup').flatMap(
      ({ Properties }) => Properties.LogGroupName ?? [],
    );
    expect(given).toEqual(['/aws/vendedlogs/states/CsvImport-dev']);
  });

  it('is protected from removal and keeps its data, unless it is dev', () => {
    for (const made of [unnamed, prod]) {
      expect(made.stack.terminationProtection).toBe(true);
      expect(cluster(made)).toMatchObject({
        DeletionPolicy: 'Snapshot',
        UpdateReplacePolicy: 'Snapshot',
        Properties: { DeletionProtection: true, BackupRetentionPeriod: 14, CopyTagsToSnapshot: true },
      });
      const kept = expect.objectContaining({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(resources(made.template, 'AWS::S3::Bucket')).toEqual([kept, kept]);
      expect(retentions(made)).toEqual(new Set([90]));
    }
  });

  it('can be thrown away if it is dev', () => {
    expect(dev.stack.terminationProtection).toBe(false);
    expect(cluster(dev)).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtection: false, BackupRetentionPeriod: 1 },
    });
    const kept = Object.values(
      dev.template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>,
    );
    expect(kept.filter(({ DeletionPolicy }) => (DeletionPolicy ?? 'Delete') !== 'Delete')).toEqual([]);
    expect(retentions(dev)).toEqual(new Set([7]));
  });

  it('has its tags on the stack and on all that takes tags', () => {
    expect(prod.stack.tags.tagValues()).toMatchObject({ team: 'data' });
    for (const type of [
      'AWS::S3::Bucket',
      'AWS::RDS::DBCluster',
      'AWS::ECS::TaskDefinition',
      'AWS::Lambda::Function',
      'AWS::StepFunctions::StateMachine',
      'AWS::EC2::VPC',
      'AWS::SecretsManager::Secret',
      'AWS::SNS::Topic',
      'AWS::SQS::Queue',
      'AWS::Logs::LogGroup',
      'AWS::IAM::Role',
    ]) {
      const tagged = resources(prod.template, type);
      expect(tagged.length, type).toBeGreaterThan(0);
      for (const { Properties } of tagged) {
        expect(Properties.Tags, type).toContainEqual({ Key: 'team', Value: 'data' });
      }
    }
    expect(JSON.stringify(unnamed.template)).not.toContain('"team"');
  });

  it('keeps reports and rejects as long as it says, rejects for a shorter time', async () => {
    const rules = ({ template }: Made) =>
      resources(template, 'AWS::S3::Bucket')
        .flatMap(({ Properties }) => Properties.LifecycleConfiguration.Rules)
        .filter(({ Prefix }) => Prefix !== undefined)
        .map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays]);
    expect(rules(unnamed)).toEqual([
      ['reports/', 90],
      ['progress/', 90],
      ['rejects/', 30],
    ]);
    const chosen = await makeStack({ config: { results: { retentionDays: 365, rejectRetentionDays: 14 } } });
    expect(Object.fromEntries(rules(chosen))).toEqual({ 'reports/': 365, 'progress/': 365, 'rejects/': 14 });
  });
});

describe('the task', () => {
  it('is as large, of the architecture and as much on Spot as the settings say', async () => {
    const { template } = await makeStack(configurations['x86 on Spot with a large disk']);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '4096',
      Memory: '8192',
      EphemeralStorage: { SizeInGiB: 100 },
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { SPOT_PERCENT: '80', TIME_LIMIT_MINUTES: '240', STACK_NAME: 'CsvImport' } },
    });
    for (const each of [template, unnamed.template]) {
      each.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
        CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      });
    }
  });

  it('has the image of its architecture', async () => {
    expect(unnamed.imagePlatforms).toEqual(['linux/arm64']);
    const { imagePlatforms } = await makeStack(configurations['x86 on Spot with a large disk']);
    expect(imagePlatforms).toEqual(['linux/amd64']);
  });
});
