import { Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { failureNames } from '../contract/failures.ts';
import type { Config } from './config.ts';

/** The topic that every end of an execution is published to. */
export class Notifications extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { topicArn, emails } = config.notifications;
    // Whoever may publish to an existing topic is its owner's to say; docs/deploy.md tells what is needed.
    this.topic =
      topicArn === undefined ? this.#create() : Topic.fromTopicArn(this, 'ExistingTopic', topicArn);
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  #create(): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'CSV imports', enforceSSL: true });
    // enforceSSL replaces the default policy of the topic, which would have let alarms publish.
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    return topic;
  }

  /**
   * Notifies of the ends that the workflow cannot tell of itself: stopped from outside (TIMED_OUT, ABORTED), or
   * failed in a state of its own (FAILED under a name that is not on the list of failures, which NotifyFailure has
   * not seen). These events are best effort; observability.ts has the alarms behind them.
   */
  watch(stateMachine: IStateMachine, undelivered: IQueue): void {
    const ends: { id: string; description: string; detail: Record<string, unknown>; error: string }[] = [
      {
        id: 'Interrupted',
        description: 'An execution was aborted or timed out',
        detail: { status: ['TIMED_OUT', 'ABORTED'] },
        error: '',
      },
      {
        id: 'WorkflowBroken',
        description: 'An execution failed outside the importer, so no state has notified of it',
        detail: { status: ['FAILED'], error: [{ 'anything-but': failureNames }] },
        error: ` with ${EventField.fromPath('$.detail.error')}`,
      },
    ];
    for (const { id, description, detail, error } of ends) {
      const rule = new Rule(this, id, {
        description,
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [stateMachine.stateMachineArn], ...detail },
        },
        targets: [
          new SnsTopic(this.topic, {
            deadLetterQueue: undelivered,
            message: RuleTargetInput.fromText(
              `A CSV import ended as ${EventField.fromPath('$.detail.status')}${error}. Nothing is half-loaded. ` +
                `Look at the execution, then redrive it. Execution: ${EventField.fromPath('$.detail.executionArn')}`,
            ),
          }),
        ],
      });
      Validations.of(rule).acknowledge({
        id: 'Annotation::@aws-cdk/aws-events:ruleUnresolvedEnvironment',
        reason:
          'An existing topic is in the account and region of the stack, which need not be known to synthesise it.',
      });
    }
  }
}
