import { z } from 'zod';
import { ApiError } from './aws-json/api-error.ts';
import { operation } from './aws-json/operation.ts';
import type { AwsJsonApi } from './aws-json/server.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import { ACCOUNT, type LocalRule, REGION } from './template.ts';

/** What EventBridge demands of an event to be tested. (TestEventPattern) */
const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

const name = z.string().min(1);
/** There is one bus, and few rules: all of them come on the first page. */
const list = {
  EventBusName: z.string().optional(),
  NextToken: z.undefined().optional(),
  Limit: z.number().optional(),
};

/** The part of EventBridge's API that reads rules and tries patterns out; nothing is changed by it. */
export function eventRulesApi(rules: readonly LocalRule[]): AwsJsonApi {
  const find = (wanted: string): LocalRule => {
    const rule = rules.find((each) => each.name === wanted);
    if (rule !== undefined) return rule;
    throw new ApiError('ResourceNotFoundException', `Rule ${wanted} does not exist on EventBus default.`);
  };
  return {
    target: 'AWSEvents',
    version: '1.1',
    operations: {
      ListRules: operation(z.object({ NamePrefix: z.string().default(''), ...list }), ({ NamePrefix }) => ({
        Rules: rules.filter((rule) => rule.name.startsWith(NamePrefix)).map(describe),
      })),
      ListRuleNamesByTarget: operation(z.object({ TargetArn: name, ...list }), ({ TargetArn }) => ({
        RuleNames: rules
          .filter(({ targets }) => targets.some(({ arn }) => arn === TargetArn))
          .map((rule) => rule.name),
      })),
      DescribeRule: operation(z.object({ Name: name, EventBusName: z.string().optional() }), ({ Name }) => ({
        ...describe(find(Name)),
        CreatedBy: ACCOUNT,
      })),
      ListTargetsByRule: operation(z.object({ Rule: name, ...list }), ({ Rule }) => ({
        Targets: find(Rule).targets.map(({ id, arn, inputTransformer }) => ({
          Id: id,
          Arn: arn,
          ...(inputTransformer === undefined
            ? {}
            : {
                InputTransformer: {
                  InputPathsMap: inputTransformer.paths,
                  InputTemplate: inputTransformer.template,
                },
              }),
        })),
      })),
      TestEventPattern: operation(z.object({ Event: z.string(), EventPattern: z.string() }), (request) => {
        const matches = readPattern(request.EventPattern);
        return { Result: matches(readEvent(request.Event)) };
      }),
    },
  };
}

function describe({ name: Name, description, pattern }: LocalRule) {
  return {
    Name,
    Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${Name}`,
    EventPattern: JSON.stringify(pattern),
    // The local stack has none that is disabled.
    State: 'ENABLED',
    ...(description === null ? {} : { Description: description }),
    EventBusName: 'default',
  };
}

function readPattern(text: string): Matcher {
  try {
    return compilePattern(JSON.parse(text));
  } catch (error) {
    throw new ApiError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${(error as Error).message}`,
    );
  }
}

function readEvent(text: string): unknown {
  const event = parse(text);
  const missing = EVENT_FIELDS.filter((field) => !(field in event));
  if (missing.length === 0) return event;
  throw new ApiError(
    'ValidationException',
    `Parameter Event is not valid. Reason: it has no ${missing.join(', ')}.`,
  );
}

function parse(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null) return event;
  } catch {
    // Told below.
  }
  throw new ApiError('ValidationException', 'Parameter Event is not valid. Reason: it is no JSON object.');
}
