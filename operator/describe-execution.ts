import { executionLink } from '../contract/console-links.ts';
import { describeLeftUnwritten, describeReject } from '../contract/notice-text.ts';
import type { Counts, Report } from '../contract/report.ts';
import { describeUpload } from '../contract/upload.ts';
import { visible, visibleLine, visibleLines } from '../contract/visible-text.ts';
import pc from './colours.ts';
import type { Execution } from './read-execution.ts';
import { describeAddress, type RejectFiles, type Results } from './results.ts';
import { formatTable } from './table.ts';
import { describeSeconds, describeTime } from './time-text.ts';
import type { TimelineEntry } from './timeline.ts';

// Executions for people at a terminal. What strangers have typed (keys, messages) is made visible first.

/** `SUCCEEDED`, `FAILED` …, in its colour. */
export function describeStatus(status: string): string {
  if (status === 'SUCCEEDED') return pc.green(status);
  return status === 'RUNNING' ? pc.cyan(status) : pc.red(status);
}

/** One line per execution. */
export function describeList(executions: readonly Execution[]): string {
  return formatTable(
    ['started', 'status', 'import', 'rows', 'duration', 'key', 'failure', 'execution'].map((name) =>
      pc.bold(name),
    ),
    executions.map((execution) => [
      describeTime(execution.startedAt),
      describeStatus(execution.status),
      visible(execution.import ?? '–'),
      execution.counts?.read.toLocaleString('en') ?? '–',
      describeSeconds(execution.seconds),
      visible(execution.upload?.key ?? '–'),
      describeTrouble(execution),
      visible(execution.name),
    ]),
    { right: ['rows', 'duration'].map((name) => pc.bold(name)) },
  );
}

function describeTrouble(execution: Execution): string {
  const { failure, counts, outcome } = execution;
  if (failure !== null) return describeShortly(execution);
  if ((counts?.rejected ?? 0) > 0) return pc.yellow(`${counts!.rejected.toLocaleString('en')} rejected`);
  return outcome === null || outcome === 'imported' ? '' : outcome;
}

function describeShortly({ failure, status }: Execution): string {
  const { name, blame } = failure!;
  if (name === status) return pc.red(name);
  return pc.red(`${visible(name)} (${blame ?? 'stopped'})`);
}

/** What an execution is, for the top of a page. */
export function describeHead(execution: Execution): string {
  const { name, arn, upload, runId, startedAt, seconds, redrives, status, dryRun } = execution;
  const took = `${status === 'RUNNING' ? 'running for' : 'took'} ${describeSeconds(seconds)}`;
  return [
    `${pc.bold(upload === null ? visible(name) : describeUpload(upload))}  ${describeStatus(status)}`,
    field('execution', name),
    ...link('console', executionLink(arn)),
    field('import', `${execution.import ?? 'none'}${dryRun ? ', a dry run' : ''}`),
    ...link('run', runId),
    field('started', `${describeTime(startedAt)}, ${took}${redrives > 0 ? `, redriven ${redrives}×` : ''}`),
  ].join('\n');
}

/** One line per visit of a state. */
export function describeTimeline(entries: readonly TimelineEntry[]): string {
  return entries.length === 0
    ? ''
    : formatTable(
        ['time', 'state', 'duration', ''],
        entries.map((entry) => [
          describeTime(entry.at),
          (entry.state && visible(entry.state)) ?? pc.cyan(`redrive ${entry.redrive}`),
          entry.seconds === null ? (entry.state === null ? '' : '…') : describeSeconds(entry.seconds),
          [
            ...(entry.attempt === null ? [] : [`attempt ${entry.attempt}`]),
            ...(entry.starts > 1 ? [`started ${entry.starts}×`] : []),
            ...(entry.error === null ? [] : [pc.red(visible(entry.error))]),
            ...(entry.decision === null ? [] : [visible(entry.decision)]),
          ].join(', '),
        ]),
        { right: ['duration'] },
      );
}

