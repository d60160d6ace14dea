import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmKinds, type WatchedParts } from './alarms.ts';

/** The stack's alarms, each with its place in the runbook. */
export class Observability extends Construct {
  readonly alarms: readonly Alarm[];

  /** @param parts.runbookUrl where docs/runbook.md can be read; sections are found by their anchors */
  constructor(
    scope: Construct,
    id: string,
    { topic, runbookUrl, ...watched }: WatchedParts & { topic: ITopic; runbookUrl: string },
  ) {
    super(scope, id);
    this.alarms = alarmKinds(watched).map(({ name, description, metric, threshold, periods }) => {
      const anchor = name.replace(/\d+$/, '').toLowerCase();
      const alarm = new Alarm(this, name, {
        alarmDescription: `${description} What to do: ${runbookUrl}#${anchor}`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Nothing runs most of the time, and then nothing is measured.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(topic));
      return alarm;
    });
  }
}
