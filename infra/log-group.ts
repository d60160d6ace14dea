import { RemovalPolicy } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';
import type { Config } from './config.ts';

/** For every log group: kept for the configured time, gone with the stack. */
export function logGroupProps(config: Config): LogGroupProps {
  // CDK's enum is these numbers, of which config.ts admits no others.
  return { retention: config.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY };
}
