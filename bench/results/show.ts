import pc from 'picocolors';
import type { Goal, Result, Results, Run } from './results.ts';

/** The results for people: what was measured on what, and the goals. */
export function showResults({ machine, runs }: Results): string {
  const { cpu, cores, memoryGiB, node, postgres } = machine;
  return [
    pc.dim(`${cpu}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, PostgreSQL ${postgres}`),
    ...runs.flatMap(showRun),
  ].join('\n');
}

function showRun({ file, rounds, startUp, results, notMeasured, failed, goals }: Run): string[] {
  const megabytes = (file.bytes / 1e6).toFixed(1);
  const medians = rounds === 1 ? 'one round' : `medians of ${rounds} rounds`;
  const lines = [
    '',
    pc.bold(
      `${file.name}: ${file.rows.toLocaleString('en')} rows, ${file.columns} columns, ${megabytes} MB; ${medians}`,
    ),
    ...alignColumns([[...columnTitles], ...results.map((result) => cellsOf(result, file.rows))]),
  ];
  if (startUp !== null) {
    const seconds = startUp.processSeconds?.toFixed(2);
    lines.push(
      pc.dim(
        `the importer's start-up: ${seconds} s, ${startUp.cpuSeconds?.toFixed(2)} s of CPU in each import`,
      ),
    );
  }
  for (const { title, reason } of notMeasured) lines.push(pc.dim(`${title}: not measured, ${reason}`));
  for (const { title, reason } of failed) lines.push(pc.red(`${title}: FAILED: ${reason}`));
  return [...lines, ...goals.map(showGoal)];
}

export const columnTitles = [
  '',
  'seconds',
  'ratio',
  'of',
  'rows/s',
  'MB/s',
  'CPU s',
  'peak MiB',
  'process s',
] as const;

/** One result in the order of {@link columnTitles}; empty where nothing was measured. */
export function cellsOf(result: Result, allRows: number): string[] {
  const { title, rows, secondsForAll, ratio, against, median, rowsPerSecond, megabytesPerSecond } = result;
  const share = rows < allRows ? ` (${rows.toLocaleString('en')} rows, scaled up)` : '';
  return [
    `${title}${share}`,
    secondsForAll.toFixed(2),
    ratio === null ? '' : `${ratio.toFixed(2)} ×`,
    ratio === null ? '' : against!,
    Math.round(rowsPerSecond).toLocaleString('en'),
    megabytesPerSecond.toFixed(1),
    median.cpuSeconds === null ? '' : median.cpuSeconds.toFixed(2),
    median.peakBytes === null ? '' : String(Math.ceil(median.peakBytes / 1024 ** 2)),
    median.processSeconds === null ? '' : median.processSeconds.toFixed(2),
  ];
}

/** Such as `≤ 1.05 ×`. */
export function limitOf({ atMost, atLeast, unit }: Goal): string {
  return atMost === null ? `≥ ${atLeast} ${unit}` : `≤ ${atMost} ${unit}`;
}

function showGoal(goal: Goal): string {
  const told = `${goal.goal} ${limitOf(goal)}: ${goal.value.toFixed(2)}`;
  return goal.met ? pc.green(`met      ${told}`) : pc.yellow(`not met  ${told}`);
}

/** The first column to the left, all others to the right. */
function alignColumns(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}
