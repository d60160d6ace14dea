import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { importerEnvironmentSchema } from '../../contract/environment.ts';
import { stateNames } from '../../contract/workflow-data.ts';
import { readConfig } from '../../infra/config.ts';
import { existingEverything, existingWithId, smallUploads } from './configurations.ts';
import { type Definition, definitionOf, makeStack } from './make-stack.ts';
import { actionsOf, statementsOf } from './policies.ts';

let template: Template;
let definition: Definition;
beforeAll(async () => {
  template = (await makeStack({ config: smallUploads })).template;
  definition = definitionOf(template);
});

const state = (name: string) => definition.States[name]!;

describe('without the setting', () => {
  it('there is neither state nor function nor login of small imports', async () => {
    const { template: usual } = await makeStack();
    const states = Object.keys(definitionOf(usual).States);
    expect(states).not.toContain(stateNames.runSmallImport);
    expect(states).not.toContain(stateNames.chooseCompute);
    expect(JSON.stringify(usual.toJSON())).not.toMatch(/SmallImport|SMALL_UPLOAD|rds-db|DatabaseUser/);
  });
});

describe('the workflow with small imports', () => {
  it('has two states more, by which each attempt begins', async () => {
    const usual = definitionOf((await makeStack()).template);
    const added = Object.keys(definition.States).filter((name) => !(name in usual.States));
    expect(added.toSorted()).toEqual([stateNames.chooseCompute, stateNames.runSmallImport]);
    for (const name of ['ValidateUpload', 'BackOff', 'WaitForSlot']) {
      expect([name, state(name).Next]).toEqual([name, 'ChooseCompute']);
    }
    expect(state('ChooseCompute')).toMatchObject({
      Type: 'Choice',
      Default: 'RunImporter',
      Choices: [
        {
          Next: 'RunSmallImport',
          // A run of an earlier release does not say.
          And: [
            { Variable: '$.run.runsOn', IsPresent: true },
            { Variable: '$.run.runsOn', StringEquals: 'lambda' },
          ],
        },
      ],
    });
  });

  it('explains whatever fails, and retries nothing that may have begun', () => {
    expect(state('RunSmallImport')).toMatchObject({
      Next: 'ReadReport',
      TimeoutSecondsPath: '$.run.timeLimitSeconds',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'ExplainFailure' }],
    });
    expect(state('RunSmallImport').Retry!.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual([
      'Lambda.TooManyRequestsException',
    ]);
  });

  it('tells the function what it tells a task', () => {
    const { Payload } = state('RunSmallImport').Parameters as unknown as { Payload: Record<string, string> };
    expect(
      Object.keys(Payload)
        .map((name) => name.replace(/\.\$$/, ''))
        .toSorted(),
    ).toEqual(Object.keys(importerEnvironmentSchema.shape).toSorted());
    const { Overrides } = state('RunImporter').Parameters as unknown as {
      Overrides: { ContainerOverrides: { Environment: Record<string, string>[] }[] };
    };
    for (const { Name, ...value } of Overrides.ContainerOverrides[0]!.Environment) {
      const [[kind, text]] = Object.entries(value) as [[string, string]];
      expect([Name, Payload[kind === 'Value' ? Name! : `${Name}.$`]]).toEqual([Name, text]);
    }
  });
});

