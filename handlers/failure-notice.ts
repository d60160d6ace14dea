import { addressLines, describeReject, noticeSubject } from '../contract/notice-text.ts';
import type { RejectSummary } from '../contract/report.ts';
import { visibleLine } from '../contract/visible-text.ts';
import type { ExplainedFailure } from '../contract/workflow-data.ts';
import type { DecidedFailure } from './decide-failure.ts';

/** ECS and S3 quote at length; Step Functions cuts a cause at 32,768 characters and state data at 256 KiB. */
const MESSAGE_LENGTH = 4_000;
/** A key may have 1,024 bytes; whoever needs all of it finds it in the execution's input. */
const LABEL_LENGTH = 300;
/** In the message, which the console shows in a small field; the notification has all that the report quotes. */
const REJECTS_IN_MESSAGE = 3;

/** The sentence for each blame. */
const blameSentences = {
  file: 'Problem with the file: the same file would fail again.',
  system: 'Problem with the system, not with the file.',
  none: 'A deliberate stop: neither the file nor the system has a problem.',
} as const;

/** A failure's message with the first rejects, on one line and of bounded length, for people. */
export function describeFailure(message: string, rejects: readonly RejectSummary[], total: number): string {
  const quoted = rejects.slice(0, REJECTS_IN_MESSAGE).map(describeReject).join('; ');
  const more = total > REJECTS_IN_MESSAGE ? '; …' : '';
  return shorten(quoted === '' ? message : `${message} First rejects: ${quoted}${more}`);
}

/** The text of the cause that an execution ends with: a line that says it all, then where to look. */
export function describeCause(
  label: string,
  failure: Pick<DecidedFailure, 'message' | 'blame' | 'advice'> & Pick<ExplainedFailure, 'links'>,
): string {
  const message = shorten(failure.message).replace(/(?<![.…])$/, '.');
  const what = `${shorten(label, LABEL_LENGTH)} was not imported: ${message}`;
  return [
    `${what} ${blameSentences[failure.blame]} What to do: ${failure.advice}`,
    ...describeLinks(failure.links),
  ].join('\n');
}

/** The notification of a failure. */
export function failureNotice(options: {
  failure: DecidedFailure;
  links: ExplainedFailure['links'];
  importName: string;
  label: string;
  key: string | null;
  runId: string | null;
  executionArn: string;
  attempt: number;
  rejects: readonly RejectSummary[];
  rejected: number;
}): { subject: string; text: string } {
  const { failure, links, importName, label, key, runId, executionArn, attempt, rejects, rejected } = options;
  const quoted = rejects.map((reject) => `  - ${visibleLine(describeReject(reject))}`);
  const lines = [
    `${visibleLine(label)} was not imported.`,
    '',
    `What failed: ${failure.name}`,
    failure.message,
    '',
    blameSentences[failure.blame],
    `What to do: ${failure.advice}`,
    ...(quoted.length === 0 ? [] : ['', `First of ${rejected} rejected rows:`, ...quoted]),
    '',
    `Import: ${importName}`,
    ...(runId === null ? [] : [`Run: ${runId} (attempt ${attempt})`]),
    ...(links.execution === null ? [`Execution: ${executionArn}`] : []),
    ...describeLinks(links, executionArn),
  ];
  return {
    subject: noticeSubject(
      importName,
      `import ${failure.blame === 'none' ? 'stopped' : 'failed'}: ${failure.name}`,
      key ?? label,
    ),
    text: lines.join('\n'),
  };
}

/** @param arn of the execution, for pages of the console; left out where space is short */
function describeLinks(links: ExplainedFailure['links'], arn = ''): string[] {
  const pages: [string, string | null][] = [
    ['Execution', links.execution],
    ['Log', links.log],
  ];
  const addresses: [string, string | null][] = [
    ['Report', links.report],
    ['Rejected rows', links.rejectedRows],
    ['Errors', links.rejectErrors],
  ];
  return [
    ...pages.flatMap(([name, link]) => (link === null ? [] : [`${name}: ${link}`])),
    ...addresses.flatMap(([name, address]) => (address === null ? [] : addressLines(name, address, arn))),
  ];
}

function shorten(text: string, length = MESSAGE_LENGTH): string {
  const plain = visibleLine(text);
  const cut = plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`;
  // Half a character, left by the cut, say, would be written as \ud800.
  return cut.toWellFormed();
}
