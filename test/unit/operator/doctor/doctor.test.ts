import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportDefinition } from '../../../../contract/definition/define-import.ts';
import { optionalStates, stateNames } from '../../../../contract/workflow-data.ts';
import { compilePattern } from '../../../../local/event-pattern.ts';
import { examine } from '../../../../operator/doctor/examine.ts';
import type { Finding } from '../../../../operator/doctor/finding.ts';
import { OperatorError } from '../../../../operator/operator-error.ts';

// Only what AWS itself would answer, which cannot run here; test/e2e/ops-acting.test.ts looks at a whole system.

const sfn = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const events = mockClient(EventBridgeClient);
// They stand in for every client in this process, those of other test files, too.
afterAll(() => {
  for (const mock of [sfn, s3, events]) mock.restore();
});
const region = 'eu-west-1';
const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:imports';
const executionArn = `${stateMachineArn.replace('stateMachine', 'execution')}:one`;
const target = {
  connection: { sfn: new SFNClient({ region }), s3: new S3Client({ region }), stateMachineArn },
  events: new EventBridgeClient({ region }),
};
const table = pgTable('orders', { id: integer('id').primaryKey() });
const orders = defineImport({ name: 'orders', prefix: 'uploads/orders/', table, mode: 'append' });
const runTaskParameters = {
  Overrides: { ContainerOverrides: [{ Environment: [{ Name: 'RESULTS_BUCKET', Value: 'results' }] }] },
};
const definitionOf = (names: string[]) =>
  JSON.stringify({
    States: Object.fromEntries(names.map((name) => [name, { Parameters: runTaskParameters }])),
  });
const patternOf = (...prefixes: string[]) =>
  JSON.stringify({
    source: ['aws.s3'],
    detail: { bucket: { name: ['uploads'] }, object: { key: prefixes.map((prefix) => ({ prefix })) } },
  });
const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });
const ended = (more: object) => ({
  executionArn,
  stateMachineArn,
  name: 'one',
  status: 'SUCCEEDED' as const,
  startDate: new Date(),
  stopDate: new Date(),
  ...more,
});

beforeEach(() => {
  sfn.reset();
  s3.reset();
  events.reset();
  sfn.on(DescribeStateMachineCommand).resolves({
    status: 'ACTIVE',
    definition: definitionOf(Object.values(stateNames).filter((name) => !optionalStates.includes(name))),
  });
  sfn.on(ListExecutionsCommand).resolves({ executions: [ended({})] });
  // The execution is always that of the newest upload.
  sfn.on(DescribeExecutionCommand).callsFake(() => ended({ input: inputOfUpload() }));
  const none = named('ExecutionDoesNotExist');
  sfn.on(GetExecutionHistoryCommand).callsFake((request) => {
    if (request.executionArn !== executionArn) throw none;
    return { events: [] };
  });
  sfn.on(RedriveExecutionCommand).rejects(none);
  sfn.on(StopExecutionCommand).rejects(none);
  sfn.on(StartExecutionCommand).rejects(named('InvalidExecutionInput'));
  s3.on(ListObjectsV2Command).resolves({});
  s3.on(GetObjectCommand).rejects(named('NoSuchKey'));
  s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
  s3.on(DeleteObjectCommand).resolves({});
  s3.on(GetBucketNotificationConfigurationCommand, { Bucket: 'uploads' }).resolves({
    EventBridgeConfiguration: {},
  });
  events.on(ListRuleNamesByTargetCommand, { TargetArn: stateMachineArn }).resolves({ RuleNames: ['R'] });
  events
    .on(DescribeRuleCommand, { Name: 'R' })
    .resolves({ Name: 'R', State: 'ENABLED', EventPattern: patternOf('uploads/orders/') });
  events.on(TestEventPatternCommand).callsFake(({ Event, EventPattern }) => ({
    Result: compilePattern(JSON.parse(EventPattern))(JSON.parse(Event)),
  }));
});

const lastUpload = () => s3.commandCalls(PutObjectCommand).at(-1)?.args[0].input;

function inputOfUpload(): string {
  const key = lastUpload()?.Key ?? 'k';
  return JSON.stringify({ detail: { bucket: { name: 'uploads' }, object: { key } } });
}

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const collected: Finding[] = [];
  for await (const finding of findings) collected.push(finding);
  return collected;
}

async function look({
  imports = Promise.resolve([orders]),
  readOnly = false,
}: {
  imports?: Promise<ImportDefinition[]>;
  readOnly?: boolean;
} = {}): Promise<Finding[]> {
  const timeouts = { eventMs: 50, endMs: 60, pollMs: 1 };
  const findings = examine(Promise.resolve(target), { imports, uploadBucket: null, readOnly, timeouts });
  return collect(findings);
}

async function lookAt(what: string, options = {}): Promise<Finding | undefined> {
  return (await look(options)).find((finding) => finding.what === what);
}

