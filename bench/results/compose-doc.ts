import { fileKinds } from '../files/file-kinds.ts';
import type { Results, Run } from './results.ts';
import { cellsOf, columnTitles, limitOf } from './show.ts';

/** As many as --rounds is by default. */
const USUAL_ROUNDS = 3;

/** docs/benchmarks.md, all figures of which come from the results. */
export function composeDoc(results: Results): string {
  const { command, startedAt, machine, runs } = results;
  const { cpu, cores, memoryGiB, system, node, postgres, settings } = machine;
  const goals = runs.flatMap((run) => run.goals.map((goal) => ({ goal, file: describeFile(run) })));
  return `${[
    '# Benchmarks',
    '',
    'This page is written by the benchmark from `docs/benchmarks.json`; nothing in it is typed by hand. Make your own:',
    '',
    '```sh',
    'npm run bench                              # the reference file; --help tells the rest',
    'npm run bench -- --only upsert-unchanged --rows 100000',
    'npm run bench -- --docs                    # all that is shown here, and writes it',
    '```',
    '',
    `These figures are of ${startedAt.slice(0, 10)}:`,
    '',
    '```sh',
    ...fold(command),
    '```',
    ...(runs.some(isSmall)
      ? [
          '',
          '**These are small files**, of fewer rows than the benchmark takes by itself: one sees little but the time that',
          'the importer takes to start and to connect.',
        ]
      : []),
    ...(runs.some(({ rounds }) => rounds < USUAL_ROUNDS)
      ? [
          '',
          '**These are few rounds**, fewer than the benchmark takes by itself: a ratio may be some hundredths off.',
        ]
      : []),
    '',
    '| machine | |',
    '| --- | --- |',
    `| processor | ${cpu}, ${cores} cores |`,
    `| memory | ${memoryGiB} GiB |`,
    `| system | ${system} |`,
    `| Node.js | ${node} |`,
    `| PostgreSQL | ${postgres}, embedded: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')} |`,
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
    '- All contenders take turns, each once per round, so that what slows the machine down for a while does so for all.',
    '  Figures are medians. Before each turn the table is emptied or filled, and a checkpoint is made.',
    '- After each load the table must hold what raw COPY makes of the file: as many rows, and the same sum of hashes over',
    '  all columns. The report must say the right counts. Where either is not so, there is no figure.',
    '- `seconds` of the importer: from its first connection to its report, with the ledger, the checks and the commit.',
    '  `process s` adds the start and end of its process. It is the bundle that the image holds, with other definitions.',
    '- Raw COPY, the textbook upsert, csv-parse and pgloader read the file from disk; the importer reads it from the',
    '  embedded S3 endpoint, which is a process of its own on the same machine.',
    '- The textbook upsert is COPY into a temporary table of text columns, then one `INSERT … ON CONFLICT DO UPDATE` that',
    '  casts, in one transaction.',
    '- `CPU s` is user and system time of the process that loads; not of PostgreSQL, nor of S3. `peak MiB` is the',
    "  importer's resident memory at its highest.",
    '- The scanner and csv-parse alone read from memory and from disk, into nothing.',
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
    `The importer takes ${processSeconds.toFixed(2)} s and ${cpuSeconds.toFixed(2)} s of CPU for a file of ten rows;`,
    '`process s` and `CPU s` of every import hold that, too.',
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

/** A command in lines of at most 100 characters. */
function fold(command: string): string[] {
  const lines = [''];
  for (const word of command.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + word.length < 100) lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}
