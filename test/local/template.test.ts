// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes them so
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, synthesise, type Template } from '../../local/synthesise.ts';
import { type LocalTemplate, readTemplate } from '../../local/template.ts';
import { makeFolder } from './make-folder.ts';

const definition = JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } });

function assemble(Resources: Template['Resources'], Outputs: Template['Outputs'] = {}): Assembly {
  const named = Object.entries(Resources).map(([id, resource]) => [
    id,
    { Metadata: { 'aws:cdk:path': `MyStack/${id}/Resource` }, ...resource },
  ]);
  return {
    stackName: 'MyStack',
    template: {
      Resources: {
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: { RoleArn: 'role', DefinitionString: definition },
        },
        ...Object.fromEntries(named),
      },
      Outputs,
    },
    fileAssets: new Map([['abc', '/assets/abc']]),
    imageAssets: new Map([['def', '/assets/def']]),
  };
}

describe('a template', () => {
  it('gives buckets their names from their constructs, and says what they do', () => {
    const { buckets } = readTemplate(
      assemble({
        UserUploads: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            VersioningConfiguration: { Status: 'Enabled' },
            NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
            CorsConfiguration: {
              CorsRules: [
                {
                  AllowedOrigins: ['https://app.example.com'],
                  AllowedMethods: ['PUT'],
                  ExposedHeaders: ['ETag'],
                },
              ],
            },
          },
        },
        Results: { Type: 'AWS::S3::Bucket' },
      }),
    );
    expect(buckets).toEqual([
      {
        name: 'my-stack-user-uploads',
        versioned: true,
        eventBridge: true,
        cors: [
          {
            allowedOrigins: ['https://app.example.com'],
            allowedMethods: ['PUT'],
            allowedHeaders: [],
            exposedHeaders: ['ETag'],
            maxAgeSeconds: null,
          },
        ],
      },
      { name: 'my-stack-results', versioned: false, eventBridge: false, cors: [] },
    ]);
  });

  it('gives functions their bundle, handler, environment and time limit', () => {
    const { functions } = readTemplate(
      assemble({
        Results: { Type: 'AWS::S3::Bucket' },
        Validate: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { S3Key: 'abc.zip' },
            Handler: 'index.handler',
            Timeout: 30,
            Environment: { Variables: { BUCKET: { Ref: 'Results' }, NOT: { Ref: 'AWS::NoValue' } } },
          },
        },
      }),
    );
    expect(functions).toEqual([
      {
        name: 'MyStack-Validate',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:MyStack-Validate',
        file: '/assets/abc/index.mjs',
        handler: 'handler',
        environment: { BUCKET: 'my-stack-results' },
        timeoutSeconds: 30,
      },
    ]);
  });

  it('gives tasks their image’s folder, command, environment, secrets and stop timeout', () => {
    const { tasks } = readTemplate(
      assemble({
        Task: {
          Type: 'AWS::ECS::TaskDefinition',
          Properties: {
            Family: 'importer',
            ContainerDefinitions: [
              {
                Name: 'c',
                Image: { 'Fn::Sub': '123.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:def' },
                Command: ['node', 'main.mjs'],
                Environment: [{ Name: 'A', Value: 'b' }],
                Secrets: [{ Name: 'DATABASE_SECRET', ValueFrom: 'x' }],
              },
            ],
          },
        },
      }),
    );
    expect(tasks).toEqual([
      {
        family: 'importer',
        container: 'c',
        command: ['node', 'main.mjs'],
        environment: { A: 'b' },
        secrets: ['DATABASE_SECRET'],
        image: '123.dkr.ecr.us-east-1.amazonaws.com/assets:def',
        folder: '/assets/def',
        stopTimeoutSeconds: 30,
      },
    ]);
  });

  it('gives tasks of an image in a registry no folder, and what they run with its entry point', () => {
    const container = {
      Name: 'c',
      Image: 'php:8.4-cli',
      EntryPoint: ['php'],
      Command: ['artisan', 'import'],
    };
    const properties = { Family: 'own', ContainerDefinitions: [container] };
    const { tasks } = readTemplate(
      assemble({ Task: { Type: 'AWS::ECS::TaskDefinition', Properties: properties } }),
    );
    expect(tasks).toMatchObject([
      { family: 'own', command: ['php', 'artisan', 'import'], image: 'php:8.4-cli', folder: null },
    ]);
  });

  it('gives rules that are enabled, with their targets', () => {
    const rule = { EventPattern: { source: ['aws.s3'] }, Targets: [{ Arn: { Ref: 'Machine' }, Id: 'T' }] };
    const { rules } = readTemplate(
      assemble({
        Rule: { Type: 'AWS::Events::Rule', Properties: rule },
        Off: { Type: 'AWS::Events::Rule', Properties: { ...rule, State: 'DISABLED' } },
      }),
    );
    expect(rules.map(({ name, targets }) => ({ name, targets }))).toEqual([
      {
        name: 'MyStack-Rule',
        targets: [{ id: 'T', arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine' }],
      },
    ]);
    expect(rules[0]!.matches({ source: 'aws.s3' })).toBe(true);
  });

  it.each<[string, Template['Resources'], RegExp]>([
    [
      'a schedule',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } } },
      /MyStack-Rule has no event pattern/,
    ],
    [
      'a target that is neither a state machine nor a topic',
      {
        Queue: { Type: 'AWS::SQS::Queue' },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: {}, Targets: [{ Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }] },
        },
      },
      /MyStack-Rule has a target .* arn:aws:sqs/,
    ],
    [
      'a target with an input of its own',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: {}, Targets: [{ Arn: { Ref: 'Machine' }, Input: '{}' }] },
        },
      },
      /MyStack-Rule has a target .* it has Input/,
    ],
    [
      'a pattern that it cannot match',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { a: [{ cidr: '10.0.0.0/8' }] } } } },
      /"cidr"/,
    ],
    ['two state machines', { Other: { Type: 'AWS::StepFunctions::StateMachine' } }, /2 state machines/],
    [
      'code that is not in the assembly',
      {
        F: {
          Type: 'AWS::Lambda::Function',
          Properties: { Handler: 'index.handler', Code: { S3Key: 'x.zip' } },
        },
      },
      /F: the assembly has no asset x/,
    ],
    [
      'a reference to nothing',
      { F: { Type: 'AWS::S3::Bucket', Properties: { A: { Ref: 'Nothing' } } } },
      /refers to Nothing/,
    ],
  ])('refuses %s, by name', (_, resources, message) => {
    expect(() => readTemplate(assemble(resources))).toThrow(message);
  });
});

