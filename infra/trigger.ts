import { Duration } from 'aws-cdk-lib';
import { type IRule, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';

/** EventBridge takes patterns of 2,048 characters; the rest of ours needs about 250, bucket name included. */
const PREFIXES_LENGTH = 1_700;

/** Starts an execution for each object that is created under the prefix of an import. */
export class Trigger extends Construct {
  /** Events that EventBridge could not deliver; each is an upload that nobody imports unless somebody looks. */
  readonly undelivered: IQueue;
  readonly rules: readonly IRule[];

  constructor(
    scope: Construct,
    id: string,
    parts: { uploads: IBucket; stateMachine: IStateMachine; imports: readonly ImportDefinition[] },
  ) {
    super(scope, id);
    this.undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // SQS's longest: a person must have the time to look.
      retentionPeriod: Duration.days(14),
    });
    const target = new SfnStateMachine(parts.stateMachine, {
      deadLetterQueue: this.undelivered,
      // EventBridge's own limits: an outage of hours loses nothing, and the queue keeps what takes longer.
      retryAttempts: 185,
      maxEventAge: Duration.hours(24),
    });
    this.rules = groupPrefixes(parts.imports).map(
      (key, index) =>
        new Rule(this, index === 0 ? 'ObjectCreated' : `ObjectCreated${index + 1}`, {
          description: 'Each upload under the prefix of an import starts an execution',
          eventPattern: {
            source: ['aws.s3'],
            detailType: ['Object Created'],
            detail: { bucket: { name: [parts.uploads.bucketName] }, object: { key } },
          },
          targets: [target],
        }),
    );
  }
}

/** The prefixes of all imports as matchers, in as many groups as patterns are needed: one, up to some forty imports. */
function groupPrefixes(imports: readonly ImportDefinition[]): { prefix: string }[][] {
  const groups: { prefix: string }[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const { prefix } of imports) {
    const added = JSON.stringify({ prefix }).length + 1;
    if (length + added > PREFIXES_LENGTH) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)!.push({ prefix });
    length += added;
  }
  return groups;
}
