import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS_NAMESPACE, metricGroups } from '../../contract/metrics.ts';
import { readDoc, sectionOf } from '../../docs/tools/markdown.ts';
import { makeStack } from './make-stack.ts';

/** What AWS itself publishes, of what is used here: names, and the dimensions under which they exist. */
const publishedByAws: Record<string, Record<string, string>> = {
  'AWS/States': {
    ExecutionsStarted: 'StateMachineArn',
    ExecutionsSucceeded: 'StateMachineArn',
    ExecutionsFailed: 'StateMachineArn',
    ExecutionsTimedOut: 'StateMachineArn',
    ExecutionsAborted: 'StateMachineArn',
    ExecutionThrottled: 'StateMachineArn',
  },
  'AWS/Events': {
    Invocations: 'RuleName',
    FailedInvocations: 'RuleName',
    InvocationsSentToDlq: 'RuleName',
    InvocationsFailedToBeSentToDlq: 'RuleName',
    IngestionToInvocationStartLatency: '',
  },
  'AWS/SQS': {
    ApproximateNumberOfMessagesVisible: 'QueueName',
    ApproximateAgeOfOldestMessage: 'QueueName',
  },
  // With Container Insights switched on for the cluster.
  'ECS/ContainerInsights': { TaskCount: 'ClusterName' },
};

/** `namespace name by dimension,dimension` of everything that is published. */
const published = new Set([
  ...Object.entries(publishedByAws).flatMap(([namespace, metrics]) =>
    Object.entries(metrics).map(([name, dimensions]) => `${namespace} ${name} by ${dimensions}`),
  ),
  ...Object.values(metricGroups).flatMap(({ dimensions, metrics }) =>
    Object.keys(metrics).flatMap((name) =>
      dimensions.map((set) => `${METRICS_NAMESPACE} ${name} by ${set.toSorted().join()}`),
    ),
  ),
]);

interface Alarm {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: unknown }[];
  Metrics?: { MetricStat?: { Metric: Alarm } }[];
  AlarmDescription: string;
  TreatMissingData: string;
  AlarmActions: unknown[];
  Threshold: number;
  EvaluationPeriods: number;
}

let template: Template;
let alarms: [string, Alarm][];
let widgets: { type: string; properties: Record<string, never> }[];
beforeAll(async () => {
  ({ template } = await makeStack());
  alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
    id.replace(/^Observability|[0-9A-F]{8}$/g, ''),
    Properties as Alarm,
  ]);
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = dashboard!.Properties.DashboardBody['Fn::Join'][1] as (string | object)[];
  const text = body.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  widgets = (JSON.parse(text) as { widgets: typeof widgets }).widgets;
});

function metricsOf({ Namespace, MetricName, Dimensions = [], Metrics = [] }: Alarm): string[] {
  if (MetricName !== undefined) {
    const names = Dimensions.map(({ Name }) => Name).toSorted();
    return [`${Namespace} ${MetricName} by ${names.join()}`];
  }
  return Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : metricsOf(MetricStat.Metric)));
}

