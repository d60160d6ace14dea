import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { uploadEventSchema } from '../../contract/upload.ts';
import { compilePattern } from '../../local/event-pattern.ts';
import { type BusEvent, objectCreatedEvent, routeEvent, statusChangeEvent } from '../../local/events.ts';
import { createNotifications } from '../../local/notifications.ts';
import type { LocalRule } from '../../local/template.ts';
import { Execution } from '../../local/workflow/execution.ts';
import { makeFolder } from './make-folder.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:M';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:T';
const created = {
  bucket: 'uploads',
  key: 'a b/顧客+%41.csv',
  size: 12,
  etag: 'abc',
  versionId: 'v1',
  sequencer: '00AB',
  reason: 'PutObject',
  time: new Date('2026-01-02T03:04:05Z'),
} as const;

function rule(pattern: unknown, ...targets: Omit<LocalRule['targets'][number], 'id'>[]): LocalRule {
  return {
    name: 'R',
    description: null,
    pattern,
    matches: compilePattern(pattern),
    targets: targets.map((target, index) => ({ id: `T${index}`, ...target })),
  };
}

function collect(event: BusEvent, rules: LocalRule[], failing?: Error) {
  const started: { arn: string; name: string; input: unknown }[] = [];
  const published: string[] = [];
  const notifications = createNotifications([TOPIC], join(makeFolder(), 'n.jsonl'), ({ message }) =>
    published.push(message),
  );
  const route = () =>
    routeEvent(event, rules, {
      notifications,
      startExecution(arn, name, input) {
        if (failing !== undefined) throw failing;
        started.push({ arn, name, input: JSON.parse(input) });
      },
    });
  return { route, started, published };
}

describe('S3’s "Object Created"', () => {
  const event = objectCreatedEvent(created);

  it('has the fields of the real one, with the key verbatim', () => {
    const real = JSON.parse(
      readFileSync(join(import.meta.dirname, '../events/object-created.json'), 'utf8'),
    ) as BusEvent;
    expect(Object.keys(event).sort()).toEqual(Object.keys(real).sort());
    expect(Object.keys(event.detail).sort()).toEqual(Object.keys(real.detail).sort());
    expect(uploadEventSchema.parse(event).detail).toEqual({
      bucket: { name: 'uploads' },
      object: { key: created.key, size: 12, etag: 'abc', 'version-id': 'v1', sequencer: '00AB' },
    });
    expect([event.time, event.source, event['detail-type']]).toEqual([
      '2026-01-02T03:04:05.000Z',
      'aws.s3',
      'Object Created',
    ]);
  });

  it('has no version id in a bucket that keeps no versions', () => {
    const { detail } = objectCreatedEvent({ ...created, versionId: '' });
    expect(detail.object).not.toHaveProperty('version-id');
  });

  it('told twice has the same id, which becomes the execution’s name; another upload has another', () => {
    expect(objectCreatedEvent({ ...created }).id).toBe(event.id);
    expect(objectCreatedEvent({ ...created, sequencer: '00AC' }).id).not.toBe(event.id);
    const { route, started } = collect(event, [rule({ source: ['aws.s3'] }, { arn: MACHINE })]);
    route();
    expect(started).toEqual([{ arn: MACHINE, name: event.id, input: event }]);
  });

  it('goes only to rules that match', () => {
    const { route, started } = collect(event, [rule({ source: ['aws.ec2'] }, { arn: MACHINE })]);
    route();
    expect(started).toEqual([]);
  });

  it('whose target fails is given to the others, and the failure told', () => {
    const { route, published } = collect(
      event,
      [rule({ source: ['aws.s3'] }, { arn: MACHINE }, { arn: TOPIC })],
      new Error('stopping'),
    );
    expect(route).toThrow('stopping');
    expect(published).toHaveLength(1);
  });
});

describe('an execution’s status change', () => {
  const execution = new Execution(
    MACHINE.replace('stateMachine', 'execution').concat(':one'),
    join(makeFolder(), 'one.jsonl'),
  );
  execution.append({ type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"a":1}' } });
  execution.append({
    type: 'ExecutionFailed',
    executionFailedEventDetails: { error: 'A "B"', cause: 'line\nline' },
  });
  const event = statusChangeEvent(execution, MACHINE);

  it('says what AWS says', () => {
    expect(event.detail).toMatchObject({
      executionArn: execution.arn,
      stateMachineArn: MACHINE,
      name: 'one',
      status: 'FAILED',
      input: '{"a":1}',
      output: null,
      error: 'A "B"',
      cause: 'line\nline',
      redriveCount: 0,
    });
    expect(event.resources).toEqual([execution.arn]);
  });

  it('is filled into an input template, between quotes as text and elsewhere as JSON', () => {
    const paths = {
      error: '$.detail.error',
      input: '$.detail.input',
      count: '$.detail.redriveCount',
      no: '$.detail.no',
    };
    const published = (template: string) => {
      const { route, published } = collect(event, [
        rule({ source: ['aws.states'] }, { arn: TOPIC, inputTransformer: { paths, template } }),
      ]);
      route();
      return published[0]!;
    };
    expect(published('"failed with <error>, <count> redrives<no>"')).toBe('failed with A "B", 0 redrives');
    expect(JSON.parse(published('{"error": <error>, "text": "<input>", "no": <no>}'))).toEqual({
      error: 'A "B"',
      text: '{"a":1}',
      no: null,
    });
  });
});
