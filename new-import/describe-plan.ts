import { visible } from '../contract/visible-text.ts';
import { describeDelimiter, encodingNames } from '../csv/index.ts';
import pc from '../operator/colours.ts';
import { formatTable } from '../operator/table.ts';
import { ROWS_FOR_NOT_NULL } from './infer-column.ts';
import type { PlannedImport } from './infer-import.ts';
import type { SampledRows } from './read-sample.ts';
import { writeTableSql } from './write-sql.ts';

/** What was found in the file and what was made of it, line by line: no values, which may be anybody's. */
export function describePlan(file: string, plan: PlannedImport): string[] {
  const { sample, sampled, key } = plan;
  return [
    `${pc.bold(file)} → import ${pc.bold(plan.name)}, table ${pc.bold(plan.tableName)}`,
    '',
    formatTable(
      ['rows', describeRows(sampled)],
      [
        ['encoding', `${encodingNames[sample.encoding]}: ${sample.encodingEvidence}`],
        ['delimiter', `${describeDelimiter(sample.delimiter)}: ${sample.delimiterEvidence}`],
        ...(sample.compression === 'none' ? [] : [['compression', sample.compression]]),
        ...(sample.notes.length > 0 ? [['layout', sample.notes.join('; ')]] : []),
        ['key', `${key.length === 0 ? 'none' : key.join(', ')}: ${plan.keyEvidence}`],
        [
          'mode',
          key.length === 0
            ? 'append: every row is inserted'
            : 'upsert: new keys are inserted, rows of others updated',
        ],
      ],
    ),
    ...describeMalformed(plan),
    '',
    ...formatTable(
      ['header', 'column', 'type', '', 'why'],
      plan.columns.map(({ header, name, type, notNull, evidence }) => [
        visible(header.replace(/\s+/g, ' ')),
        name,
        type.sql,
        key.includes(name) ? 'key' : notNull ? 'not null' : '',
        evidence,
      ]),
    )
      .split('\n')
      .map((line, index) => (index === 0 ? pc.dim(line) : line)),
    ...plan.columns.flatMap(({ name, advice }) =>
      advice === null ? [] : [`\n${pc.yellow('to decide')} ${name}: ${advice}`],
    ),
    '',
    pc.dim('The embedded database gets the table by itself; in any other, create it:'),
    ...writeTableSql(plan),
  ];
}

function describeRows({ rows, whole }: SampledRows): string {
  const count = `${rows.toLocaleString('en')} row${rows === 1 ? '' : 's'}`;
  const which = whole ? `${count}, all of the file` : `the first ${count}; what comes behind them may differ`;
  return rows >= ROWS_FOR_NOT_NULL
    ? which
    : `${which}; fewer than ${ROWS_FOR_NOT_NULL.toLocaleString('en')} do not show that a column is never empty`;
}

function describeMalformed({ sampled: { malformed, examples } }: PlannedImport): string[] {
  if (malformed === 0) return [];
  const which = examples.map(
    ({ line, errors }) =>
      `line ${line}: ${errors.map(({ code, reason }) => `${code} (${reason})`).join(', ')}`,
  );
  const left = malformed - examples.length;
  return [
    '',
    pc.yellow(
      `${malformed.toLocaleString('en')} row${malformed === 1 ? '' : 's'} will be rejected, whatever the columns are: ${which.join('; ')}${left > 0 ? `; and ${left} more` : ''}`,
    ),
  ];
}
