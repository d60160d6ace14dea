import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { resultPrefixes } from '../../contract/storage-keys.ts';
import { taskFamily } from '../../contract/task-family.ts';
import customers from '../../imports/customers.ts';
import { ownContainers } from './configurations.ts';
import { makeStack } from './make-stack.ts';

let template: Template;
beforeAll(async () => {
  ({ template } = await makeStack({ imports: [customers, ...ownContainers] }));
});

interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

function taskOf(name: string) {
  const family = taskFamily('CsvImport', name);
  const [task] = Object.values(
    template.findResources('AWS::ECS::TaskDefinition', { Properties: { Family: family } }),
  );
  return task!.Properties as {
    Cpu: string;
    Volumes: unknown;
    RuntimePlatform: unknown;
    TaskRoleArn: { 'Fn::GetAtt': [string, string] };
    ExecutionRoleArn: { 'Fn::GetAtt': [string, string] };
    ContainerDefinitions: [Record<string, unknown>];
  };
}

/** What a role may do. */
function statementsOf(roleArn: { 'Fn::GetAtt': [string, string] }): Statement[] {
  const [role] = roleArn['Fn::GetAtt'];
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: role }]))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
}
const actionsOf = (statements: Statement[]) => statements.flatMap(({ Action }) => Action).sort();
const importerTask = () =>
  Object.values(
    template.findResources('AWS::ECS::TaskDefinition', { Properties: { Family: 'CsvImport-importer' } }),
  )[0]!.Properties;

describe('the task of a container of one’s own', () => {
  it.each(ownContainers.map(({ name }) => name))('%s: is locked in like the importer’s', (name) => {
    const { ContainerDefinitions, ...own } = taskOf(name);
    const [container] = ContainerDefinitions;
    const importer = importerTask();
    for (const field of [
      'Name',
      'User',
      'ReadonlyRootFilesystem',
      'LinuxParameters',
      'MountPoints',
      'StopTimeout',
      'Secrets',
      'Essential',
    ]) {
      expect([field, container[field]]).toEqual([field, importer.ContainerDefinitions[0][field]]);
      expect(container[field]).toBeDefined();
    }
    for (const field of [
      'Cpu',
      'Memory',
      'RuntimePlatform',
      'Volumes',
      'NetworkMode',
      'RequiresCompatibilities',
    ]) {
      expect([field, own[field as keyof typeof own]]).toEqual([field, importer[field]]);
    }
  });

  it('runs the definition’s command whatever its image would, with its variables', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: 'CsvImport-import-public',
      ContainerDefinitions: [
        Match.objectLike({
          Image: 'python:3.13-slim',
          EntryPoint: ['python'],
          Command: ['-m', 'importer'],
          Environment: [
            { Name: 'DATABASE_TLS', Value: 'verify' },
            { Name: 'LEVEL', Value: '3' },
          ],
        }),
      ],
    });
  });

  it('logs into the importer’s group, in streams of its own', () => {
    const [{ LogConfiguration }] = taskOf('stock').ContainerDefinitions;
    const importer = importerTask().ContainerDefinitions[0].LogConfiguration;
    expect(LogConfiguration).toEqual({
      ...importer,
      Options: { ...importer.Options, 'awslogs-stream-prefix': 'CsvImport-import-stock' },
    });
    expect(importer.Options['awslogs-stream-prefix']).toBe('CsvImport-importer');
  });

  it('may read uploads under its own prefix and write results, and nothing else', () => {
    const statements = statementsOf(taskOf('stock').TaskRoleArn);
    expect(actionsOf(statements)).toEqual([
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const reading = JSON.stringify(statements.find(({ Sid }) => Sid === 'ReadUploads')!.Resource);
    expect(reading).toContain('/uploads/stock/*');
    expect(reading).not.toMatch(/customers|orders|public/);
    const writing = JSON.stringify(statements.find(({ Sid }) => Sid === 'WriteResults')!.Resource);
    for (const prefix of resultPrefixes) expect(writing).toContain(`/${prefix}*`);
  });

  it('leaves the importer with the uploads of imports into tables', () => {
    const reading = JSON.stringify(
      statementsOf(importerTask().TaskRoleArn).find(({ Sid }) => Sid === 'ReadUploads')!.Resource,
    );
    expect(reading).toContain('/uploads/customers/*');
    expect(reading).not.toMatch(/stock|orders|public/);
  });

  it('pulls from the one private repository that it names, and from ECR at all only where it must', () => {
    const pulling = (name: string) =>
      statementsOf(taskOf(name).ExecutionRoleArn).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('ecr:')),
      );
    expect(pulling('public')).toEqual([]);
    expect(pulling('stock').length).toBeGreaterThan(0);
    const [layers, login, ...more] = pulling('private-orders');
    expect(more).toEqual([]);
    expect(login).toMatchObject({ Action: 'ecr:GetAuthorizationToken', Resource: '*' });
    expect(JSON.stringify(layers!.Resource)).toMatch(/:ecr:eu-west-1:444455556666:repository\/shop\/orders"/);
    expect(actionsOf([layers!])).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ]);
    const [{ Image }] = taskOf('private-orders').ContainerDefinitions;
    expect(JSON.stringify(Image)).toMatch(
      /444455556666\.dkr\.ecr\.eu-west-1\..*\/shop\/orders@sha256:(0f){32}/,
    );
  });
});

describe('the workflow', () => {
  const machine = () => {
    const [found] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    return statementsOf(found!.Properties.RoleArn);
  };

  it('may start every revision of each family, and no other', () => {
    const running = machine().filter(({ Action }) => [Action].flat().includes('ecs:RunTask'));
    const families = [...JSON.stringify(running).matchAll(/:task-definition\/([\w-]+):\*/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(families)].sort()).toEqual(
      ['CsvImport-importer', ...ownContainers.map(({ name }) => `CsvImport-import-${name}`)].sort(),
    );
  });

  it('may hand exactly their roles to tasks of ECS', () => {
    const passing = machine().filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
    const passed = passing.flatMap(({ Resource }) => [Resource].flat()).map((arn) => JSON.stringify(arn));
    const tasks = [importerTask(), ...ownContainers.map(({ name }) => taskOf(name))];
    const roles = tasks.flatMap((task) =>
      [task.TaskRoleArn, task.ExecutionRoleArn].map((arn) => JSON.stringify(arn)),
    );
    expect([...new Set(passed)].sort()).toEqual(roles.sort());
    const own = passing.filter(({ Resource }) => JSON.stringify(Resource).includes('Importstock'));
    expect(own).toMatchObject([
      { Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } },
    ]);
  });
});

it('a directory without a Dockerfile is refused, by name', async () => {
  const definition = defineImport({
    name: 'nothing',
    prefix: 'nothing/',
    container: { directory: 'samples', command: ['true'] },
  });
  await expect(makeStack({ imports: [definition] })).rejects.toMatchObject({
    name: 'DefinitionInvalid',
    message: expect.stringMatching(
      /import "nothing", field "container.directory": there is no Dockerfile in .*samples;/,
    ),
  });
});