describe('alarms', () => {
  it('look at metrics that somebody publishes', () => {
    expect(alarms.length).toBeGreaterThan(0);
    for (const [name, alarm] of alarms) {
      const metrics = metricsOf(alarm);
      expect(metrics.length, name).toBeGreaterThan(0);
      for (const metric of metrics) expect(published).toContain(metric);
    }
  });

  it('tell of the system’s failures, of events, and of executions that nobody can speak for', () => {
    expect(alarms.map(([name]) => name).toSorted()).toEqual([
      'EventsLate',
      'EventsLost',
      'ExecutionsAborted',
      'ExecutionsThrottled',
      'ExecutionsTimedOut',
      'RunsWaitLong',
      'SystemFailures',
      'UndeliveredEvents',
      'UndeliveredEventsExpire',
      'WorkflowBroken',
    ]);
    const blame = alarms.find(([name]) => name === 'SystemFailures')![1].Dimensions;
    expect(blame).toEqual(
      expect.arrayContaining([
        { Name: 'blame', Value: 'system' },
        { Name: 'stack', Value: 'CsvImport' },
      ]),
    );
  });

  it('ring for a run that has waited a quarter of what it may, and link the runbook where it is told to be', async () => {
    const { template: other } = await makeStack({
      config: { limits: { maxWaitHours: 8 }, runbookUrl: 'https://wiki.example.com/imports' },
    });
    const descriptions = Object.values(other.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties as Alarm)
      .filter(({ MetricName }) => MetricName === 'WaitedSeconds')
      .map(({ AlarmDescription, Threshold }) => [Threshold, AlarmDescription]);
    expect(descriptions).toEqual([
      [
        2 * 3600,
        'A run has been waiting for a slot for 2 hours. What to do: https://wiki.example.com/imports#runswaitlong',
      ],
    ]);
  });

  it('are silent while nothing runs, and notify the topic', () => {
    expect(alarms.length).toBeGreaterThan(0);
    for (const [name, { TreatMissingData, AlarmActions }] of alarms) {
      expect(TreatMissingData, name).toBe('notBreaching');
      expect(JSON.stringify(AlarmActions), name).toContain('NotificationsTopic');
    }
  });

  it('each have a section in the runbook, which their descriptions link, and each section its alarm', () => {
    const runbook = readDoc('docs/runbook.md');
    const sections = [...sectionOf(runbook, '## Alarms').matchAll(/^### (\S+)$/gm)].map((match) => match[1]!);
    const names = new Set(alarms.map(([name]) => name.replace(/\d+$/, '')));
    expect(sections.toSorted()).toEqual([...names].toSorted());
    for (const [name, { AlarmDescription }] of alarms) {
      expect(AlarmDescription).toMatch(new RegExp(`\\S#${name.replace(/\d+$/, '').toLowerCase()}$`));
    }
    for (const section of sections) {
      const text = sectionOf(runbook, `### ${section}`);
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) {
        expect(text, section).toContain(part);
      }
    }
  });

  it('count ten rules at most together, as CloudWatch allows', async () => {
    const { integer, pgTable } = await import('drizzle-orm/pg-core');
    const { defineImport } = await import('../../contract/definition/define-import.ts');
    const table = pgTable('orders', { id: integer('id').primaryKey() });
    const imports = Array.from({ length: 100 }, (_, index) => {
      const prefix = `uploads/${'a-very-long-prefix'.repeat(12)}/${index}/`;
      return defineImport({ name: `import-${index}`, prefix, table, mode: 'append' });
    });
    const { template: large } = await makeStack({ imports });
    const sizes = Object.entries(large.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id]) => id.includes('EventsLost'))
      .map(([, { Properties }]) => metricsOf(Properties as Alarm).length);
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(10);
  });
});

describe('notifications of EventBridge', () => {
  it('say what ended how, and lead to the execution: in the console, and by command', () => {
    const texts = Object.values(template.findResources('AWS::Events::Rule'))
      .map(({ Properties }) => Properties)
      .filter(({ EventPattern }) => EventPattern.source[0] === 'aws.states')
      .map(({ Targets }) => Targets[0].InputTransformer as { InputPathsMap: object; InputTemplate: string });
    expect(texts).toHaveLength(2);
    for (const { InputPathsMap, InputTemplate } of texts) {
      expect(Object.values(InputPathsMap)).toEqual(
        expect.arrayContaining(['$.region', '$.detail.executionArn']),
      );
      expect(InputTemplate).toMatch(
        /https:\/\/<[\w-]+>\.console\.aws\.amazon\.com\/states\/home#\/v2\/executions\/details\/<[\w-]+>/,
      );
      expect(InputTemplate).toContain('npm run redrive -- --aws <');
    }
  });
});

