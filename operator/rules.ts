import {
  DescribeRuleCommand,
  type DescribeRuleCommandOutput,
  type EventBridgeClient,
  ListRuleNamesByTargetCommand,
} from '@aws-sdk/client-eventbridge';

/** The part of a rule's pattern that this project writes (infra/trigger.ts). */
interface RulePattern {
  detail?: { bucket?: { name?: unknown[] }; object?: { key?: unknown[] } };
}

/** The rules that start a state machine, as EventBridge describes them. */
export async function readRules(
  events: EventBridgeClient,
  TargetArn: string,
): Promise<DescribeRuleCommandOutput[]> {
  const rules: DescribeRuleCommandOutput[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListRuleNamesByTargetCommand({ TargetArn, NextToken }));
    for (const Name of page.RuleNames ?? []) rules.push(await events.send(new DescribeRuleCommand({ Name })));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

/** The bucket whose uploads start executions; null where no rule that is enabled names one. */
export function findRuleBucket(rules: readonly DescribeRuleCommandOutput[]): string | null {
  for (const { State, EventPattern } of rules) {
    const name = parsePattern(EventPattern).detail?.bucket?.name?.[0];
    if (State !== 'DISABLED' && typeof name === 'string') return name;
  }
  return null;
}

/** A rule's pattern, as far as it is this project's. */
export function parsePattern(pattern: string | undefined): RulePattern {
  return JSON.parse(pattern ?? '{}') as RulePattern;
}
