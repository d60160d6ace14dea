import { createHash } from 'node:crypto';
import type { LocalNotifications } from './notifications.ts';
import type { ObjectCreated } from './s3/announcer.ts';
import { ACCOUNT, type LocalRule, REGION } from './template.ts';
import type { Execution } from './workflow/execution.ts';

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

/**
 * Gives an event to every target of every rule that matches it; returns when all have taken it.
 *
 * @throws Error of the first target that did not take it, after the others were told; telling the event again is
 *   harmless to those
 */
export function routeEvent(event: BusEvent, rules: readonly LocalRule[], targets: EventTargets): void {
  const errors: unknown[] = [];
  for (const { arn, inputTransformer } of rules.flatMap((rule) =>
    rule.matches(event) ? rule.targets : [],
  )) {
    try {
      const input =
        inputTransformer === undefined ? JSON.stringify(event) : transform(inputTransformer, event);
      if (arn.includes(':states:')) targets.startExecution(arn, event.id, input);
      else targets.notifications.publish({ TopicArn: arn, Message: unquote(input) });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
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

/** "Step Functions Execution Status Change"; times are in milliseconds. */
export function statusChangeEvent(execution: Execution, stateMachineArn: string): BusEvent {
  const { arn, name, status, startDate, stopDate, redriveCount, redriveDate, input, output } = execution;
  return {
    version: '0',
    id: stableId('states', arn, status, String(redriveCount)),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn,
      name,
      status,
      startDate,
      stopDate,
      input,
      inputDetails: { included: true },
      output,
      outputDetails: output === null ? null : { included: true },
      ...execution.failure,
      redriveCount,
      redriveDate,
    },
  };
}

function stableId(...parts: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Fills an input template: a value between quotes becomes part of that string, any other stays JSON. */
function transform(
  { paths, template }: { paths: Record<string, string>; template: string },
  event: BusEvent,
): string {
  return template.replace(/<([^<>]+)>/g, (whole, name: string, at: number) => {
    const path = paths[name];
    if (path === undefined) return whole;
    const value = path
      .split('.')
      .slice(1)
      .reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], event);
    const quoted = (template.slice(0, at).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
    if (!quoted) return JSON.stringify(value ?? null);
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
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
