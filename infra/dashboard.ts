import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnTaskDefinition, FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, type MetricGroupName, type MetricName } from '../contract/metrics.ts';
import { ofRule, sumOf, type WatchedParts } from './alarms.ts';
import { dashboardUrl, executionsUrl } from './console-urls.ts';
import { customMetric } from './custom-metric.ts';
import { assumedPrices, TRANSITIONS_PER_EXECUTION, TRANSITIONS_PER_POLL } from './prices.ts';

/** What the dashboard shows. */
export interface DashboardParts extends Omit<WatchedParts, 'workflowBroken' | 'maxWaitHours'> {
  cluster: ICluster;
  taskDefinition: FargateTaskDefinition;
  importerLog: ILogGroup;
  explainFailureLog: ILogGroup;
  alarms: readonly Alarm[];
  runbookUrl: string;
}

/** CloudWatch's grid is 24 units wide. */
const [WIDE, HALF, THIRD] = [24, 12, 8];
const PERIOD = Duration.minutes(5);

/**
 * Answers, from top to bottom: what is running, what failed, is it the files or the system, how fast, what does it
 * cost, what is the state of the alarms, which imports failed last.
 */
export class Dashboard extends Construct {
  readonly url: string;
  readonly #parts: DashboardParts;

  constructor(scope: Construct, id: string, parts: DashboardParts) {
    super(scope, id);
    this.#parts = parts;
    // Dashboards are of the account, not of a region: two stacks of one name must not have one.
    const dashboardName = `${Stack.of(this).stackName}-${Aws.REGION}`;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(24),
      widgets: [
        ...this.#running(),
        ...this.#failed(),
        ...this.#blamed(),
        ...this.#fast(),
        ...this.#costs(),
        ...this.#alarms(),
        ...this.#lastOnes(),
      ],
    });
    this.url = dashboardUrl(dashboardName);
  }

  #running(): IWidget[][] {
    const { stateMachine, cluster } = this.#parts;
    return [
      heading(
        'What is running',
        `[Executions that are running](${executionsUrl(stateMachine)}): those in the state WaitForSlot wait for others.`,
      ),
      [
        graph('Executions', THIRD, [
          stateMachine.metricStarted({ label: 'started' }),
          stateMachine.metricSucceeded({ label: 'succeeded' }),
          stateMachine.metricFailed({ label: 'failed' }),
          stateMachine.metricTimedOut({ label: 'timed out' }),
          stateMachine.metricAborted({ label: 'aborted' }),
        ]),
        graph('Importers that run (at most)', THIRD, [
          new Metric({
            namespace: 'ECS/ContainerInsights',
            metricName: 'TaskCount',
            dimensionsMap: { ClusterName: cluster.clusterName },
            statistic: Stats.MAXIMUM,
            label: 'tasks',
          }),
        ]),
        graph('Waiting for a slot', THIRD, [
          this.#own('poll', 'Polls', { label: 'polls without a free slot' }),
          this.#own('poll', 'WaitedSeconds', { statistic: Stats.MAXIMUM, label: 'longest wait, seconds' }),
        ]),
      ],
    ];
  }

  #failed(): IWidget[][] {
    return [
      heading('What failed', 'By the names that docs/failures.md explains.'),
      [
        graph('Failed executions by failure', THIRD, [this.#each('failure', 'Failures', 'failure')]),
        graph('Failed executions by import', THIRD, [this.#each('failure', 'Failures', 'import')]),
        graph('Started again after a failure', THIRD, [this.#each('retry', 'Retries', 'failure')]),
      ],
    ];
  }

  #blamed(): IWidget[][] {
    const blamed = (blame: 'file' | 'system', color: string) =>
      customMetric(
        this,
        'failure',
        'Failures',
        { blame },
        { ...counted, label: `problem with the ${blame}`, color },
      );
    const both = [blamed('file', '#ff7f0e'), blamed('system', '#d62728')];
    return [
      heading(
        'Is it the files or the system?',
        'A file is corrected and uploaded again; a system is put right.',
      ),
      [
        new SingleValueWidget({
          title: 'In the whole time shown',
          metrics: both,
          setPeriodToTimeRange: true,
          width: THIRD,
          height: 6,
        }),
        graph('Failed executions by blame', THIRD, both),
        graph('Rows', THIRD, [
          this.#own('attempt', 'RowsRead', { label: 'read' }),
          this.#own('attempt', 'RowsInserted', { label: 'inserted' }),
          this.#own('attempt', 'RowsUpdated', { label: 'updated' }),
          this.#own('attempt', 'RowsRejected', { label: 'rejected' }),
        ]),
      ],
    ];
  }

  #fast(): IWidget[][] {
    const seconds = this.#own('attempt', 'Seconds');
    const perSecond = (name: 'RowsRead' | 'BytesRead', expression: string, label: string) =>
      new MathExpression({
        expression,
        usingMetrics: { done: this.#own('attempt', name), seconds },
        label,
        period: PERIOD,
      });
    const percentile = (each: number) =>
      this.#own('attempt', 'Seconds', { statistic: Stats.p(each), label: `p${each}` });
    return [
      heading(
        'How fast',
        'Of an attempt, from the importer’s start to its report; starting the task comes on top.',
      ),
      [
        graph('Rows per second of an importer', THIRD, [perSecond('RowsRead', 'done / seconds', 'rows/s')]),
        graph('Megabytes per second of an importer', THIRD, [
          perSecond('BytesRead', 'done / seconds / 1000000', 'MB/s'),
        ]),
        graph('Seconds of an attempt', THIRD, [percentile(50), percentile(95)]),
      ],
      [
        graph('Rows read by import', HALF, [this.#each('attempt', 'RowsRead', 'import')]),
        graph('Seconds by import', HALF, [this.#each('attempt', 'Seconds', 'import')]),
      ],
    ];
  }

  #costs(): IWidget[][] {
    const { stateMachine } = this.#parts;
    const { dollarsPerSecond, told } = this.#taskPrice();
    const { stateTransition, region } = assumedPrices;
    const polls = this.#own('poll', 'Polls');
    const tasks = new MathExpression({
      expression: `(FILL(seconds, 0) + FILL(pollSeconds, 0)) * ${dollarsPerSecond.toFixed(10)}`,
      usingMetrics: {
        seconds: this.#own('attempt', 'Seconds'),
        pollSeconds: this.#own('poll', 'PollSeconds'),
      },
      label: 'importers, dollars',
      period: PERIOD,
    });
    const transitions = new MathExpression({
      expression: `(FILL(started, 0) * ${TRANSITIONS_PER_EXECUTION} + FILL(polls, 0) * ${TRANSITIONS_PER_POLL}) * ${stateTransition.toFixed(6)}`,
      usingMetrics: { started: stateMachine.metricStarted(counted), polls },
      label: 'transitions, dollars',
      period: PERIOD,
    });
    return [
      heading(
        'What does it cost',
        `At least this; **assumed** are list prices of ${region}, early 2026: ${told}; ${stateTransition * 1_000} dollars ` +
          `for 1,000 transitions, ${TRANSITIONS_PER_EXECUTION} per execution and ${TRANSITIONS_PER_POLL} per poll. A task’s ` +
          'start (most of a minute), the database, logs and metrics come on top.',
      ),
      [
        new SingleValueWidget({
          title: 'In the whole time shown',
          metrics: [tasks, transitions],
          setPeriodToTimeRange: true,
          width: THIRD,
          height: 6,
        }),
        graph('Dollars in five minutes', WIDE - THIRD, [tasks, transitions]),
      ],
    ];
  }

  #alarms(): IWidget[][] {
    const { alarms, rules, undelivered, runbookUrl } = this.#parts;
    const ofAll = (name: Parameters<typeof ofRule>[1], label: string) =>
      sumOf(
        rules.map((rule) => ofRule(rule, name)),
        label,
      );
    return [
      heading('Alarms', `The runbook has a section for each: ${runbookUrl}`),
      [
        new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: HALF, height: 6 }),
        graph('Events', HALF, [
          ofAll('Invocations', 'delivered'),
          ofAll('FailedInvocations', 'failed for good'),
          ofAll('InvocationsSentToDlq', 'put into the dead-letter queue'),
          undelivered.metricApproximateNumberOfMessagesVisible({
            statistic: Stats.MAXIMUM,
            label: 'in the dead-letter queue',
          }),
        ]),
      ],
    ];
  }

  #lastOnes(): IWidget[][] {
    const { explainFailureLog, importerLog } = this.#parts;
    const table = (title: string, log: ILogGroup, queryLines: string[]) =>
      new LogQueryWidget({
        title,
        logGroupNames: [log.logGroupName],
        queryLines,
        view: LogQueryVisualizationType.TABLE,
        width: WIDE,
        height: 8,
      });
    return [
      [
        // Both queries find the lines of embedded metrics, which have all that is asked for.
        table('The last failures', explainFailureLog, [
          'fields @timestamp, import, failure, blame, upload, runId, executionArn',
          'filter ispresent(Failures)',
          'sort @timestamp desc',
          'limit 20',
        ]),
      ],
      [
        table('The last attempts', importerLog, [
          'fields @timestamp, import, outcome, RowsRead, RowsInserted, RowsUpdated, RowsRejected, BytesRead, Seconds, upload, runId',
          'filter ispresent(Attempts)',
          'sort @timestamp desc',
          'limit 20',
        ]),
      ],
    ];
  }

  /** Dollars per second of a task of this size, and how they come about. */
  #taskPrice(): { dollarsPerSecond: number; told: string } {
    const task = this.#parts.taskDefinition.node.defaultChild as CfnTaskDefinition;
    const vcpus = Number(task.cpu) / 1024;
    const gigabytes = Number(task.memory) / 1024;
    const { cpuArchitecture } = task.runtimePlatform as CfnTaskDefinition.RuntimePlatformProperty;
    const { vcpuHour, gbHour } = assumedPrices.fargate[cpuArchitecture as keyof typeof assumedPrices.fargate];
    return {
      dollarsPerSecond: (vcpus * vcpuHour + gigabytes * gbHour) / 3600,
      told: `Fargate ${cpuArchitecture}, ${vcpus} vCPU at ${vcpuHour} and ${gigabytes} GB at ${gbHour} dollars an hour`,
    };
  }

  #own<G extends MetricGroupName>(group: G, name: MetricName<G>, options: object = {}): Metric {
    return customMetric(this, group, name, {}, { ...counted, ...options });
  }

  /** A line for each value of a dimension that there is, also of values that nobody knows yet. */
  #each<G extends MetricGroupName>(group: G, name: MetricName<G>, by: 'import' | 'failure'): MathExpression {
    // Checked, as for any other metric, that it is published so.
    customMetric(this, group, name, { [by]: 'any' } as never, counted);
    const stack = Stack.of(this).stackName;
    return new MathExpression({
      expression: `SEARCH('{${METRICS_NAMESPACE},${by},stack} MetricName="${name}" stack="${stack}"', 'Sum', ${PERIOD.toSeconds()})`,
      usingMetrics: {},
      // CloudWatch puts the dimension's value there.
      label: `\${PROP('Dim.${by}')}`,
      period: PERIOD,
    });
  }
}

const counted = { period: PERIOD, statistic: Stats.SUM };

function heading(title: string, text: string): IWidget[] {
  return [new TextWidget({ markdown: `## ${title}\n${text}`, width: WIDE, height: 2 })];
}

function graph(title: string, width: number, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width, height: 6, leftYAxis: { min: 0 }, period: PERIOD });
}
