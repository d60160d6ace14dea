import { metricGroups } from '../../contract/metrics.ts';
import {
  addressHour,
  assumed,
  benchmarks,
  costs,
  functionSeconds,
  glue,
  importCost,
  importSeconds,
  LAMBDA_SECONDS,
  LEAST_TASK_SECONDS,
  lambdaOnly,
  lambdaSecond,
  loadCost,
  MONTH_HOURS,
  price,
  smallImportCost,
  speedOf,
  taskHour,
  taskSeconds,
  total,
  usualTask,
  workers,
} from './cost-sums.ts';
import { type Tables, table } from './tables.ts';
import type { TemplateFacts } from './template-facts.ts';

/** The files of the examples, in GB of 1,000,000,000 bytes. */
const sizes: [name: string, gb: number][] = [
  ['1 MB', 0.001],
  ['125 MB', 0.125],
  ['10 GB', 10],
];
const SMALL = 0.001;
/** Of the example with small files. */
const FILES_A_MONTH = 30 * 1000;

/** What the results depend on most; docs/cost.json has the rest. */
const decisive = {
  prices: ['fargateArmVcpuHour', 'fargateArmGbHour', 'transition', 'acuHour', 'auroraIo'],
  assumptions: ['pullSeconds', 'acusWhileLoading', 'awakeAcus'],
};

/** Dollars, with cents, or with three figures where it is less than ten cents. */
export function usd(value: number): string {
  if (value >= 0.1 || value === 0) return `$${grouped(value, 2)}`;
  return `$${plain(Number(value.toPrecision(3)))}`;
}

