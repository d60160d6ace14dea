import { z } from 'zod';
import {
  addressHour,
  assumed,
  benchmarks,
  functionSeconds,
  importCost,
  importSeconds,
  LEAST_TASK_SECONDS,
  loadCost,
  price,
  smallImportCost,
  speedOf,
  taskHour,
  total,
  usualTask,
  walPerByte,
} from './cost-sums.ts';
import { grouped, usd } from './cost-tables.ts';
import { readDoc } from './markdown.ts';
import { type Tables, table } from './tables.ts';
import type { TemplateFacts } from './template-facts.ts';

const quotaSchema = z.strictObject({
  value: z.number().positive(),
  unit: z.string(),
  name: z.string(),
  /** A page of AWS by its name, or memory. */
  from: z.string(),
  bites: z.string(),
  moves: z.string(),
});
export const { quotas } = z
  .strictObject({ knownAt: z.string(), quotas: z.record(z.string(), quotaSchema) })
  .parse(JSON.parse(readDoc('docs/scale.json')));

export function quota(name: string): number {
  const found = quotas[name];
  if (found === undefined) throw new Error(`docs/scale.json has no "${name}".`);
  return found.value;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const MILLION = 1_000_000;

/** A million files at once, of which so many load at once for so many seconds each. */
export function millionAtOnce(runs: number, seconds: number, facts: TemplateFacts) {
  const slotsPerSecond = runs / seconds;
  const startsPerSecond = quota('runTaskRate');
  const lasts = MILLION / Math.min(slotsPerSecond, startsPerSecond);
  // Where slots are scarcer than starts, every start that AWS allows is a poll.
  const starts = Math.max(MILLION, Math.min(lasts * startsPerSecond, MILLION * 1000));
  const polls = starts - MILLION;
  // On average half of them wait, and each asks AWS after half of the longest delay.
  const refused = ((MILLION / 2) * lasts) / (facts.runTask.maxDelaySeconds / 2);
  const minute = (LEAST_TASK_SECONDS / HOUR) * (taskHour(usualTask) + addressHour());
  return {
    hours: lasts / HOUR,
    starts,
    tasksAtOnce: startsPerSecond * (assumed('pullSeconds') + seconds),
    cost:
      MILLION * total(importCost(0.001, facts.successPath.length + 1)) +
      polls * (minute + facts.waitPath.length * price('transition')) +
      refused * price('transition'),
  };
}

/** Hours that the function for small uploads takes for files of 1 MB, so many at once. */
function functionHours(files: number, atOnce: number): string {
  return grouped((files * functionSeconds(0.001)) / atOnce / HOUR, 1);
}

/** All of docs/scale.md's tables. */
export function scaleTables(facts: TemplateFacts): Tables {
  const transitions = facts.successPath.length + 1;
  const hundredGb = () =>
    table(
      [
        '100 GB a day as',
        'importer hours',
        'hours, 10 at a time',
        'starts a minute',
        'imports, USD a day',
        'database, USD a day',
      ],
      (
        [
          ['1 × 100 GB', 1],
          ['10 × 10 GB', 10],
          ['800 × 125 MB', 800],
          ['100,000 × 1 MB', 100_000],
        ] as const
      )
        .map(([name, files]) => {
          const gb = 100 / files;
          const hours = (files * importSeconds(gb)) / HOUR;
          const atOnce = Math.min(10, files);
          return [
            name,
            grouped(hours, 1),
            grouped(hours / atOnce, 1),
            grouped(files / (24 * 60), 2),
            usd(files * total(importCost(gb, transitions))),
            usd(files * total(loadCost(gb))),
          ];
        })
        .concat([smallFiles(100_000)]),
      true,
    );

  /** A row of the same table, for files of 1 MB in the function for small uploads. */
  const smallFiles = (files: number) => {
    const hours = (files * functionSeconds(0.001)) / HOUR;
    return [
      `${grouped(files)} × 1 MB, in the function`,
      grouped(hours, 1),
      grouped(hours / 10, 1),
      grouped(files / (24 * 60), 2),
      usd(files * total(smallImportCost(0.001, transitions))),
      usd(files * total(loadCost(0.001))),
    ];
  };

  const hundredGbLimits = () => {
    const value = walPerByte();
    const run = benchmarks.runs[0]!;
    const hours = (way: string) => grouped((100 * speedOf(way).secondsPerGb) / HOUR, 1);
    return [
      `- One importer takes ${hours('append-file')} hours to append 100 GB, ${hours('upsert-unchanged')} to upsert unchanged rows, ${hours('replace')} to replace.`,
      `- The database writes ${grouped(100 * value)} GB of WAL a day (measured: ${value} bytes per byte). Backups of ${facts.backupDays} days hold`,
      `  ${grouped(100 * value * facts.backupDays)} GB of that.`,
      `- 100 GB are ${grouped((100e9 / run.file.bytes) * (run.file.rows / MILLION))} million rows like the benchmark's. A PostgreSQL table holds 32 TB, about ${grouped(32_000 / 100)} days of them:`,
      '  partition it by date long before.',
      `- Uploads stay until you delete them: each month adds ${usd(30 * 100 * price('s3GbMonth'))} a month.`,
    ].join('\n');
  };

  const millionTable = () =>
    table(
      [
        'runs at once',
        'seconds per run',
        'hours',
        'starts of the importer',
        'tasks at once',
        'USD, without the database',
      ],
      (
        [
          [10, 1],
          [10, 5],
          [50, 1],
          [100, 5],
          [600, 30],
        ] as const
      ).map(([runs, seconds]) => {
        const { hours, starts, tasksAtOnce, cost } = millionAtOnce(runs, seconds, facts);
        return [
          grouped(runs),
          grouped(seconds),
          `${grouped(hours, 1)}${hours > facts.executionHours ? ' (too long)' : ''}`,
          `${grouped(starts / MILLION, 1)} million`,
          grouped(tasksAtOnce),
          usd(Math.round(cost)).replace(/\.00$/, ''),
        ];
      }),
      true,
    );

  const arrival = () => {
    const upload = MILLION / quota('s3PutsPerPrefix');
    const start = (MILLION - quota('startExecutionBurst')) / quota('startExecutionRate');
    const runTask = MILLION / quota('runTaskRate');
    return [
      `Uploading takes ${grouped(upload / 60)} minutes under one prefix, starting the executions ${grouped(start / 60)} minutes (EventBridge keeps the events`,
      `meanwhile), starting a task for each ${grouped(runTask / HOUR, 1)} hours. An execution's time limit is ${grouped(facts.executionHours)} hours by default; "too long"`,
      'is what exceeds it.',
      '',
      `In the function for small uploads, files of 1 MB need no task: ${functionHours(MILLION, 10)} hours with 10 slots, ${functionHours(MILLION, 50)} with 50.`,
    ].join('\n');
  };

  return {
    'hundred-gb': () => [hundredGb(), hundredGbLimits()].join('\n\n'),

    'million-a-day': () => {
      const perSecond = MILLION / DAY;
      const row = (what: string, value: string, limit: string) => [what, value, limit];
      const alive = perSecond * (assumed('pullSeconds') + importSeconds(0.001));
      return table(
        ['a million files of 1 MB in a day, evenly', 'is', 'of'],
        [
          row('uploads', `${grouped(perSecond, 1)} a second`, `${grouped(quota('s3PutsPerPrefix'))}`),
          row(
            'executions started',
            `${grouped(perSecond, 1)} a second`,
            grouped(quota('startExecutionRate')),
          ),
          row('tasks started', `${grouped(perSecond, 1)} a second`, grouped(quota('runTaskRate'))),
          row(
            'tasks at once (of one vCPU)',
            grouped(alive),
            `${grouped(quota('fargateVcpus'))} in a new account`,
          ),
          row(
            'state transitions',
            `${grouped(perSecond * transitions)} a second`,
            grouped(quota('stateTransitions')),
          ),
          row('slots, at 2 s per run', grouped(Math.ceil(perSecond * 2)), '10 by default'),
          row('GB a day', grouped(1000), '–'),
          row('imports, USD a day', usd(MILLION * total(importCost(0.001, transitions))), '–'),
          row(
            'functions at once, in the function for small uploads',
            grouped(Math.ceil(perSecond * functionSeconds(0.001))),
            '10 by default',
          ),
          row(
            'imports in the function, USD a day',
            usd(MILLION * total(smallImportCost(0.001, transitions))),
            '–',
          ),
          row(
            'the same GB as 1,000 files of 1 GB, USD a day',
            usd(1000 * total(importCost(1, transitions))),
            '–',
          ),
        ],
        true,
      );
    },

    'million-at-once': () => [arrival(), millionTable()].join('\n\n'),

    polls: () => {
      const minute = (LEAST_TASK_SECONDS / HOUR) * (taskHour(usualTask) + addressHour());
      const poll = minute + facts.waitPath.length * price('transition');
      const minutes = (runs: number) => `${grouped((1000 * 2) / runs / 60, 1)} minutes with ${runs} slots`;
      return [
        `- A poll that finds no slot costs ${usd(poll)}: a minute of Fargate and ${facts.waitPath.length} transitions. A run that waits for a day polls`,
        `  about 100 times: ${usd(100 * poll)}.`,
        `- A thousand small files at once take ${grouped(1000 / quota('runTaskRate'))} s to start their tasks and, at 2 s per run, ${minutes(10)} or`,
        `  ${minutes(50)}. In the function for small uploads they take ${grouped((1000 * functionSeconds(0.001)) / 10)} s with 10 slots.`,
      ].join('\n');
    },

    'large-file': () => {
      const scan = benchmarks.runs[0]!.results.find(({ name }) => name === 'scanner')!.megabytesPerSecond;
      const copy = benchmarks.runs[0]!.results.find(({ name }) => name === 'raw-copy')!.megabytesPerSecond;
      const inFourHours = (4 * HOUR - assumed('pullSeconds')) / speedOf().secondsPerGb;
      return [
        `- In the default time limit of four hours one task appends ${grouped(inFourHours)} GB over one connection, at the benchmark's speed;`,
        `  1 TB takes ${grouped((1000 * speedOf().secondsPerGb) / HOUR, 1)} hours.`,
        `- There the scanner reads ${grouped(scan)} MB/s on one core and COPY takes ${grouped(copy)} MB/s on another: one importer keeps ${Math.floor(scan / copy)} COPY`,
        '  lanes busy, if the database has the cores.',
        `- So **PostgreSQL is the limit before the task is**: a database with fewer than ${Math.floor(scan / copy)} free cores loads slower than one task`,
        `  of 2 vCPU reads, and 16 vCPU, Fargate's most, gain nothing. With enough of them 1 TB takes ${grouped(1e6 / scan / HOUR, 1)} hours.`,
      ].join('\n');
    },

    quotas: () =>
      table(
        ['quota', 'default', 'from', 'when it limits', 'what raises it'],
        Object.values(quotas).map(({ name, value, unit, from, bites, moves }) => [
          name,
          `${grouped(value)} ${unit}`,
          from,
          bites,
          moves,
        ]),
      ),
  };
}
