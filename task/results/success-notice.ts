import { executionLink } from '../../contract/console-links.ts';
import type { ImportMode } from '../../contract/definition/define-import.ts';
import {
  addressLines,
  describeLeftUnwritten,
  describeReject,
  noticeSubject,
} from '../../contract/notice-text.ts';
import type { Counts, Notice, Report } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { describeUpload } from '../../contract/upload.ts';
import { visibleLine } from '../../contract/visible-text.ts';

/**
 * What people are told of a run that ended well; null where it failed, or waits for a slot. Rejected rows first: they
 * are what somebody has to do something about.
 *
 * @param report without its notice
 * @param mode of the import: what can be done with rejected rows depends on it
 */
export function successNotice(
  report: Omit<Report, 'notice'>,
  resultsBucket: string,
  mode: ImportMode,
): Notice | null {
  const { outcome, upload, executionArn, counts, rejects, seconds, runId } = report;
  if (outcome === 'failed' || outcome === 'queued') return null;
  const [what, sentence] = describeOutcome(report, outcome);
  const stored = (name: string, key: string) =>
    addressLines(name, `s3://${resultsBucket}/${key}`, executionArn);
  const lacking = describeLeftUnwritten(rejects, counts);
  const lines = [
    `${visibleLine(describeUpload(upload))}: ${sentence}`,
    ...(rejects === null
      ? []
      : [
          '',
          `${rowsOf(counts.rejected)} rejected. The first:`,
          ...rejects.first.map((reject) => `  - ${visibleLine(describeReject(reject))}`),
          ...(lacking === null ? [] : [`${lacking} The others are in the uploaded file only.`]),
          `What to do: ${describeRemedy(report, mode)}`,
          ...stored('Errors', rejects.errorsKey),
          ...stored('Rejected rows', rejects.rowsKey),
        ]),
    '',
    describeCounts(counts),
    `Time: ${seconds.toFixed(1)} seconds`,
    '',
    `Import: ${report.import}`,
    `Run: ${runId}`,
    `Execution: ${executionLink(executionArn) ?? executionArn}`,
    ...(report.log === null ? [] : [`Log: ${report.log}`]),
    ...stored('Report', storageKeys.report(runId, report.attempt)),
  ];
  return { subject: noticeSubject(report.import, what, upload.key), text: lines.join('\n') };
}

/** For the subject, in a few words; and as a sentence. */
function describeOutcome(
  { counts, table, byRunId }: Omit<Report, 'notice'>,
  outcome: 'imported' | 'already-imported' | 'superseded' | 'dry-run',
): [string, string] {
  const { read, rejected } = counts;
  const good = rowsOf(read - rejected);
  switch (outcome) {
    case 'imported':
      return rejected === 0
        ? [`${good} imported`, `${good} imported into table ${table}.`]
        : [
            `${number(rejected)} of ${rowsOf(read)} rejected`,
            `${good} of ${number(read)} imported into table ${table}.`,
          ];
    case 'dry-run':
      return [
        `dry run, ${number(rejected)} of ${rowsOf(read)} rejected`,
        `a dry run. Nothing was written to table ${table}; ${good} of ${number(read)} would have been imported.`,
      ];
    case 'already-imported':
      return [
        'already imported',
        `imported before, so that nothing was to be done${byRunId === null ? '' : ` (run ${byRunId})`}. The counts are of that time.`,
      ];
    case 'superseded':
      return [
        'superseded by a newer file',
        `not imported, since a later version of the file is in already${byRunId === null ? '' : ` (run ${byRunId})`}.`,
      ];
  }
}

function describeRemedy({ outcome, upload }: Omit<Report, 'notice'>, mode: string): string {
  if (outcome === 'dry-run' || mode === 'replace') {
    return 'errors.csv says what is wrong with each row. Correct the rows in the file, and upload the whole file again.';
  }
  const folder = visibleLine(`s3://${upload.bucket}/${upload.key.slice(0, upload.key.lastIndexOf('/') + 1)}`);
  return `errors.csv says what is wrong with each row. rows.csv holds just these rows: correct them there, and upload it to ${folder} under another name.`;
}

/** What became of the rows: only what there is any of. */
function describeCounts(counts: Counts): string {
  const told: [string, number][] = [
    ['inserted', counts.inserted],
    ['updated', counts.updated],
    ['unchanged', counts.unchanged],
    ['skipped', counts.skipped],
    ['duplicates (a later row has the same key)', counts.duplicates],
    ['rejected', counts.rejected],
    ['deleted from the table', counts.deleted],
  ];
  const some = told.filter(([, count]) => count > 0).map(([name, count]) => `${number(count)} ${name}`);
  const skipped = counts.emptyRows === 0 ? '' : `; ${number(counts.emptyRows)} empty, skipped`;
  return `Rows: ${[`${number(counts.read)} read`, ...some].join(', ')}${skipped}`;
}

const number = (count: number) => count.toLocaleString('en-US');
const rowsOf = (count: number) => `${number(count)} ${count === 1 ? 'row' : 'rows'}`;