describe('the doctor', () => {
  it('reports ok for every check of a working system', async () => {
    const findings = await look();
    expect(findings.map(({ what, state, remedy }) => [what, state, remedy])).toEqual([
      ['state machine', 'ok', null],
      ['executions', 'ok', null],
      ['results bucket', 'ok', null],
      ['rule', 'ok', null],
      ['prefixes', 'ok', null],
      ['upload bucket', 'ok', null],
      ['permissions', 'ok', null],
      ['import orders', 'ok', null],
    ]);
    expect(lastUpload()).toMatchObject({ Bucket: 'uploads', Metadata: { 'dry-run': 'true' } });
    expect(lastUpload()?.Key).toMatch(/^uploads\/orders\/ops-doctor-[0-9a-f]{8}\.csv$/);
    const [removed] = s3.commandCalls(DeleteObjectCommand);
    expect(removed!.args[0].input).toEqual({ Bucket: 'uploads', Key: lastUpload()?.Key });
  });

  it.each([
    [named('CredentialsProviderError'), /aws sso login/],
    [named('ExpiredTokenException'), /aws sso login/],
    [named('AccessDeniedException'), /permissions that docs\/deploy\.md lists/],
    [named('Error', 'Region is missing'), /Set AWS_REGION/],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), /reaches the endpoint/],
    [new OperatorError('Say which state machine'), /As it says/],
  ])('no connection: %s', async (error, remedy) => {
    const options = { imports: Promise.resolve([]), uploadBucket: null, readOnly: true };
    expect(await collect(examine(Promise.reject(error), options))).toMatchObject([
      { what: 'connection', state: 'failed', remedy: expect.stringMatching(remedy) },
    ]);
  });

  it('another state machine, or one of another version', async () => {
    sfn.on(DescribeStateMachineCommand).resolves({ status: 'ACTIVE', definition: definitionOf(['Other']) });
    expect(await look()).toMatchObject([
      { what: 'state machine', state: 'failed', remedy: expect.stringContaining('deploy') },
    ]);
  });

  it('failures of the system, with the command that redrives them', async () => {
    sfn
      .on(DescribeExecutionCommand)
      .callsFake(() => ended({ status: 'FAILED', error: 'DatabaseUnavailable', input: inputOfUpload() }));
    expect(await lookAt('executions')).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('DatabaseUnavailable'),
      remedy: expect.stringContaining('npm run ops -- redrive --failed-since 1d'),
    });
  });

  it('an execution that somebody stopped is no failure of the system', async () => {
    sfn
      .on(DescribeExecutionCommand)
      .callsFake(() => ended({ status: 'ABORTED', error: undefined, input: inputOfUpload() }));
    expect(await lookAt('executions')).toMatchObject({ state: 'ok' });
  });

  it('a bucket without EventBridge, where nothing is tried; one that may not be asked', async () => {
    s3.on(GetBucketNotificationConfigurationCommand).resolves({});
    expect(await lookAt('upload bucket')).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('no upload starts an execution'),
    });
    expect(lastUpload()).toBeUndefined();
    s3.on(GetBucketNotificationConfigurationCommand).rejects(named('AccessDenied'));
    expect(await lookAt('upload bucket')).toMatchObject({ state: 'unknown' });
  });

  it('results that may not be listed, or not be read', async () => {
    s3.on(GetObjectCommand).rejects(named('AccessDenied'));
    expect(await lookAt('results bucket')).toMatchObject({ state: 'failed' });
    s3.on(ListObjectsV2Command).rejects(named('AccessDenied'));
    expect(await lookAt('results bucket')).toMatchObject({ state: 'failed' });
  });
});

describe('the rule', () => {
  it.each([
    ['there is none', { RuleNames: [] }, {}, /No rule starts/, /Deploy/],
    ['it is disabled', { RuleNames: ['R'] }, { State: 'DISABLED' }, /disabled/, /enable-rule --name R/],
  ] as const)('%s', async (_, names, rule, found, remedy) => {
    events.on(ListRuleNamesByTargetCommand).resolves({ ...names, RuleNames: [...names.RuleNames] });
    events.on(DescribeRuleCommand).resolves({ Name: 'R', EventPattern: patternOf('uploads/'), ...rule });
    expect(await lookAt('rule')).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(found),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('what is deployed and what imports/ says differ', async () => {
    const describeRule = (...prefixes: string[]) =>
      events.on(DescribeRuleCommand).resolves({ Name: 'R', EventPattern: patternOf(...prefixes) });
    describeRule('uploads/customers/');
    const findings = await look();
    expect(findings.find(({ what }) => what === 'prefixes')).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('uploads/orders/ (orders) start no execution'),
      remedy: expect.stringContaining('Deploy'),
    });
    // Nobody would take the file of its dry run.
    expect(findings.map(({ what }) => what)).not.toContain('import orders');
    describeRule('uploads/orders/', 'uploads/old/');
    expect(await lookAt('prefixes')).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(/uploads\/old\/ start executions/),
    });
  });

  it('may not be asked for: the bucket is the newest execution’s', async () => {
    events.on(ListRuleNamesByTargetCommand).rejects(named('AccessDeniedException'));
    const findings = await look();
    expect(findings.map(({ what, state }) => `${what} ${state}`)).toEqual(
      expect.arrayContaining(['rule unknown', 'upload bucket ok', 'import orders ok']),
    );
  });

  it('a definition that cannot be loaded', async () => {
    const findings = await look({ imports: Promise.reject(new Error('imports/orders.ts: no key.')) });
    expect(findings.find(({ what }) => what === 'imports')).toMatchObject({
      state: 'failed',
      found: 'imports/orders.ts: no key.',
    });
    expect(lastUpload()).toBeUndefined();
  });
});

