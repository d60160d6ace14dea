import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createNotifications } from '../../local/notifications.ts';
import { makeFolder } from './make-folder.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:T';
const file = join(makeFolder(), 'deep', 'notifications.jsonl');
const { publish } = createNotifications([TOPIC], file);

it('writes what is published to a log of JSON lines', () => {
  expect(publish({ TopicArn: TOPIC, Message: 'one' }).MessageId).toMatch(/^[0-9a-f-]{36}$/);
  publish({
    TopicArn: TOPIC,
    Subject: '[customers] imported',
    Message: { rows: 3 },
    MessageAttributes: { import: { StringValue: 'customers' } },
  });
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { topicArn: TOPIC, subject: null, message: 'one', attributes: {} },
    { subject: '[customers] imported', message: '{"rows":3}', attributes: { import: 'customers' } },
  ]);
});

it.each([
  ['an unknown topic', { TopicArn: `${TOPIC}2`, Message: '' }, 'SNS.NotFoundException'],
  [
    'a subject that is not ASCII',
    { TopicArn: TOPIC, Subject: '顧客', Message: '' },
    'SNS.InvalidParameterException',
  ],
  [
    'a subject of two lines',
    { TopicArn: TOPIC, Subject: 'a\nb', Message: '' },
    'SNS.InvalidParameterException',
  ],
  [
    'a subject over 100 characters',
    { TopicArn: TOPIC, Subject: 'x'.repeat(101), Message: '' },
    'SNS.InvalidParameterException',
  ],
  [
    'an attribute without value',
    { TopicArn: TOPIC, Message: '', MessageAttributes: { import: { StringValue: '' } } },
    'SNS.InvalidParameterValueException',
  ],
])('refuses %s as SNS does', (_, request, error) => {
  expect(() => publish(request)).toThrow(expect.objectContaining({ name: error }));
});