/** `12,000 read, 11,980 inserted, 20 rejected`: only what there is any of, but always what was read. */
export function describeCounts(counts: Counts): string {
  return Object.entries(counts)
    .filter(([name, count]) => name === 'read' || count > 0)
    .map(describeCount)
    .join(', ');
}

/** `11,980 inserted`. */
export function describeCount([name, count]: [string, number]): string {
  return `${count.toLocaleString('en')} ${name === 'emptyRows' ? 'empty rows skipped' : name}`;
}

/** What of a file is neither header nor row: `3 lines above the header skipped`; nothing of what there is none of. */
export function describeSkipped({
  skippedLines,
  commentLines,
  footerLines,
  notes,
}: NonNullable<Report['file']>): string[] {
  const lines = (count: number, what: string) =>
    count === 0
      ? []
      : [`${count.toLocaleString('en')} ${count === 1 ? what : what.replace('line', 'lines')}`];
  return [
    ...lines(skippedLines, 'line above the header skipped'),
    ...lines(commentLines, 'comment line skipped'),
    ...lines(footerLines, 'line at the end skipped'),
    ...notes,
  ];
}

/** How it ended, what to do about it, and where to look. */
export function describeEnd(execution: Execution, { report, rejects: files, problem }: Results): string {
  const { failure, outcome, name, status } = execution;
  if (status === 'RUNNING') return `It is running: \`npm run ops -- watch ${name}\` follows it.`;
  const log = report?.log ?? failure?.links.log ?? null;
  return [
    ...(failure === null ? [pc.green(`${status}: ${outcome}`)] : describeFailure(execution)),
    ...(report === null ? [] : [field('rows', describeCounts(report.counts))]),
    ...(report?.file ? describeSkipped(report.file).map((skipped) => field('file', skipped)) : []),
    ...link('by run', report?.byRunId ?? null),
    ...(report?.rejects ? ['', 'First rejects:', ...firstRejects(report)] : []),
    ...link('errors', files && describeAddress(files.errors)),
    ...link('rows', files && describeAddress(files.rows)),
    ...link('report', failure?.links.report ?? null),
    ...link('log', log),
    ...link('problem', problem === null ? null : `the report cannot be read: ${problem}`),
    ...nextStep(execution, files),
  ].join('\n');
}

/** A line per reject that the report quotes, and what the reject files lack. */
export function firstRejects({ rejects, counts }: Report): string[] {
  const lacking = describeLeftUnwritten(rejects, counts);
  return [
    ...(rejects?.first ?? []).map((reject) => `  ${visibleLine(describeReject(reject))}`),
    ...(lacking === null ? [] : [`  ${lacking}`]),
  ];
}

const causes = {
  file: 'Problem with the file: the same file will fail again',
  system: 'Problem with the system, not with the file',
  none: 'A deliberate stop: neither the file nor the system has a problem',
};

function describeFailure({ failure, status }: Execution): string[] {
  const { name, blame, message, advice } = failure!;
  return [
    pc.red(name === status ? status : `${status}: ${visible(name)}`),
    ...(message === '' ? [] : [visibleLines(message)]),
    field('cause', causes[blame ?? 'none']),
    field('what to do', advice),
  ];
}

function nextStep({ failure, name, notRedrivable }: Execution, files: RejectFiles | null): string[] {
  if (files !== null) return ['', `Both reject files: npm run ops -- rejects ${name} --out <folder>`];
  if (failure === null || failure.blame === 'file') return [];
  return [
    '',
    notRedrivable === null ? `Next: npm run ops -- redrive ${name}` : `Not to be redriven: ${notRedrivable}.`,
  ];
}

function field(name: string, text: string): string {
  return `${pc.dim(name.padEnd(10))} ${visible(text)}`;
}

function link(name: string, text: string | null): string[] {
  return text === null ? [] : [field(name, text)];
}
