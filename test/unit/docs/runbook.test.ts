import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureNames } from '../../../contract/failures.ts';
import { outcomes } from '../../../contract/report.ts';
import { stateNames } from '../../../contract/workflow-data.ts';
import { codesIn, readDoc, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { describeMarker } from '../../../handlers/marker-objects.ts';
import { definitionOf, makeStack } from '../../infra/make-stack.ts';

let template: Template;
beforeAll(async () => {
  ({ template } = await makeStack());
});

describe('docs/runbook.md', () => {
  const doc = readDoc('docs/runbook.md');

  it('finds the stack’s resources and outputs by their names', () => {
    const { Resources, Outputs } = template.toJSON() as {
      Resources: Record<string, { Type: string }>;
      Outputs: Record<string, unknown>;
    };
    const asked = [...doc.matchAll(/\$\(resource (\S+) (\w+)\)/g)];
    expect(asked.length).toBeGreaterThan(2);
    for (const [, type, prefix] of asked) {
      const found = Object.entries(Resources).filter(
        ([id, each]) => id.startsWith(prefix!) && each.Type === type,
      );
      expect(found, prefix).toHaveLength(1);
    }
    const outputs = [...doc.matchAll(/\$\(output (\w+)\)/g)].map(([, output]) => output!);
    expect(outputs.length).toBeGreaterThan(0);
    for (const output of outputs) expect(Outputs).toHaveProperty(output);
  });

  it('has an entry, with all its parts, for what no alarm tells', () => {
    const section = sectionOf(doc, '## Without an alarm');
    const entries = [...section.matchAll(/^### (.*)$/gm)].map(([, name]) => name!);
    expect(entries).toEqual([
      'An upload has no execution',
      'An execution is stuck',
      'An execution cannot be redriven',
      'Database full, or out of connections',
      'Fargate has no capacity',
      'A reject file is needed and has expired',
    ]);
    for (const entry of entries) {
      const text = sectionOf(doc, `### ${entry}`);
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**'])
        expect(text).toContain(part);
    }
  });

  it('speaks of states and failures that there are', () => {
    const names = codesIn(doc).filter((code) => /^(?:[A-Z][a-z]+){2,}$/.test(code));
    const failures = names.filter((name) => (failureNames as string[]).includes(name));
    expect(failures.length).toBeGreaterThan(4);
    for (const name of ['WaitForSlot', 'RunImporter', 'BackOff']) {
      expect(Object.values(stateNames) as string[]).toContain(name);
      expect(doc).toContain(name);
    }
  });
});

describe('docs/notifications.md', () => {
  const doc = readDoc('docs/notifications.md');

  it('tells the attributes of every message that the workflow publishes', () => {
    const states = Object.entries(definitionOf(template).States).filter(([, { Resource }]) =>
      /:sns:publish/.test(Resource ?? ''),
    );
    const rows = tableOf(doc);
    const told = rows.filter(([, by]) => /^the workflow/.test(by!));
    expect(told.flatMap(([, by]) => codesIn(by!)).toSorted()).toEqual(
      states.map(([name]) => name).toSorted(),
    );
    for (const [name, { Parameters }] of states) {
      const [, , attributes] = told.find(([, by]) => codesIn(by!).includes(name))!;
      const published = Object.keys(
        (Parameters as unknown as { MessageAttributes: object }).MessageAttributes,
      );
      const named = codesIn(attributes!).filter((code) =>
        ['import', 'outcome', 'blame', 'failure'].includes(code),
      );
      expect(named.toSorted()).toEqual(published.toSorted());
    }
  });

  it('tells every outcome that is notified of', () => {
    const line = doc.split('\n').find((each) => each.startsWith('- `outcome`'))!;
    const notified = [...outcomes.filter((outcome) => outcome !== 'queued'), 'done'];
    expect(codesIn(line).slice(1).toSorted()).toEqual(notified.toSorted());
  });

  it('lists names that are ignored', () => {
    const rows = tableOf(sectionOf(doc, '## Ignored objects'));
    const names = rows.slice(1).flatMap(([, cell]) => codesIn(cell!));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      expect(describeMarker(name.replaceAll('…', 'x'), 1, ['.csv']), name).not.toBeNull();
    }
    expect(describeMarker('folder/', 0, ['.csv'])).not.toBeNull();
    expect(describeMarker('empty.csv', 0, ['.csv'])).toBeNull();
  });

  it('has filter policies that are JSON', () => {
    const policies = tableOf(sectionOf(doc, '## Filter policies')).map(([, policy]) => codesIn(policy!)[0]!);
    expect(policies).toHaveLength(4);
    for (const policy of policies) {
      for (const values of Object.values(JSON.parse(policy) as object)) expect(values).toBeInstanceOf(Array);
    }
  });
});