export function grouped(value: number, decimals = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** Types of resources that cost something while nothing is imported: dollars a month for each, and what for. */
export const idlePrices: Record<string, { each: () => number; what: string }> = {
  'AWS::CloudWatch::Alarm': { each: () => price('alarmMonth'), what: 'alarms' },
  'AWS::CloudWatch::Dashboard': { each: () => price('dashboardMonth'), what: 'dashboard' },
  'AWS::SecretsManager::Secret': { each: () => price('secretMonth'), what: 'secret' },
  'AWS::EC2::NatGateway': { each: () => MONTH_HOURS * price('natHour'), what: 'NAT gateway' },
};

/** Types of resources that cost nothing while nothing is imported: the database paused, the endpoint S3's gateway. */
export const freeTypes = [
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::Events::Rule',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::StepFunctions::StateMachine',
  'AWS::Lambda::Function',
  'AWS::ECS::Cluster',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::ECS::TaskDefinition',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBClusterParameterGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::EC2::VPC',
  'AWS::EC2::Subnet',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::Route',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::FlowLog',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Subscription',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
];

/** Custom metrics of attempts with so many imports; see contract/metrics.ts. */
function customMetrics(imports: number): number {
  const { dimensions, metrics } = metricGroups.attempt;
  const kept = dimensions.map((set) => ((set as readonly string[]).includes('import') ? imports : 1));
  return Object.keys(metrics).length * kept.reduce((sum, each) => sum + each, 0);
}

/** All of docs/cost.md's tables. */
export function costTables(facts: TemplateFacts): Tables {
  // One more for the start: AWS's examples count it, its text does not say.
  const transitions = facts.successPath.length + 1;
  const each = importCost(SMALL, transitions);
  const spot = { ...usualTask, spot: true };
  const x86 = { ...usualTask, architecture: 'X86' as const };
  /** What it takes to run it, and not what any way to import a file would cost besides. */
  const running = (gb: number, task = usualTask) => {
    const cost = importCost(gb, transitions, task);
    return cost.Fargate! + cost['public IPv4 address']! + cost['Step Functions']! + cost.Lambda!;
  };

  const month = () => {
    const parts = Object.entries(each).map(([name, value]) => [name, FILES_A_MONTH * value] as const);
    const load = FILES_A_MONTH * total(loadCost(SMALL));
    const awake = MONTH_HOURS * assumed('awakeAcus') * price('acuHour');
    const metrics = (customMetrics(1) + assumed('busyMetrics')) * price('metricMonth');
    const sum = parts.reduce((all, [, value]) => all + value, 0);
    return table(
      ['1,000 files of 1 MB a day', 'USD a month'],
      [
        ['imports', usd(sum)],
        ['imports, on Spot', usd(FILES_A_MONTH * total(importCost(SMALL, transitions, spot)))],
        ['metrics of importer and Container Insights', usd(metrics)],
        ['database: load', usd(load)],
        ['database: awake all day, if the files come evenly', usd(awake)],
        ['**total**', `**${usd(sum + metrics + load + awake)}**`],
      ],
      true,
    );
  };

  const idle = () => {
    const counted = Object.entries(idlePrices).flatMap(([type, { each: one, what }]) => {
      const count = facts.types[type] ?? 0;
      return count === 0 ? [] : [[`${count} × ${what}`, count * one()] as const];
    });
    const stored =
      assumed('databaseGb') * price('auroraGbMonth') +
      assumed('backupGb') * price('auroraBackupGbMonth') +
      assumed('bucketGb') * price('s3GbMonth') +
      assumed('imageGb') * price('ecrGbMonth') +
      assumed('keptLogGb') * price('logGbMonth');
    const rows = [
      ...counted,
      [
        `storage: ${assumed('databaseGb')} GB in Aurora, ${assumed('backupGb')} of backups, ${assumed('bucketGb')} in S3; images, logs`,
        stored,
      ] as const,
      ['Container Insights', assumed('idleMetrics') * price('metricMonth')] as const,
    ];
    const sum = rows.reduce((all, [, value]) => all + value, 0);
    return table(
      ['while nothing is imported', 'USD a month'],
      [
        ...rows.map(([what, value]) => [what, usd(value)]),
        ['**the stack, with the database paused**', `**${usd(sum)}**`],
        [
          'the stack, with a database that never pauses (half an ACU)',
          usd(sum + MONTH_HOURS * assumed('awakeAcus') * price('acuHour')),
        ],
      ],
      true,
    );
  };

  const alternatives = () => {
    const fits = (gb: number) => {
      const cost = lambdaOnly(gb);
      return cost === null ? 'does not fit' : usd(cost);
    };
    return table(
      ['', ...sizes.map(([name]) => name), '1,000 × 1 MB a day, per month'],
      [
        ['this stack', ...sizes.map(([, gb]) => usd(running(gb))), usd(FILES_A_MONTH * running(SMALL))],
        [
          'this stack, on Spot',
          ...sizes.map(([, gb]) => usd(running(gb, spot))),
          usd(FILES_A_MONTH * running(SMALL, spot)),
        ],
        ['Lambda only', ...sizes.map(([, gb]) => fits(gb)), usd(FILES_A_MONTH * lambdaOnly(SMALL)!)],
        [
          'Glue, Spark, 2 DPU',
          ...sizes.map(([, gb]) => usd(glue(gb, 2))),
          usd(FILES_A_MONTH * glue(SMALL, 2)),
        ],
        [
          'Glue, Python shell, 1/16 DPU',
          ...sizes.map(([, gb]) => usd(glue(gb, 1 / 16))),
          usd(FILES_A_MONTH * glue(SMALL, 1 / 16)),
        ],
        ['always on: Fargate, ¼ vCPU, ½ GB', ...sizes.map(() => '–'), usd(workers.fargate())],
        ['always on: EC2 t4g.small', ...sizes.map(() => '–'), usd(workers.ec2())],
      ],
      true,
    );
  };

  const evenPoints = () => {
    const minute = (LEAST_TASK_SECONDS / 3600) * (taskHour(usualTask) + addressHour());
    const seconds = minute / lambdaSecond();
    const { secondsPerGb, startSeconds } = speedOf();
    const largest = (name: string) =>
      (LAMBDA_SECONDS - speedOf(name).startSeconds) / speedOf(name).secondsPerGb;
    const files = workers.fargate() / running(SMALL);
    return [
      `- **Lambda only** is cheaper up to about ${grouped(Math.round(((seconds - startSeconds) / secondsPerGb) * 1000), 0)} MB: a minute of Fargate with its address buys ${grouped(seconds)} s of Lambda.`,
      `  Its 15 minutes are enough to append ${largest('append-file').toFixed(1)} GB or to replace ${largest('replace').toFixed(1)} GB at the benchmark's speed.`,
      `- **An always-on worker**, the smallest, is cheaper from ${grouped(Math.ceil(files / 100) * 100)} small files a month, ${grouped(Math.ceil(files / 30))} a day.`,
    ].join('\n');
  };

  return {
    inputs: () =>
      table(
        ['what decides', 'value', 'from'],
        [
          ...decisive.prices.map((name) => {
            const { what, usd: dollars, source } = costs.prices[name]!;
            return [what, `$${plain(dollars)}`, source];
          }),
          ...decisive.assumptions.map((name) => {
            const { what, value } = costs.assumptions[name]!;
            return [what, grouped(value, value % 1 ? 1 : 0), 'assumed'];
          }),
        ],
      ),

    speed: () => {
      const { cpu, cores, system, postgres } = benchmarks.machine;
      const ways = ['append-file', 'append-lanes-once', 'upsert-empty', 'upsert-unchanged', 'replace'];
      const rows = ways.map((name) => {
        const { secondsPerGb, cpuSecondsPerGb } = speedOf(name);
        const { title } = benchmarks.runs[0]!.results.find((result) => result.name === name)!;
        return [title, grouped(secondsPerGb), grouped(cpuSecondsPerGb), grouped(3600 / secondsPerGb)];
      });
      return [
        `Measured on ${benchmarks.startedAt.slice(0, 10)}: ${cpu}, ${cores} cores, ${system}, PostgreSQL ${postgres} and S3 on the same cores.`,
        `The importer's process takes ${speedOf().startSeconds.toFixed(2)} s to start and end.`,
        '',
        table(['way', 'seconds per GB', 'CPU seconds per GB', 'GB per hour'], rows, true),
      ].join('\n');
    },

    imports: () => {
      const columns = sizes.map(([, gb]) => ({ ...importCost(gb, transitions) }));
      const large = ['Fargate', 'public IPv4 address', 'Step Functions', 'between zones'];
      const loads = sizes.map(([, gb]) => loadCost(gb));
      const row = (name: string, values: number[]) => [name, ...values.map(usd)];
      const bold = ([name, ...cells]: string[]) => [`**${name}**`, ...cells.map((cell) => `**${cell}**`)];
      return table(
        ['', ...sizes.map(([name]) => name)],
        [
          ['importer, seconds', ...sizes.map(([, gb]) => grouped(importSeconds(gb), 1))],
          ['task, seconds billed', ...sizes.map(([, gb]) => grouped(taskSeconds(gb)))],
          ...large.map((name) =>
            row(
              name,
              columns.map((column) => column[name]!),
            ),
          ),
          row(
            'Lambda, S3 requests, EventBridge, SNS, X-Ray, logs',
            columns.map((column) => total(column) - large.reduce((sum, name) => sum + column[name]!, 0)),
          ),
          bold(row('an import, without the database', columns.map(total))),
          ...Object.keys(loads[0]!).map((name) =>
            row(
              name,
              loads.map((load) => load[name]!),
            ),
          ),
          bold(
            row(
              'an import',
              sizes.map((_, index) => total(columns[index]!) + total(loads[index]!)),
            ),
          ),
          row(
            'per GB of such files',
            sizes.map(([, gb], index) => (total(columns[index]!) + total(loads[index]!)) / gb),
          ),
          row(
            'an import, on Spot',
            sizes.map(([, gb]) => total(importCost(gb, transitions, spot)) + total(loadCost(gb))),
          ),
          row(
            'an import, on x86',
            sizes.map(([, gb]) => total(importCost(gb, transitions, x86)) + total(loadCost(gb))),
          ),
        ],
        true,
      );
    },

    beside: () => {
      const seconds = 15 * 60 + importSeconds(SMALL);
      const wake = (seconds / 3600) * assumed('awakeAcus') * price('acuHour');
      const hours = (number: number) => usd(number * customMetrics(1) * (price('metricMonth') / MONTH_HOURS));
      const path = (states: readonly string[]) => `${states.length} for each`;
      return [
        `- Step Functions bills each state entered, ${usd(price('transition'))}: ${transitions} for an import that succeeds, ${facts.failurePath.length + 1} for one that`,
        `  fails, ${path(facts.retryPath)} further attempt, ${path(facts.waitPath)} poll for a slot.`,
        `- One file that wakes a paused database keeps it awake for 15 minutes: ${usd(wake)}, ${Math.round(wake / total(each))} times the cost of the rest of a`,
        '  small import. Collect files that can wait, and upload them together.',
        `- A database that never pauses costs ${usd(MONTH_HOURS * assumed('awakeAcus') * price('acuHour'))} a month.`,
        `- The importer publishes ${customMetrics(1)} custom metrics with one import and ${customMetrics(2) - customMetrics(1)} more with each further one, billed for the hours with`,
        `  data: ${hours(30)} a month with imports in one hour of the day, ${hours(MONTH_HOURS)} with imports in each.`,
      ].join('\n');
    },

    'small-uploads': () => {
      const tasks = total(importCost(SMALL, transitions));
      const functions = total(smallImportCost(SMALL, transitions));
      const day = (files: number) => [tasks, functions].map((each) => usd(files * each));
      const begins = assumed('pullSeconds');
      return table(
        ['1 MB files, without the database', 'as tasks', 'in the function'],
        [
          ['one import, USD', ...day(1)],
          ['100,000 a day, USD a day', ...day(100_000)],
          ['a million a day, USD a day', ...day(1_000_000)],
          [
            'seconds from the event to its rows, at least',
            grouped(begins + importSeconds(SMALL)),
            `${grouped(functionSeconds(SMALL), 1)}; ${grouped(functionSeconds(SMALL, true), 1)} after a pause`,
          ],
        ],
        true,
      );
    },

    month: () => [month(), idle()].join('\n\n'),

    alternatives: () => [alternatives(), evenPoints()].join('\n\n'),
  };
}

function plain(value: number): string {
  return value.toFixed(10).replace(/0+$/, '').replace(/\.$/, '');
}
