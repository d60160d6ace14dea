import { fileKinds } from '../files/file-kinds.ts';
import type { Results, Run } from './results.ts';
import { cellsOf, columnTitles, limitOf } from './show.ts';

/** As many as --rounds is by default. */
const USUAL_ROUNDS = 3;

/** docs/benchmarks.md, all figures of which come from the results. */
export function composeDoc(results: Results): string {
  const { startedAt, machine, runs } = results;
  const { cpu, cores, memoryGiB, system, node, postgres, settings } = machine;
  const goals = runs.flatMap((run) => run.goals.map((goal) => ({ goal, file: describeFile(run) })));
  return `${[
    '# Benchmarks',
    '',
    'After this page you know how fast each way to import is, against plain COPY. The benchmark writes the page from',
    '`docs/benchmarks.json`. To measure on your machine:',
    '',
    '```sh',
    'npm run bench                              # the reference file; see --help',
    'npm run bench -- --only upsert-unchanged --rows 100000',
    'npm run bench -- --docs                    # writes this page',
    '```',
    '',
    `Measured on ${startedAt.slice(0, 10)} on ${cpu}, ${cores} cores, ${memoryGiB} GiB of memory, ${system}, Node.js ${node};`,
    `embedded PostgreSQL ${postgres} with`,
    `${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    'The whole command is in `docs/benchmarks.json`.',
    ...(runs.some(isSmall)
      ? [
          '',
          '**These files are small**, with fewer rows than by default: most of the time is start-up and connecting.',
        ]
      : []),
    ...(runs.some(({ rounds }) => rounds < USUAL_ROUNDS)
      ? ['', '**These are fewer rounds than by default**: a ratio may be off by some hundredths.']
      : []),
    '',
    '![Seconds of each way to load the reference file](benchmarks.svg)',
    ...(goals.length === 0
      ? []
      : [
          '',
          '## Goals',
          '',
          '| file | goal | limit | measured | |',
          '| --- | --- | --- | --- | --- |',
          ...goals.map(
            ({ goal, file }) =>
              `| ${file} | ${goal.goal} | ${limitOf(goal)} | ${goal.value.toFixed(2)} | ${goal.met ? 'met' : '**not met**'} |`,
          ),
        ]),
    ...runs.flatMap(describeRun),
    '',
    '## How it is measured',
    '',
    '- All ways run once per round, one after the other, so that a slow phase of the machine affects all. Figures are',
    '  medians. Before each load the table is emptied or filled, and a checkpoint is made.',
    '- After each load the table must equal what raw COPY loads (row count, sum of hashes over all columns), and the',
    '  report must have the right counts. Otherwise there is no figure.',
    "- `seconds` run from the importer's first connection to its report, with ledger, checks and commit; `process s` adds",
    '  the start and end of its process. It is the bundle of the image, with other definitions.',
    '- Raw COPY, the textbook upsert, csv-parse and pgloader read the file from disk. The importer reads it from the',
    '  embedded S3 endpoint, a separate process on the same machine.',
    '- The textbook upsert is COPY into a temporary table of text columns and one casting `INSERT … ON CONFLICT DO UPDATE`,',
    '  in one transaction.',
    '- `CPU s` is user and system time of the loading process, without PostgreSQL and S3. `peak MiB` is the peak resident',
    '  memory of the importer.',
    '- The scanner alone reads from memory and csv-parse alone from disk; neither writes.',
  ].join('\n')}\n`;
}

function describeFile({ file }: Run): string {
  return `${file.name}, ${file.rows.toLocaleString('en')} rows`;
}

function describeRun(run: Run): string[] {
  const { file, rounds, results, startUp, notMeasured, failed } = run;
  const megabytes = (file.bytes / 1e6).toFixed(1);
  const titles = columnTitles.map((title) => title || 'what');
  return [
    '',
    `## ${describeFile(run)}`,
    '',
    `${file.columns} columns, ${megabytes} MB; ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}.`,
    ...(startUp === null ? [] : describeStartUp(startUp)),
    '',
    `| ${titles.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(titles.length - 1)}`,
    ...results.map((result) => `| ${cellsOf(result, file.rows).join(' | ')} |`),
    ...describeGaps([...notMeasured, ...failed]),
  ];
}

function describeStartUp({ processSeconds, cpuSeconds }: NonNullable<Run['startUp']>): string[] {
  if (processSeconds === null || cpuSeconds === null) return [];
  return [
    `The importer takes ${processSeconds.toFixed(2)} s and ${cpuSeconds.toFixed(2)} s of CPU for a file of ten rows, which \`process s\` and \`CPU s\` include.`,
  ];
}

function describeGaps(gaps: readonly { title: string; reason: string }[]): string[] {
  if (gaps.length === 0) return [];
  const rows = gaps.map(({ title, reason }) => `| ${title} | ${reason.replaceAll('|', '\\|')} |`);
  return ['', '| what | why there is no figure |', '| --- | --- |', ...rows];
}

/** Whether anything is smaller than the benchmark makes it by itself. */
function isSmall({ file }: Run): boolean {
  return file.rows < fileKinds[file.name].rows;
}
