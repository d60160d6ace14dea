import {
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsJsonServer, startAwsJsonServer } from '../../local/aws-json/server.ts';
import { compilePattern } from '../../local/event-pattern.ts';
import { eventRulesApi } from '../../local/event-rules-api.ts';
import type { LocalRule } from '../../local/template.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:M';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:T';
const uploads = {
  source: ['aws.s3'],
  detail: { object: { key: [{ prefix: 'uploads/customers/' }] } },
};
const inputTransformer = { paths: { name: '$.detail.name' }, template: '"<name>"' };

let server: AwsJsonServer;
let events: EventBridgeClient;

beforeAll(async () => {
  const rule = (name: string, pattern: unknown, targets: LocalRule['targets']): LocalRule => ({
    name,
    description: `${name} does it`,
    pattern,
    matches: compilePattern(pattern),
    targets,
  });
  const rules = [
    rule('Uploads', uploads, [{ id: 'Target0', arn: MACHINE }]),
    rule('Ends', { source: ['aws.states'] }, [{ id: 'Target0', arn: TOPIC, inputTransformer }]),
  ];
  server = await startAwsJsonServer(eventRulesApi(rules), 0);
  events = new EventBridgeClient({ ...localAwsConfig, endpoint: server.endpoint, maxAttempts: 1 });
});
afterAll(async () => {
  events.destroy();
  await server.close();
});

const described = {
  Name: 'Uploads',
  Arn: 'arn:aws:events:us-east-1:000000000000:rule/Uploads',
  Description: 'Uploads does it',
  EventPattern: JSON.stringify(uploads),
  State: 'ENABLED',
};

describe('EventBridge’s API, by the unmodified AWS SDK', () => {
  it('lists and describes rules, and what they start', async () => {
    const { Rules } = await events.send(new ListRulesCommand({}));
    expect(Rules!.map(({ Name }) => Name)).toEqual(['Uploads', 'Ends']);
    expect((await events.send(new ListRulesCommand({ NamePrefix: 'Up' }))).Rules).toMatchObject([described]);
    const byTarget = new ListRuleNamesByTargetCommand({ TargetArn: MACHINE });
    expect((await events.send(byTarget)).RuleNames).toEqual(['Uploads']);
    expect(await events.send(new DescribeRuleCommand({ Name: 'Uploads' }))).toMatchObject(described);
    const targets = await events.send(new ListTargetsByRuleCommand({ Rule: 'Ends' }));
    expect(targets.Targets).toEqual([
      {
        Id: 'Target0',
        Arn: TOPIC,
        InputTransformer: { InputPathsMap: inputTransformer.paths, InputTemplate: inputTransformer.template },
      },
    ]);
    await expect(events.send(new DescribeRuleCommand({ Name: 'None' }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  it('tries patterns out', async () => {
    const envelope = {
      id: '1',
      account: '000000000000',
      source: 'aws.s3',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: [],
      'detail-type': 'Object Created',
    };
    const test = (event: unknown, pattern: unknown = uploads) =>
      events.send(
        new TestEventPatternCommand({ Event: JSON.stringify(event), EventPattern: JSON.stringify(pattern) }),
      );
    const created = (key: string) => ({ ...envelope, detail: { object: { key } } });
    expect((await test(created('uploads/customers/a.csv'))).Result).toBe(true);
    expect((await test(created('uploads/orders/a.csv'))).Result).toBe(false);
    await expect(test({ detail: {} })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(test([])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(test(envelope, { source: 'aws.s3' })).rejects.toThrow(InvalidEventPatternException);
  });

  it('changes nothing', async () => {
    await expect(events.send(new PutRuleCommand({ Name: 'New' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
