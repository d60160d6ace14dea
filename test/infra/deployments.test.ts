import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { taskFamily } from '../../contract/task-family.ts';
import { functionNames } from '../../infra/bundles.ts';
import { type Definition, definitionOf, makeStack } from './make-stack.ts';

// What docs/operations.md says of deployments: which executions they leave alone, and what they never replace.

/**
 * Logical ids of everything that holds data, or that a running execution refers to by its physical id. CloudFormation
 * knows resources by these: a renamed construct, or one that moved, is a new resource, and the old one is deleted or
 * orphaned with all that is in it. Do not correct this list to make the test pass, but the construct's id or place;
 * where a replacement is wanted, docs/operations.md must say how to move what the old one holds.
 */
const neverReplaced: Record<string, string[]> = {
  'AWS::S3::Bucket': ['StorageUploadsBDC5E374', 'StorageResultsB2A4FB2E'],
  'AWS::RDS::DBCluster': ['DatabaseCluster5B53A178'],
  'AWS::RDS::DBInstance': ['DatabaseClusterWriterD43085C6'],
  'AWS::SecretsManager::Secret': ['CsvImportDatabaseClusterSecret79416A4A3fdaad7efa858a3daf9490cf0a702aeb'],
  'AWS::SNS::Topic': ['NotificationsTopicAE679CBD'],
  'AWS::SQS::Queue': ['TriggerUndelivered1A059927'],
  'AWS::StepFunctions::StateMachine': ['WorkflowStateMachine8F1B1C15'],
  'AWS::Lambda::Function': [
    'FunctionsValidateUpload547D9E7F',
    'FunctionsExplainFailure18C64FFA',
    'FunctionsFailUntilRedriven08CD6E4B',
    'FunctionsReadReport245E3FCB',
  ],
  'AWS::ECS::Cluster': ['ImporterClusterEE8FA333'],
  'AWS::EC2::VPC': ['NetworkVpc7FB7348F'],
  'AWS::EC2::Subnet': [
    'NetworkVpcImporterSubnet1Subnet1C9B2473',
    'NetworkVpcImporterSubnet2SubnetB96BBE5A',
    'NetworkVpcDatabaseSubnet1Subnet75A30C75',
    'NetworkVpcDatabaseSubnet2Subnet7C7CA9F8',
  ],
  'AWS::EC2::SecurityGroup': ['NetworkDatabaseSecurityGroup2B3F4679', 'NetworkImporterSecurityGroupA17932DB'],
};

let template: Template;
let stack: Stack;
let definition: Definition;
beforeAll(async () => {
  ({ template, stack } = await makeStack());
  definition = definitionOf(template);
});

interface Statement {
  Action: string | string[];
  Resource: unknown;
}
const statementsAllowing = (action: string): Statement[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    .filter(({ Action }) => [Action].flat().includes(action));

describe('a deployment, to executions that run meanwhile', () => {
  it('leaves the way to the newest importer open: they name the family and may run any revision of it', () => {
    // ValidateUpload says which, by its own name for them: no number of a revision is anywhere.
    const parameters = definition.States.RunImporter!.Parameters as unknown as Record<string, string>;
    expect(parameters).toMatchObject({ 'TaskDefinition.$': '$.run.taskFamily' });
    const families = Object.values(template.findResources('AWS::ECS::TaskDefinition')).map(
      ({ Properties }) => Properties.Family as string,
    );
    expect(families).toContain(taskFamily('CsvImport', null));

    const resources = statementsAllowing('ecs:RunTask').flatMap(({ Resource }) => [Resource].flat());
    for (const family of families) {
      expect(resources.map((each) => JSON.stringify(each))).toContainEqual(
        expect.stringContaining(`:task-definition/${family}:*"`),
      );
    }
  });

  it('lets them pass on the roles of any revision: the roles are the same ones', () => {
    const passed = statementsAllowing('iam:PassRole').map(({ Resource }) => JSON.stringify(Resource));
    for (const { Properties } of Object.values(template.findResources('AWS::ECS::TaskDefinition'))) {
      for (const role of ['TaskRoleArn', 'ExecutionRoleArn']) {
        const [id] = (Properties[role] as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
        expect(passed.join()).toContain(`"${id}"`);
      }
    }
  });

  it('gives them the newest code of the functions: no version or alias is pinned', () => {
    const invoked = Object.values(definition.States)
      .filter(({ Resource }) => Resource?.endsWith(':lambda:invoke'))
      .map(({ Parameters }) => (Parameters as unknown as { FunctionName: string }).FunctionName);
    const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
    expect(invoked.toSorted()).toEqual(functions.map((id) => `<${id}>`).toSorted());
    expect(functions).toHaveLength(functionNames.length);
    for (const type of ['AWS::Lambda::Version', 'AWS::Lambda::Alias']) template.resourceCountIs(type, 0);
  });

  it('replaces nothing that their definition refers to', () => {
    const references = [...JSON.stringify(definition).matchAll(/<(\w+)>/g)].map(([, id]) => id!);
    expect(references.length).toBeGreaterThan(5);
    const known = Object.values(neverReplaced).flat();
    expect(references.filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe('a deployment, to data', () => {
  it('replaces nothing that holds any: logical ids are as they always were', () => {
    for (const [type, ids] of Object.entries(neverReplaced)) {
      expect([type, Object.keys(template.findResources(type)).toSorted()]).toEqual([type, ids.toSorted()]);
    }
  });

  it('has no other kind of resource that could hold data', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    const holding =
      /^AWS::(S3::Bucket|RDS::DB(Cluster|Instance)|SecretsManager::Secret|SNS::Topic|SQS::Queue|DynamoDB::.*|EFS::.*|ECR::.*|Backup::.*|KMS::Key)$/;
    const others = types.filter((type) => holding.test(type) && !(type in neverReplaced));
    expect(others).toEqual([]);
  });

  it('keeps it where a resource is removed or replaced after all, on deletion and on replacement alike', () => {
    for (const [type, policy] of [
      ['AWS::S3::Bucket', 'Retain'],
      ['AWS::RDS::DBCluster', 'Snapshot'],
    ] as const) {
      const found = Object.entries(template.findResources(type));
      expect(found.length, type).toBeGreaterThan(0);
      for (const [id, resource] of found) {
        expect([id, resource.DeletionPolicy]).toEqual([id, policy]);
        expect([id, resource.UpdateReplacePolicy]).toEqual([id, policy]);
      }
    }
  });

  it('cannot delete the stack or the database, nor old versions before the last day on which a redrive reads them', () => {
    expect(stack.terminationProtection).toBe(true);
    const clusters = Object.values(template.findResources('AWS::RDS::DBCluster'));
    expect(clusters).toHaveLength(1);
    for (const { Properties } of clusters) {
      expect(Properties).toMatchObject({ DeletionProtection: true });
      expect(Properties.BackupRetentionPeriod).toBeGreaterThanOrEqual(7);
    }
    const days = Object.values(template.findResources('AWS::S3::Bucket'))
      .flatMap(({ Properties }) => Properties.LifecycleConfiguration.Rules)
      .map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays)
      .filter((each) => each !== undefined);
    expect(days).toHaveLength(1);
    expect(days[0]).toBeGreaterThan(14);
  });
});
