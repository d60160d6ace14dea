import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { customMetric } from './custom-metric.ts';

/** What alarms look at. */
export interface WatchedParts {
  undelivered: IQueue;
  stateMachine: IStateMachine;
  /** Every rule of the stack: those that start executions, and those that notify. */
  rules: readonly IRule[];
  /** The one that notifies of executions that failed in a state of their own. */
  workflowBroken: IRule;
  /** How long a run may wait for a slot before its execution can time out. */
  maxWaitHours: number;
}

export interface AlarmKind {
  /** Also the heading of its section in docs/runbook.md. */
  name: string;
  /** One sentence, for the mail; the runbook has the rest. */
  description: string;
  metric: IMetric;
  /** In the metric's unit; reached is enough. */
  threshold: number;
  /** How many periods in a row it must be reached. */
  periods: number;
}

const FIVE_MINUTES = Duration.minutes(5);
/** CloudWatch lets an alarm count ten metrics together. */
const METRICS_PER_ALARM = 10;
/** Half of the time for which the queue keeps an event. */
const OLD_EVENT_SECONDS = 7 * 24 * 3600;
/** So much of the time that a run may wait for a slot: there is enough left to do something. */
const LONG_WAIT = 0.25;
/** EventBridge delivers within a second; AWS itself calls half a minute, five minutes long, a disturbance. */
const LATE_EVENT_MS = 30_000;

/** The alarms of a stack: what no notification of a run would tell, or what somebody must get out of bed for. */
export function alarmKinds({
  undelivered,
  stateMachine,
  rules,
  workflowBroken,
  maxWaitHours,
}: WatchedParts): AlarmKind[] {
  const counted = { period: FIVE_MINUTES, statistic: Stats.SUM };
  const largest = { period: FIVE_MINUTES, statistic: Stats.MAXIMUM };
  // One occurrence is enough: each is an upload in doubt.
  const once = { threshold: 1, periods: 1 };
  return [
    {
      name: 'SystemFailures',
      description: 'An import failed because of a problem with the system, not with the file.',
      metric: customMetric(undelivered, 'failure', 'Failures', { blame: 'system' }, counted),
      ...once,
    },
    {
      name: 'UndeliveredEvents',
      description: 'An event could not be delivered: an upload has no execution, or an end no notification.',
      metric: undelivered.metricApproximateNumberOfMessagesVisible(largest),
      ...once,
    },
    {
      name: 'UndeliveredEventsExpire',
      description: 'An undelivered event has been in the queue for a week, and will be deleted in another.',
      metric: undelivered.metricApproximateAgeOfOldestMessage(largest),
      threshold: OLD_EVENT_SECONDS,
      periods: 1,
    },
    ...groupsOf(rules, METRICS_PER_ALARM).map((group, index) => ({
      name: index === 0 ? 'EventsLost' : `EventsLost${index + 1}`,
      description: 'An event could neither be delivered nor be kept in the dead-letter queue.',
      metric: sumOf(group.map((rule) => ofRule(rule, 'InvocationsFailedToBeSentToDlq'))),
      ...once,
    })),
    {
      name: 'EventsLate',
      description:
        'EventBridge takes longer than half a minute to deliver events in this account and region.',
      // By rule it is not told; of all rules together it is.
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'IngestionToInvocationStartLatency',
        statistic: Stats.AVERAGE,
        period: Duration.minutes(1),
      }),
      threshold: LATE_EVENT_MS,
      periods: 5,
    },
    {
      name: 'ExecutionsTimedOut',
      description: 'An execution ran past its time limit.',
      metric: stateMachine.metricTimedOut(counted),
      ...once,
    },
    {
      name: 'ExecutionsAborted',
      description: 'Somebody stopped an execution.',
      metric: stateMachine.metricAborted(counted),
      ...once,
    },
    {
      name: 'ExecutionsThrottled',
      description: 'Step Functions has been slowing executions down for a quarter of an hour.',
      metric: stateMachine.metricThrottled(counted),
      // A burst of uploads is slowed down for a while, and that is as it should be.
      threshold: 1,
      periods: 3,
    },
    {
      name: 'WorkflowBroken',
      description: 'An execution failed in a state of its own, outside the importer.',
      metric: ofRule(workflowBroken, 'Invocations'),
      ...once,
    },
    {
      name: 'RunsWaitLong',
      description: `A run has been waiting for a slot for ${maxWaitHours * LONG_WAIT} hours.`,
      metric: customMetric(undelivered, 'poll', 'WaitedSeconds', {}, largest),
      threshold: maxWaitHours * LONG_WAIT * 3600,
      periods: 1,
    },
  ];
}

/** A metric that EventBridge keeps for each rule of the default bus. */
export function ofRule(
  { ruleName }: IRule,
  metricName: 'FailedInvocations' | 'Invocations' | 'InvocationsFailedToBeSentToDlq' | 'InvocationsSentToDlq',
): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { RuleName: ruleName },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
  });
}

/** EventBridge sends no zeros: a rule without a value counts as none. */
export function sumOf(metrics: readonly Metric[], label = 'sum'): MathExpression {
  // Ids begin with a small letter, and no two metrics of a graph may share one.
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${metric.metricName}${index}`, metric]));
  const expression = Object.keys(named)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics: named, label, period: FIVE_MINUTES });
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