describe('the dashboard', () => {
  /** Metrics of a widget, CloudWatch's abbreviations spelled out. */
  function shownBy(metrics: (string | { expression?: string })[][]): string[] {
    let last: string[] = [];
    return metrics.flatMap((entry) => {
      const names = entry.filter((part) => typeof part === 'string');
      const { expression } = entry.find((part) => typeof part === 'object') ?? {};
      if (expression !== undefined) {
        const search = /^SEARCH\('\{([^,]+),([^}]+)\} MetricName="(\w+)"/.exec(expression);
        return search === null
          ? []
          : [`${search[1]} ${search[3]} by ${search[2]!.split(',').toSorted().join()}`];
      }
      last = names.map((name, index) => (name === '.' ? last[index]! : name));
      const [namespace, metric, ...dimensions] = last;
      const by = dimensions.filter((_, index) => index % 2 === 0).toSorted();
      return [`${namespace} ${metric} by ${by.join()}`];
    });
  }

  it('answers its questions in this order', () => {
    const headings = widgets
      .filter(({ type }) => type === 'text')
      .map(({ properties }) => /^## (.*)$/m.exec(properties.markdown!)![1]);
    expect(headings).toEqual([
      'What is running',
      'What failed',
      'Is it the files or the system?',
      'How fast',
      'What does it cost',
      'Alarms',
    ]);
    const titles = widgets.flatMap(({ properties }) => properties.title ?? []);
    expect(titles).toEqual(
      expect.arrayContaining([
        'Executions',
        'Importers that run (at most)',
        'Waiting for a slot',
        'Failed executions by failure',
        'Failed executions by blame',
        'Rows per second of an importer',
        'Seconds of an attempt',
        'Dollars in five minutes',
        'The last failures',
      ]),
    );
  });

  it('shows nothing that is empty for ever: each metric is published by these dimensions', () => {
    const shown = widgets.flatMap(({ properties }) => shownBy(properties.metrics ?? []));
    expect(shown.length).toBeGreaterThan(30);
    for (const metric of shown) expect(published).toContain(metric);
  });

  it('shows every metric of the project’s own', () => {
    const shown = new Set(
      widgets
        .flatMap(({ properties }) => shownBy(properties.metrics ?? []))
        .map((each) => each.split(' ')[1]),
    );
    for (const { metrics } of Object.values(metricGroups)) {
      for (const name of Object.keys(metrics)) {
        // An attempt is counted in the log's table.
        if (name !== 'Attempts') expect(shown).toContain(name);
      }
    }
  });

  it('asks the logs for fields that the lines of metrics have', () => {
    const queries = widgets
      .filter(({ type }) => type === 'log')
      .map(({ properties }) => String(properties.query));
    expect(queries).toHaveLength(2);
    const metrics = Object.values(metricGroups).flatMap((group) => Object.keys(group.metrics));
    const known = [
      ...metrics,
      ...['import', 'failure', 'blame'],
      ...['upload', 'runId', 'executionArn', 'outcome', '@timestamp'],
    ];
    for (const query of queries) {
      const fields = /fields ([^|\n]*)/
        .exec(query)![1]!
        .split(',')
        .map((field) => field.trim());
      for (const field of fields) expect(known).toContain(field);
      expect(metrics).toContain(/ispresent\((\w+)\)/.exec(query)![1]);
    }
  });

  it('lists all alarms, and says which prices are assumed', () => {
    const status = widgets.find(({ type }) => type === 'alarm')!;
    expect(status.properties.alarms).toHaveLength(alarms.length);
    const texts = widgets.map(({ properties }) => properties.markdown ?? '').join('\n');
    expect(texts).toContain('**assumed** are list prices of us-east-1');
    expect(texts).toContain('Fargate ARM64, 1 vCPU at 0.03238 and 2 GB at 0.00356 dollars an hour');
  });

  it('is found by an output, and named by region, for dashboards are of the whole account', () => {
    expect(JSON.stringify(template.findOutputs('DashboardUrl'))).toContain(
      '#dashboards/dashboard/CsvImport-',
    );
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard!.Properties.DashboardName)).toContain('AWS::Region');
  });
});
