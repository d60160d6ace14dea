import { createHash } from 'node:crypto';
import type { LocalNotifications } from './notifications.ts';
import { matchesPattern } from './event-pattern.ts';
import type { ObjectCreated } from './s3/announcer.ts';
import { ACCOUNT, type LocalRule, REGION } from './template.ts';

/** An event as EventBridge carries it. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** Where rules send events to. */
export interface EventTargets {
  startExecution(stateMachineArn: string, name: string, input: string): void;
  notifications: LocalNotifications;
}

/** Gives an event to every target of every rule that matches it; returns when all have taken it. */
export function routeEvent(event: BusEvent, rules: readonly LocalRule[], targets: EventTargets): void {
  for (const rule of rules) {
    if (!matchesPattern(rule.pattern, event)) continue;
    for (const { arn, inputTransformer } of rule.targets) {
      const input = inputTransformer === undefined ? JSON.stringify(event) : transform(inputTransformer, event);
      if (arn.includes(':states:')) targets.startExecution(arn, event.id, input);
      else if (arn.includes(':sns:')) targets.notifications.publish({ TopicArn: arn, Message: unquote(input) });
      else throw new Error(`Rule ${rule.name} has a target that the local stack does not know: ${arn}`);
    }
  }
}

/** S3's "Object Created" as EventBridge gives it: the key is verbatim, not URL-encoded. */
export function objectCreatedEvent(created: ObjectCreated): BusEvent {
  const { bucket, key, size, etag, versionId, sequencer, reason, time } = created;
  return {
    version: '0',
    // The same event told twice has the same id, so its execution is started once.
    id: stableId('s3', bucket, key, versionId, sequencer),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT,
    time: time.toISOString(),
    region: REGION,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId === '' ? {} : { 'version-id': versionId }), sequencer },
      'request-id': sequencer,
      requester: ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason,
    },
  };
}

/** "Step Functions Execution Status Change". */
export function statusChangeEvent(detail: {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: string;
  startDate: number;
  stopDate: number | null;
  error: string | null;
  cause: string | null;
  redriveCount: number;
}): BusEvent {
  return {
    version: '0',
    id: stableId('states', detail.executionArn, detail.status, String(detail.redriveCount)),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [detail.executionArn],
    detail,
  };
}

function stableId(...parts: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function transform({ paths, template }: { paths: Record<string, string>; template: string }, event: BusEvent): string {
  return template.replace(/<([^<>]+)>/g, (whole, name: string) => {
    const path = paths[name];
    if (path === undefined) return whole;
    const value = path
      .split('.')
      .slice(1)
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], event);
    return typeof value === 'string' ? value : JSON.stringify(value ?? null);
  });
}

/** A template that is a JSON string becomes that string. */
function unquote(input: string): string {
  try {
    const parsed: unknown = JSON.parse(input);
    return typeof parsed === 'string' ? parsed : input;
  } catch {
    return input;
  }
}
