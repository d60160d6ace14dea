import { Aws, Stack, Token, Validations } from 'aws-cdk-lib';
import { EventField, type IRule, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { failureNames, ImportFailure } from '../contract/failures.ts';
import type { Config } from './config.ts';

/** The topic that every end of an execution is published to. */
export class Notifications extends Construct {
  readonly topic: ITopic;
  readonly #ownTopic: boolean;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { topicArn, emails } = config.notifications;
    this.#ownTopic = topicArn === undefined;
    if (topicArn !== undefined) refuseElsewhere(topicArn, Stack.of(this));
    // Whoever may publish to an existing topic is its owner's to say; docs/notifications.md tells what is needed.
    this.topic =
      topicArn === undefined ? this.#create() : Topic.fromTopicArn(this, 'ExistingTopic', topicArn);
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  #create(): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'CSV imports', enforceSSL: true });
    // enforceSSL replaces the default policy of the topic, which would have let alarms publish.
    // Of this account only: any account's alarms come from the same service.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return topic;
  }

  /**
   * Notifies of the ends that the workflow cannot tell of itself: stopped from outside (TIMED_OUT, ABORTED), or
   * failed in a state of its own (FAILED under a name that is not on the list of failures, which NotifyFailure has
   * not seen). These events are best effort; alarms.ts has the alarms behind them. EventBridge can give its messages
   * neither a subject nor attributes.
   */
  watch(stateMachine: IStateMachine, undelivered: IQueue): EndRules {
    const notify = (id: string, description: string, detail: Record<string, unknown>, said: string) => {
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
            // A role, which only rules of this account can be given: "You can't use of Condition blocks in Amazon SNS
            // topic policies for EventBridge" (its User Guide, "Amazon SNS permissions"), and without a condition rules of
            // any account could publish. The guide advises against roles where KMS encrypts the topic: this one it does
            // not. What is not delivered is in the queue, and rings. An existing topic's policy is its owner's.
            authorizeUsingRole: this.#ownTopic,
            message: RuleTargetInput.fromText(
              `${said} No row is lost or doubled. Look at where the execution stands, put that right, then redrive it ` +
                `there: ${executionLink()} (by command: npm run redrive -- --aws ${EventField.fromPath('$.detail.executionArn')})`,
            ),
          }),
        ],
      });
      Validations.of(rule).acknowledge({
        id: 'Annotation::@aws-cdk/aws-events:ruleUnresolvedEnvironment',
        reason:
          'An existing topic is in the account and region of the stack, which need not be known to synthesise it.',
      });
      return rule;
    };
    return {
      interrupted: notify(
        'Interrupted',
        'An execution was aborted or timed out',
        { status: ['TIMED_OUT', 'ABORTED'] },
        `A CSV import was stopped from outside: its execution is ${EventField.fromPath('$.detail.status')}.`,
      ),
      workflowBroken: notify(
        'WorkflowBroken',
        'An execution failed outside the importer, so no state has notified of it',
        { status: ['FAILED'], error: [{ 'anything-but': failureNames }] },
        `The workflow of a CSV import broke with ${EventField.fromPath('$.detail.error')}: a problem with the system, not with the file.`,
      ),
    };
  }
}

/** EventBridge publishes to topics of its own account and region only; where these are not known yet, AWS says so. */
function refuseElsewhere(topicArn: string, { account, region }: Stack): void {
  const [, , , topicRegion, topicAccount] = topicArn.split(':');
  if (Token.isUnresolved(account) || Token.isUnresolved(region)) return;
  if (topicRegion === region && topicAccount === account) return;
  throw new ImportFailure(
    'DefinitionInvalid',
    `setting "notifications.topicArn", value ${JSON.stringify(topicArn)}: the stack is made for account ${account} in ${region}, and can notify topics there only: use one of these, or none`,
  );
}

/** The rules that notify of an execution's end. */
export interface EndRules {
  interrupted: IRule;
  workflowBroken: IRule;
}

/** Its page in the console, from the event; of the partition `aws`, for EventBridge cannot choose. */
function executionLink(): string {
  const region = EventField.fromPath('$.region');
  return `https://${region}.console.aws.amazon.com/states/home#/v2/executions/details/${EventField.fromPath('$.detail.executionArn')}`;
}