describe('the function', () => {
  it('runs in the isolated subnets with the importer’s security group, as often at once as there are slots', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 10,
      VpcConfig: {
        SecurityGroupIds: [
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkImporterSecurityGroup'), 'GroupId'] },
        ],
        SubnetIds: [
          { Ref: Match.stringLikeRegexp('^NetworkVpcDatabaseSubnet1') },
          { Ref: Match.stringLikeRegexp('^NetworkVpcDatabaseSubnet2') },
        ],
      },
      Environment: {
        Variables: {
          DATABASE_HOST: Match.anyValue(),
          DATABASE_PORT: '5432',
          DATABASE_NAME: 'imports',
          DATABASE_IAM_USER: 'csv_small_importer',
          MAX_CONCURRENT_RUNS: '10',
          STACK_NAME: 'CsvImport',
        },
      },
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^ImporterLog') } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SMALL_UPLOAD_BYTES: '8000000' }) },
    });
    template.hasResourceProperties('AWS::RDS::DBCluster', { EnableIAMDatabaseAuthentication: true });
  });

  it('reaches S3 from there by the gateway endpoint', () => {
    const [endpoint] = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    const routes = JSON.stringify(endpoint!.Properties.RouteTableIds);
    for (const subnet of ['NetworkVpcDatabaseSubnet1', 'NetworkVpcDatabaseSubnet2']) {
      expect(routes).toContain(subnet);
    }
  });

  it('may do what the task may, log in as its one user, and join the network', () => {
    const network = actionsOf(template, /^SmallImportsDenyCodeNetwork/);
    expect(actionsOf(template, /^SmallImportsRoleDefaultPolicy/)).toEqual(
      [
        ...actionsOf(template, /^ImporterTaskDefinitionTaskRole/),
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'rds-db:connect',
        ...network,
      ].toSorted(),
    );
    const [login] = statementsOf(template, /^SmallImportsRoleDefaultPolicy/).filter(
      ({ Action }) => Action === 'rds-db:connect',
    );
    expect(JSON.stringify(login!.Resource)).toMatch(/:dbuser:".*DBClusterResourceId.*"\/csv_small_importer"/);
    // What Lambda needs of the role, the code of the function is denied.
    const [denied] = statementsOf(template, /^SmallImportsDenyCodeNetwork/);
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Condition: {
        ArnEquals: {
          'lambda:SourceFunctionArn': {
            'Fn::GetAtt': [expect.stringMatching(/^SmallImportsFunction/), 'Arn'],
          },
        },
      },
    });
  });

  it('gets its user by the deployment, which uses the master’s secret for that alone', () => {
    template.hasResource('Custom::DatabaseUser', {
      Properties: Match.objectLike({
        database: 'imports',
        sql: Match.stringLikeRegexp('grant rds_iam to csv_small_importer'),
      }),
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^DatabaseClusterWriter')]),
    });
    expect(actionsOf(template, /^SmallImportsUserRole/)).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'rds-data:ExecuteStatement',
      'secretsmanager:GetSecretValue',
    ]);
  });
});

describe('small imports into an existing database', () => {
  it('log in to it, and the stack creates no user there', async () => {
    const { template: existing } = await makeStack({
      config: {
        ...existingWithId,
        smallUploads: { maxBytes: 1000, databaseUser: 'small' },
      },
    });
    existing.resourceCountIs('Custom::DatabaseUser', 0);
    existing.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: existingEverything.network.importerSubnetIds },
      Environment: {
        Variables: Match.objectLike({
          DATABASE_HOST: existingEverything.database.existing.host,
          DATABASE_PORT: '5433',
          DATABASE_NAME: 'shop',
          DATABASE_IAM_USER: 'small',
          DATABASE_CA_FILE: 'database-ca.pem',
        }),
      },
    });
    expect(JSON.stringify(statementsOf(existing, /^SmallImportsRoleDefaultPolicy/))).toContain(
      ':dbuser:cluster-ABCDEFGH/small',
    );
  });
});

describe('settings that do not go with small imports', () => {
  const { existing } = existingEverything.database;
  it.each([
    [
      'maxConcurrency',
      { smallUploads: { maxBytes: 1, maxConcurrency: 11 } },
      /smallUploads.maxConcurrency.*at most limits.maxConcurrentRuns \(10\)/,
    ],
    ['one attempt', { ...smallUploads, limits: { maxAttempts: 1 } }, /limits.maxAttempts.*use at least 2/],
    ['no maxBytes', { smallUploads: {} }, /smallUploads.maxBytes/],
    [
      'an unknown existing database',
      { ...existingEverything, ...smallUploads },
      /database.existing.resourceId.*resource id/,
    ],
    [
      'an existing database without a host',
      {
        ...existingEverything,
        database: { existing: { ...existing, resourceId: 'db-A', host: undefined } },
        ...smallUploads,
      },
      /database.existing.host.*smallUploads/,
    ],
  ])('%s', (_, csvImport, message) => {
    expect(() => readConfig({ csvImport })).toThrow(message);
  });
});
