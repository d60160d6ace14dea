/** Pages of the AWS console, for people; null where there is no such page, such as for what runs on a laptop. */

const domains: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The console of the region in an ARN.
 *
 * @returns `https://<region>.<domain>`; null where the ARN is of no account, or of an unknown part of AWS
 */
export function consoleOf(arn: string): string | null {
  const [, partition, , region = '', account = ''] = arn.split(':');
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || /^0*$/.test(account)) return null;
  const domain = domains[partition ?? ''];
  return domain === undefined ? null : `https://${region}.${domain}`;
}

/** Where an execution stands, and how it ended. */
export function executionLink(executionArn: string): string | null {
  const console = consoleOf(executionArn);
  return console && `${console}/states/home#/v2/executions/details/${executionArn}`;
}

/** An ECS task, by its ARN. */
export function taskLink(taskArn: string): string | null {
  const console = consoleOf(taskArn);
  const [, cluster, id] = /:task\/([^/]+)\/([^/]+)$/.exec(taskArn) ?? [];
  return id === undefined ? null : console && `${console}/ecs/v2/clusters/${cluster}/tasks/${id}`;
}

/**
 * One stream of a log group.
 *
 * @param arn of anything in the same region
 */
export function logLink(arn: string, logGroup: string, logStream: string): string | null {
  const console = consoleOf(arn);
  const [group, stream] = [logGroup, logStream].map(escapeTwice);
  return console && `${console}/cloudwatch/home#logsV2:log-groups/log-group/${group}/log-events/${stream}`;
}

/**
 * An object in S3, from where it can be downloaded.
 *
 * @param arn of anything in the same region
 */
export function objectLink(arn: string, bucket: string, key: string): string | null {
  const console = consoleOf(arn);
  return console && `${console}/s3/object/${bucket}?prefix=${encodeURIComponent(key)}`;
}

/** CloudWatch's own: URL-encoded twice, with $ for the percent signs of the second time. */
function escapeTwice(text: string): string {
  return encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
}
