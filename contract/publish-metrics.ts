import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  type DimensionName,
  METRICS_NAMESPACE,
  type MetricGroupName,
  type MetricName,
  type MetricUnitName,
  metricGroups,
} from './metrics.ts';

/**
 * Writes a group's metrics to standard output in embedded metric format, from where CloudWatch Logs takes them: nothing
 * is sent, so nothing can fail or be waited for.
 *
 * @param about goes into the log line, not into the metrics: what to find the run by
 */
export function publishMetrics<G extends MetricGroupName>(
  group: G,
  dimensions: Record<DimensionName<G>, string>,
  values: Record<MetricName<G>, number>,
  about: Record<string, string>,
): void {
  const { dimensions: sets, metrics: units } = metricGroups[group];
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  const { stack, ...others } = dimensions as Record<string, string>;
  // In place of its own, "service": the stack is in every set.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ stack: stack! });
  for (const set of sets) {
    const more = set.filter((name) => name !== 'stack');
    metrics.addDimensions(Object.fromEntries(more.map((name) => [name, others[name]!])));
  }
  for (const [name, unit] of Object.entries(units) as [MetricName<G>, MetricUnitName][]) {
    metrics.addMetric(name, unit, values[name]);
  }
  for (const [name, value] of Object.entries(about)) metrics.addMetadata(name, value);
  metrics.publishStoredMetrics();
}
