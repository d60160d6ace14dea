/** Where CloudWatch keeps this project's own metrics. */
export const METRICS_NAMESPACE = 'CsvImport';

/** Units as CloudWatch spells them. */
export type MetricUnitName = 'Count' | 'Seconds' | 'Bytes';

/** Metrics that are published together, in one log line. */
interface MetricGroup {
  /** Each combination that a value is kept under is a custom metric of its own, and paid for by the month. */
  readonly dimensions: readonly (readonly string[])[];
  readonly metrics: Readonly<Record<string, MetricUnitName>>;
}

const perImport = [['stack'], ['stack', 'import']] as const;

/**
 * Every metric that importer and functions publish. Names and dimensions are API: alarms, the dashboard and people's own
 * alarms refer to them.
 */
export const metricGroups = {
  /** By the importer, at the end of each attempt that had a slot, well or not. */
  attempt: {
    dimensions: perImport,
    metrics: {
      Attempts: 'Count',
      /** As the attempt read them, dry runs and failed attempts included. */
      RowsRead: 'Count',
      RowsRejected: 'Count',
      /** Once per run, by the attempt that ended it; nothing of dry runs. */
      RowsInserted: 'Count',
      RowsUpdated: 'Count',
      /** Of the object. */
      BytesRead: 'Bytes',
      Seconds: 'Seconds',
    },
  },
  /** By the importer, when no slot was free for the run. */
  poll: {
    dimensions: perImport,
    metrics: {
      Polls: 'Count',
      /** How long the importer polled, which Fargate bills. */
      PollSeconds: 'Seconds',
      /** How long the run has been waiting for a slot by now. */
      WaitedSeconds: 'Seconds',
    },
  },
  /** By explain-failure, when it gives up and the execution fails. */
  failure: {
    dimensions: [['stack'], ['stack', 'import'], ['stack', 'blame'], ['stack', 'failure']],
    metrics: { Failures: 'Count' },
  },
  /** By explain-failure, when the importer is started once more. */
  retry: {
    dimensions: [['stack'], ['stack', 'failure']],
    metrics: { Retries: 'Count' },
  },
} as const satisfies Record<string, MetricGroup>;

export type MetricGroupName = keyof typeof metricGroups;
export type MetricName<G extends MetricGroupName> = keyof (typeof metricGroups)[G]['metrics'] & string;
export type DimensionName<G extends MetricGroupName> = (typeof metricGroups)[G]['dimensions'][number][number];

/**
 * The log line, in embedded metric format, from which CloudWatch Logs takes a group's metrics: nothing is sent, so
 * nothing can fail or be waited for. It is to be written to standard output as it is.
 *
 * @param about goes into the log line, not into the metrics: what to find the run by
 */
export function metricLine<G extends MetricGroupName>(
  group: G,
  dimensions: Record<DimensionName<G>, string>,
  values: Record<MetricName<G>, number>,
  about: Record<string, string>,
): string {
  const { dimensions: sets, metrics } = metricGroups[group];
  const directive = {
    Namespace: METRICS_NAMESPACE,
    Dimensions: sets,
    Metrics: Object.entries(metrics).map(([Name, Unit]) => ({ Name, Unit })),
  };
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
  return `${JSON.stringify({ ...about, ...dimensions, ...values, _aws })}\n`;
}
