import { describe, expect, it } from 'vitest';
import { METRICS_NAMESPACE, metricGroups } from '../../../contract/metrics.ts';
import { codesIn, fencesOf, readDoc, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';

const doc = readDoc('docs/metrics.md');
const groups: { dimensions: readonly (readonly string[])[]; metrics: Record<string, string> }[] =
  Object.values(metricGroups);

describe('docs/metrics.md', () => {
  it('lists every metric with its unit and dimensions, in the order of the contract', () => {
    const told = tableOf(sectionOf(doc, '## Metrics')).map(([name, unit, , by]) => [
      codesIn(name!)[0],
      codesIn(unit!)[0],
      codesIn(by!),
    ]);
    const published = groups.flatMap(({ dimensions, metrics }) => {
      const by = dimensions.map((set) => set.filter((name) => name !== 'stack'));
      // By one thing at a time, and by the stack alone.
      expect(by.filter((names) => names.length === 0)).toHaveLength(1);
      for (const names of by) expect(names.length).toBeLessThanOrEqual(1);
      return Object.entries(metrics).map(([name, unit]) => [name, unit, by.flat()]);
    });
    expect(told).toEqual(published);
    expect(doc).toContain(`Namespace \`${METRICS_NAMESPACE}\``);
  });

  it('counts how many custom metrics there can be', () => {
    const by = (dimension: string | null) =>
      groups
        .filter(({ dimensions }) =>
          dimensions.some((set) => (dimension === null ? set.length === 1 : set.includes(dimension))),
        )
        .flatMap(({ metrics }) => Object.keys(metrics)).length;
    const text = doc.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      `at most ${by(null)} of its own, ${by('import')} more for each import that is used, ${2 * by('blame')} for blame, and ${by('failure')} for each failure`,
    );
  });

  it('asks the logs for metrics that there are', () => {
    const names = groups.flatMap(({ metrics }) => Object.keys(metrics));
    const asked = fencesOf(doc).flatMap(({ content }) =>
      [...content.matchAll(/\((\w+)/g)].map((match) => match[1]!),
    );
    expect(asked.length).toBeGreaterThan(3);
    for (const name of asked) expect(names).toContain(name);
  });
});
