import type { ExplainedFailure } from '../contract/workflow-data.ts';

type Links = ExplainedFailure['links'];

/** What the links are made from; null where there is no such thing. */
export interface LinkSources {
  executionArn: string;
  taskArn: string | null;
  resultsBucket: string;
  reportKey: string | null;
  rowsKey: string | null;
  errorsKey: string | null;
  logGroup: string | null;
  /** What comes before the task's id in the name of its log stream, e.g. `importer/importer`. */
  logStream: string | null;
}

/** Where a person looks next: pages of the AWS console, and s3:// addresses that `aws s3 cp` takes. */
export function failureLinks(sources: LinkSources): Links {
  const console = consoleOf(sources.executionArn);
  const stored = (key: string | null) => (key === null ? null : `s3://${sources.resultsBucket}/${key}`);
  return {
    execution: console && `${console}/states/home#/v2/executions/details/${sources.executionArn}`,
    log: console && logLink(console, sources),
    report: stored(sources.reportKey),
    rejectedRows: stored(sources.rowsKey),
    rejectErrors: stored(sources.errorsKey),
  };
}

function logLink(console: string, { taskArn, logGroup, logStream }: LinkSources): string | null {
  const taskId = taskArn?.split('/').at(-1);
  if (!taskId || !logGroup || !logStream) return null;
  const [group, stream] = [logGroup, `${logStream}/${taskId}`].map(escapeTwice);
  return `${console}/cloudwatch/home#logsV2:log-groups/log-group/${group}/log-events/${stream}`;
}

/** CloudWatch's own: URL-encoded twice, with $ for the percent signs of the second time. */
function escapeTwice(text: string): string {
  return encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
}

/** The console of the execution's region; null where it runs outside AWS, such as on a laptop. */
function consoleOf(executionArn: string): string | null {
  const [, partition, , region = '', account = ''] = executionArn.split(':');
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || /^0*$/.test(account)) return null;
  const domains: Record<string, string> = {
    aws: 'console.aws.amazon.com',
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
  };
  const domain = domains[partition ?? ''];
  return domain === undefined ? null : `https://${region}.${domain}`;
}
