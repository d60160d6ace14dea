import { Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import {
  type DimensionName,
  METRICS_NAMESPACE,
  type MetricGroupName,
  type MetricName,
  metricGroups,
} from '../contract/metrics.ts';

/**
 * One of the metrics that importer and functions publish, of the stack that the scope is in.
 *
 * @throws Error where nothing is published under just these dimensions: such a metric would be empty for ever
 */
export function customMetric<G extends MetricGroupName>(
  scope: IConstruct,
  group: G,
  name: MetricName<G>,
  dimensions: Partial<Record<Exclude<DimensionName<G>, 'stack'>, string>>,
  options: MetricOptions,
): Metric {
  const dimensionsMap: Record<string, string> = { stack: Stack.of(scope).stackName, ...dimensions };
  const names = Object.keys(dimensionsMap).toSorted().join();
  const published = metricGroups[group].dimensions.map((set) => set.toSorted().join());
  if (!published.includes(names)) {
    throw new Error(`${name} is not published by ${names}, only by ${published.join(' and ')}.`);
  }
  return new Metric({ namespace: METRICS_NAMESPACE, metricName: name, dimensionsMap, ...options });
}