describe('permissions', () => {
  it('that are missing are named', async () => {
    sfn.on(RedriveExecutionCommand).rejects(named('AccessDeniedException'));
    sfn.on(StopExecutionCommand).rejects(named('AccessDeniedException'));
    expect(await lookAt('permissions')).toMatchObject({
      state: 'failed',
      found: 'You may not: states:RedriveExecution, states:StopExecution.',
      remedy: expect.stringContaining('docs/deploy.md'),
    });
  });

  it('that are unknown', async () => {
    sfn.on(StopExecutionCommand).rejects(named('ThrottlingException'));
    expect(await lookAt('permissions')).toMatchObject({
      state: 'unknown',
      found: expect.stringContaining('states:StopExecution is unknown'),
    });
  });
});

describe('--read-only', () => {
  it('starts, uploads and tries nothing that changes something', async () => {
    const findings = await look({ readOnly: true });
    expect(findings.filter(({ state }) => state === 'unknown')).toMatchObject([
      { what: 'permissions', remedy: expect.stringContaining('without --read-only') },
      { what: 'dry runs', remedy: 'Run it without --read-only.' },
    ]);
    expect(sfn.commandCalls(RedriveExecutionCommand)).toEqual([]);
    expect(sfn.commandCalls(StopExecutionCommand)).toEqual([]);
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
    expect(lastUpload()).toBeUndefined();
  });
});

describe('a dry run', () => {
  it.each([
    ['TaskNotStarted', /secret that is gone/],
    ['DatabaseUnavailable', /security group/],
    ['TargetTableMismatch', /alter the table/],
    ['AccessDenied', /docs\/importer-user\.sql/],
    ['HeaderInvalid', /deploy/],
    ['UnexpectedError', /npm run ops -- show one/],
  ])('that fails with %s', async (error, remedy) => {
    sfn
      .on(DescribeExecutionCommand)
      .callsFake(() => ended({ status: 'FAILED', error, cause: 'This.', input: inputOfUpload() }));
    expect(await lookAt('import orders')).toMatchObject({
      state: 'failed',
      found: `A dry run failed with ${error}: This.`,
      remedy: expect.stringMatching(remedy),
    });
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
  });

  it('whose file may not be written, or not be deleted', async () => {
    s3.on(DeleteObjectCommand).rejects(named('AccessDenied', 'not s3:DeleteObject'));
    const finding = await lookAt('import orders');
    expect(finding).toMatchObject({ state: 'ok' });
    expect(finding?.found).toMatch(
      /s3:\/\/uploads\/uploads\/orders\/ops-doctor-.* is left: .*s3:DeleteObject/,
    );
    s3.on(PutObjectCommand).rejects(named('AccessDenied'));
    expect(await lookAt('import orders')).toMatchObject({
      state: 'unknown',
      remedy: expect.stringContaining('docs/deploy.md'),
    });
  });

  it('that starts no execution, that does not end, or that cannot be followed: its file goes at any rate', async () => {
    sfn.on(DescribeExecutionCommand).callsFake(() => ended({ input: '{}' }));
    expect(await lookAt('import orders')).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(/has started no execution within 0\.05 s/),
    });
    sfn
      .on(DescribeExecutionCommand)
      .callsFake(() => ended({ status: 'RUNNING', stopDate: undefined, input: inputOfUpload() }));
    expect(await lookAt('import orders')).toMatchObject({
      state: 'unknown',
      found: expect.stringContaining('has not ended'),
      remedy: expect.stringContaining('npm run ops -- show one'),
    });
    sfn.on(ListExecutionsCommand).rejects(named('ThrottlingException'));
    expect(await lookAt('import orders')).toMatchObject({
      state: 'unknown',
      found: expect.stringContaining('could not be followed'),
    });
    const removed = s3.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input.Key);
    expect(removed).toEqual(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input.Key));
    expect(removed).toHaveLength(3);
  });

  it('is not made of a container of one’s own', async () => {
    const own = { ...orders, kind: 'container' } as unknown as ImportDefinition;
    expect(await lookAt('import orders', { imports: Promise.resolve([own]) })).toMatchObject({
      state: 'unknown',
      remedy: expect.stringContaining('npm run ops -- show'),
    });
    expect(lastUpload()).toBeUndefined();
  });
});
