import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { appendLine } from './full-disk.ts';
import { TaskError } from './task-error.ts';

/** One message published to a topic. */
export interface Notification {
  time: string;
  topicArn: string;
  subject: string | null;
  message: string;
  attributes: Record<string, string>;
}

/** The parameters of `sns:publish`. */
export interface PublishRequest {
  TopicArn: string;
  Subject?: string;
  Message: unknown;
  MessageAttributes?: Record<string, { StringValue?: unknown }>;
}

/** Topics without subscribers: messages are written to a log of JSON lines. */
export interface LocalNotifications {
  publish(request: PublishRequest): { MessageId: string };
}

/** Limits of SNS: a subject is ASCII, begins with a letter, digit or punctuation, and has at most 100 characters. */
const SUBJECT = /^[!-~][ -~]{0,99}$/;

export function createNotifications(
  topicArns: readonly string[],
  file: string,
  onNotification?: (notification: Notification) => void,
): LocalNotifications {
  mkdirSync(dirname(file), { recursive: true });
  return {
    publish({ TopicArn, Subject, Message, MessageAttributes = {} }) {
      if (!topicArns.includes(TopicArn))
        throw new TaskError('SNS.NotFoundException', `Topic does not exist: ${TopicArn}`);
      if (Subject !== undefined && !SUBJECT.test(Subject)) {
        throw new TaskError('SNS.InvalidParameterException', 'Invalid parameter: Subject');
      }
      const empty = Object.entries(MessageAttributes).find(
        ([, { StringValue }]) => typeof StringValue !== 'string' || StringValue === '',
      );
      if (empty !== undefined) {
        throw new TaskError(
          'SNS.InvalidParameterValueException',
          `The message attribute '${empty[0]}' must contain non-empty message attribute value`,
        );
      }
      const notification: Notification = {
        time: new Date().toISOString(),
        topicArn: TopicArn,
        subject: Subject ?? null,
        message: typeof Message === 'string' ? Message : JSON.stringify(Message),
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, String(StringValue)]),
        ),
      };
      appendLine(file, JSON.stringify(notification), 0o600);
      onNotification?.(notification);
      return { MessageId: randomUUID() };
    },
  };
}
