import { executionLink, logLink } from '../contract/console-links.ts';
import type { ExplainedFailure } from '../contract/workflow-data.ts';

type Links = ExplainedFailure['links'];

/** What the links are made from; null where there is no such thing. */
export interface LinkSources {
  executionArn: string;
  taskArn: string | null;
  /** Where the function for small uploads says that its log is. */
  functionLog: string | null;
  resultsBucket: string;
  reportKey: string | null;
  rowsKey: string | null;
  errorsKey: string | null;
  logGroup: string | null;
  /** What comes before the task's id in the name of its log stream, e.g. `CsvImport-importer/importer`. */
  logStream: string | null;
}

/** Where a person looks next: pages of the AWS console, and s3:// addresses that `aws s3 cp` takes. */
export function failureLinks(sources: LinkSources): Links {
  const { executionArn, functionLog, logGroup, logStream } = sources;
  const taskId = sources.taskArn?.split('/').at(-1);
  const stored = (key: string | null) => (key === null ? null : `s3://${sources.resultsBucket}/${key}`);
  return {
    execution: executionLink(executionArn),
    log:
      taskId && logGroup && logStream
        ? logLink(executionArn, logGroup, `${logStream}/${taskId}`)
        : functionLog,
    report: stored(sources.reportKey),
    rejectedRows: stored(sources.rowsKey),
    rejectErrors: stored(sources.errorsKey),
  };
}
