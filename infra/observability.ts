import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** Alarms for what no notification of a run would tell. One occurrence is enough: each is an upload in doubt. */
export class Observability extends Construct {
  constructor(
    scope: Construct,
    id: string,
    parts: { topic: ITopic; undelivered: IQueue; stateMachine: IStateMachine },
  ) {
    super(scope, id);
    const { topic, undelivered, stateMachine } = parts;
    const every = { period: Duration.minutes(5), statistic: Stats.MAXIMUM };
    const counted = { period: Duration.minutes(5), statistic: Stats.SUM };
    const alarms: [string, string, IMetric][] = [
      [
        'UndeliveredEvents',
        'An event could not be delivered: an upload has no execution, or an end no notification. Read the message in the dead-letter queue; start the execution with it as its input.',
        undelivered.metricApproximateNumberOfMessagesVisible(every),
      ],
      [
        'ExecutionsTimedOut',
        'An execution ran past its time limit. Look at where it stands, then redrive it.',
        stateMachine.metricTimedOut(counted),
      ],
      [
        'ExecutionsAborted',
        'Somebody stopped an execution. If the file is still wanted, redrive it.',
        stateMachine.metricAborted(counted),
      ],
    ];
    for (const [name, alarmDescription, metric] of alarms) {
      new Alarm(this, name, {
        alarmDescription,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
    }
  }
}
