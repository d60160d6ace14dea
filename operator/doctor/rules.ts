import {
  type DescribeRuleCommandOutput,
  type EventBridgeClient,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import type { ImportDefinition } from '../../contract/definition/define-import.ts';
import { findRuleBucket, parsePattern, readRules } from '../rules.ts';
import { objectCreatedEvent } from '../upload-event.ts';
import { errorFinding, type Finding, failed, ok } from './finding.ts';

/** What the rules say. */
export interface Rules {
  findings: Finding[];
  /** The bucket whose uploads start executions; null where it could not be found out. */
  bucket: string | null;
  /** The imports whose uploads start executions; null where it could not be found out. */
  matched: readonly ImportDefinition[] | null;
}

const DEPLOY = 'Deploy, or check out the version that is deployed.';

/**
 * Looks at the rules that start the state machine: whether they are enabled, and match the imports of this checkout.
 * EventBridge itself says what matches.
 *
 * @param uploadBucket null: the one that the rules name
 */
export async function examineRules(
  events: EventBridgeClient,
  stateMachineArn: string,
  imports: readonly ImportDefinition[] | null,
  uploadBucket: string | null,
): Promise<Rules> {
  try {
    const rules = await readRules(events, stateMachineArn);
    const enabled = rules.filter(({ State }) => State !== 'DISABLED');
    const bucket = uploadBucket ?? findRuleBucket(rules);
    const state = describeState(rules, stateMachineArn);
    if (bucket === null || imports === null) return { findings: [state], bucket, matched: null };
    const matched = await matchImports(events, enabled, imports, { stateMachineArn, bucket });
    const prefixes = describePrefixes(enabled, imports, matched);
    return { findings: [state, prefixes], bucket, matched };
  } catch (error) {
    const finding = errorFinding('unknown', 'rule', error, 'The rules cannot be asked for.');
    return { findings: [finding], bucket: uploadBucket, matched: null };
  }
}

function describeState(rules: DescribeRuleCommandOutput[], stateMachineArn: string): Finding {
  const what = 'rule';
  if (rules.length === 0) {
    return failed(what, `No rule starts ${stateMachineArn}, so that no upload is imported.`, 'Deploy.');
  }
  const disabled = rules.filter(({ State }) => State === 'DISABLED').map(({ Name }) => Name);
  if (disabled.length === 0) return ok(what, `${rules.map(({ Name }) => Name).join(', ')}: enabled.`);
  return failed(
    what,
    `${disabled.join(', ')}: disabled, so that uploads start no execution.`,
    `\`aws events enable-rule --name ${disabled[0]}\`; then \`npm run ops -- start <s3-uri>\` for each upload that was missed.`,
  );
}

async function matchImports(
  events: EventBridgeClient,
  rules: readonly DescribeRuleCommandOutput[],
  imports: readonly ImportDefinition[],
  { stateMachineArn, bucket }: { stateMachineArn: string; bucket: string },
): Promise<ImportDefinition[]> {
  const matched: ImportDefinition[] = [];
  for (const definition of imports) {
    const key = `${definition.prefix}a${definition.file.extensions[0]}`;
    const Event = JSON.stringify(objectCreatedEvent(stateMachineArn, bucket, { key, size: 1, etag: 'any' }));
    for (const { EventPattern } of rules) {
      const { Result } = await events.send(new TestEventPatternCommand({ Event, EventPattern }));
      if (Result !== true) continue;
      matched.push(definition);
      break;
    }
  }
  return matched;
}

function describePrefixes(
  rules: readonly DescribeRuleCommandOutput[],
  imports: readonly ImportDefinition[],
  matched: readonly ImportDefinition[],
): Finding {
  const what = 'prefixes';
  const unmatched = imports.filter((each) => !matched.includes(each));
  if (unmatched.length > 0) {
    const names = unmatched.map(({ prefix, name }) => `${prefix} (${name})`).join(', ');
    return failed(what, `Uploads under ${names} start no execution: no rule takes them.`, DEPLOY);
  }
  const known = new Set(imports.map(({ prefix }) => prefix));
  const others = rules.flatMap(prefixesOf).filter((prefix) => !known.has(prefix));
  if (others.length > 0) {
    return failed(
      what,
      `Uploads under ${others.join(', ')} start executions, but imports/ has no such import.`,
      DEPLOY,
    );
  }
  return ok(what, `Uploads of ${imports.map(({ name }) => name).join(', ')} start executions.`);
}

function prefixesOf({ EventPattern }: DescribeRuleCommandOutput): string[] {
  return (parsePattern(EventPattern).detail?.object?.key ?? []).flatMap((matcher) => {
    const { prefix } = (matcher ?? {}) as { prefix?: unknown };
    return typeof prefix === 'string' ? [prefix] : [];
  });
}
