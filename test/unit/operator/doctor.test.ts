import {
  GetBucketNotificationConfigurationCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { stateNames } from '../../../contract/workflow-data.ts';
import { examine } from '../../../operator/doctor.ts';
import { OperatorError } from '../../../operator/operator-error.ts';

// Only what AWS itself would answer, which cannot run here; a healthy system is looked at in test/e2e/ops.test.ts.

const sfn = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:imports';
const connection = { sfn: new SFNClient({}), s3: new S3Client({}), stateMachineArn };
const definitionOf = (names: string[]) =>
  JSON.stringify({
    States: Object.fromEntries(names.map((name) => [name, { Parameters: { Bucket: 'results' } }])),
  });

beforeEach(() => {
  sfn.reset();
  s3.reset();
  sfn.on(DescribeStateMachineCommand).resolves({
    status: 'ACTIVE',
    definition: definitionOf(Object.values(stateNames)),
  });
  const executionArn = `${stateMachineArn.replace('stateMachine', 'execution')}:one`;
  const startDate = new Date();
  sfn.on(ListExecutionsCommand).resolves({
    executions: [{ executionArn, stateMachineArn, name: 'one', status: 'SUCCEEDED', startDate }],
  });
  sfn.on(DescribeExecutionCommand).resolves({
    executionArn,
    stateMachineArn,
    name: 'one',
    status: 'SUCCEEDED',
    startDate,
    stopDate: startDate,
    input: JSON.stringify({ detail: { bucket: { name: 'uploads' }, object: { key: 'k' } } }),
  });
  sfn.on(GetExecutionHistoryCommand).resolves({ events: [] });
  s3.on(ListObjectsV2Command).resolves({});
  s3.on(GetBucketNotificationConfigurationCommand, { Bucket: 'uploads' }).resolves({
    EventBridgeConfiguration: {},
  });
});

const look = () => examine(Promise.resolve(connection), null);
const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });

describe('the doctor', () => {
  it('finds nothing where all is well', async () => {
    const findings = await look();
    expect(findings.map(({ what, state, remedy }) => [what, state, remedy])).toEqual([
      ['state machine', 'well', null],
      ['executions', 'well', null],
      ['results bucket', 'well', null],
      ['upload bucket', 'well', null],
    ]);
  });

  it.each([
    [named('CredentialsProviderError'), /aws sso login/],
    [named('ExpiredTokenException'), /aws sso login/],
    [named('AccessDeniedException'), /permissions that docs\/deploy\.md lists/],
    [named('Error', 'Region is missing'), /Set AWS_REGION/],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), /reaches the endpoint/],
    [new OperatorError('Say which state machine'), /As it says/],
  ])('no connection: %s', async (error, remedy) => {
    expect(await examine(Promise.reject(error), null)).toMatchObject([
      { what: 'connection', state: 'ill', remedy: expect.stringMatching(remedy) },
    ]);
  });

  it('another state machine, or one of another version', async () => {
    sfn.on(DescribeStateMachineCommand).resolves({ status: 'ACTIVE', definition: definitionOf(['Other']) });
    expect(await look()).toMatchObject([
      { what: 'state machine', state: 'ill', remedy: expect.stringContaining('deploy') },
    ]);
  });

  it('failures of the system, with the command that redrives them', async () => {
    const startDate = new Date();
    sfn.on(DescribeExecutionCommand).resolves({
      executionArn: 'e',
      stateMachineArn,
      name: 'one',
      status: 'FAILED',
      error: 'DatabaseUnavailable',
      startDate,
      stopDate: startDate,
    });
    const [, executions] = await look();
    expect(executions).toMatchObject({
      state: 'ill',
      found: expect.stringContaining('DatabaseUnavailable'),
      remedy: expect.stringContaining('npm run ops -- redrive --failed-since 1d'),
    });
  });

  it('a bucket without EventBridge; one that may not be asked', async () => {
    s3.on(GetBucketNotificationConfigurationCommand).resolves({});
    expect((await look()).at(-1)).toMatchObject({
      state: 'ill',
      found: expect.stringContaining('no upload starts an execution'),
    });
    s3.on(GetBucketNotificationConfigurationCommand).rejects(named('AccessDenied'));
    expect((await look()).at(-1)).toMatchObject({ state: 'unknown' });
  });

  it('results that may not be read', async () => {
    s3.on(ListObjectsV2Command).rejects(named('AccessDenied'));
    expect((await look())[2]).toMatchObject({ what: 'results bucket', state: 'ill' });
  });
});