describe('this project’s template', () => {
  let template: LocalTemplate;
  beforeAll(async () => {
    template = readTemplate(await synthesise(makeFolder()));
  });

  it('names its parts in a way that people can read', () => {
    expect(template.outputs).toMatchObject({
      UploadBucketName: 'csv-import-uploads',
      ResultsBucketName: 'csv-import-results',
    });
    expect(template.stateMachine.arn).toBe(
      'arn:aws:states:us-east-1:000000000000:stateMachine:CsvImport-Workflow-StateMachine',
    );
    expect(template.buckets).toEqual([
      expect.objectContaining({ name: 'csv-import-uploads', versioned: true, eventBridge: true }),
      expect.objectContaining({ name: 'csv-import-results', eventBridge: false }),
    ]);
  });

  it('has its bundles where it says', () => {
    expect(template.functions.length).toBeGreaterThan(0);
    for (const { file } of template.functions) expect(existsSync(file)).toBe(true);
    for (const { folder, command } of template.tasks)
      expect(existsSync(join(folder!, command.at(-1)!))).toBe(true);
  });

  it('has no reference left in what runs', () => {
    const text = JSON.stringify([template.functions, template.tasks, template.stateMachine]);
    expect(text).not.toMatch(/"Ref":|"Fn::|undefined|\[object Object\]/);
  });
});
