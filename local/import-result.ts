import { join } from 'node:path';
import type { Report } from '../contract/report.ts';
import { visible, visibleLines } from '../contract/visible-text.ts';
import pc from '../operator/colours.ts';
import { describeCount, describeSkipped } from '../operator/describe-execution.ts';
import type { LocalStackDescription } from '../operator/local-stack.ts';
import { print } from '../operator/output.ts';
import type { ImportResult } from './import-file.ts';
import { openDatabase } from './open-database.ts';
import { describeDatabase } from './shown-url.ts';
import { formatRows, queryText } from './text-rows.ts';

/** How many imported rows are shown at the end. */
const SHOWN_ROWS = 5;
/** Cells of a terminal for each value: a UUID or a time with its zone is shown whole. */
const VALUE_WIDTH = 40;

/** Prints how an import ended, where everything about it is, and a few rows of the table. */
export async function showResult(
  { execution, report, notice }: ImportResult,
  {
    stack,
    rejects,
    directory,
  }: { stack: LocalStackDescription; rejects: readonly string[]; directory: string },
): Promise<void> {
  const good = execution.status === 'SUCCEEDED';
  print();
  print(
    good
      ? pc.green(`SUCCEEDED: ${report?.outcome ?? 'done'}`)
      : `${pc.red(`${execution.status}: ${visible(execution.error ?? '')}`)}\n${visibleLines(execution.cause ?? '')}`,
  );
  if (report === null && notice !== null) print(visibleLines(notice.text));
  if (report !== null) {
    print(
      Object.entries(report.counts)
        .filter(([name, count]) => !['emptyRows', 'skipped'].includes(name) || count > 0)
        .map(describeCount)
        .join(', '),
    );
    if (report.outcome === 'dry-run') print('a dry run: nothing was committed, these are what would be');
    if (report.outcome === 'already-imported')
      print(`as counted by the run that imported it, ${report.byRunId}`);
    if (report.file !== null) print(visible(describeFile(report.file)));
    print(`${report.seconds.toFixed(1)} s in the importer`);
    for (const [index, path] of rejects.entries()) {
      print(`${index === 0 ? 'rejects  ' : '         '} ${pc.bold(visible(path))}`);
    }
    print(`report    s3://${stack.resultsBucket}/reports/${report.runId}/${report.attempt}.json`);
  }
  print(`execution ${execution.arn}`);
  // A stack that was started for this import alone serves none.
  if (stack.console !== undefined)
    print(`console   ${stack.console}/executions/${execution.arn.split(':').at(-1)}`);
  if (!good) print(`logs      ${join(directory, 'logs')}`);
  print(`S3        ${stack.endpoints.s3} (path style, any credentials)`);
  print(`database  ${describeDatabase(stack.databaseUrl, directory)}`);
  if (good && report !== null && report.table !== '' && report.outcome !== 'dry-run')
    // They are only to look at: the import has ended well, whatever has become of its table since.
    await showRows(stack.databaseUrl, report.table).catch((error: Error) =>
      print(`\nThe rows of ${report.table} cannot be shown: ${error.message}`),
    );
}

/** `read as shift_jis (why), separated by ";" (why)`: what was found out and may be wrong is worth a look. */
export function describeFile(file: NonNullable<Report['file']>): string {
  const { encoding, encodingEvidence, delimiter, delimiterEvidence, compression } = file;
  const { quote, escape: escaped, spaceAroundQuotes, newline } = file;
  const declared = Object.entries({ quote, escape: escaped, spaceAroundQuotes, newline })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `, ${name} ${value}`);
  const unpacked = compression === 'none' ? '' : `unpacked from ${compression}, `;
  const read = `${unpacked}read as ${encoding} (${encodingEvidence}), separated by ${JSON.stringify(delimiter)} (${delimiterEvidence})${declared.join('')}`;
  return [read, ...describeSkipped(file)].join('; ');
}

async function showRows(databaseUrl: string, table: string): Promise<void> {
  const sql = openDatabase(databaseUrl);
  try {
    const name = table
      .split('.')
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.');
    const [result] = await queryText(sql, `select * from ${name} limit ${SHOWN_ROWS}`);
    print(`\n${table}:\n${formatRows(result!, VALUE_WIDTH)}`);
  } finally {
    await sql.end();
  }
}
