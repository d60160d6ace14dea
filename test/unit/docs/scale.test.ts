import { beforeAll, describe, expect, it } from 'vitest';
import { readDoc } from '../../../docs/tools/markdown.ts';
import { millionAtOnce, quota, scaleTables } from '../../../docs/tools/scale-tables.ts';
import { fillTables } from '../../../docs/tools/tables.ts';
import { readTemplateFacts, type TemplateFacts } from '../../../docs/tools/template-facts.ts';

const doc = readDoc('docs/scale.md');
let facts: TemplateFacts;
beforeAll(async () => {
  facts = await readTemplateFacts();
});

describe('docs/scale.md', () => {
  it('has the tables that quotas, prices, benchmarks and template make (else: node docs/tools/write-tables.ts)', () => {
    expect(doc).toBe(fillTables(doc, scaleTables(facts)));
    for (const name of Object.keys(scaleTables(facts))) expect(doc).toContain(`<!-- ${name}: `);
  });
});

describe('the sums, by hand', () => {
  it('let RunTask set the pace where slots are plenty, and slots where they are scarce', () => {
    const plenty = millionAtOnce(100, 5, facts);
    expect(plenty.hours).toBeCloseTo(1_000_000 / 20 / 3600, 6);
    expect(plenty.starts).toBe(1_000_000);

    const scarce = millionAtOnce(10, 5, facts);
    expect(scarce.hours).toBeCloseTo(500_000 / 3600, 6);
    // Twenty a second are started for all that time, though only two a second get a slot.
    expect(scarce.starts).toBe(10_000_000);
    expect(scarce.cost).toBeGreaterThan(5 * plenty.cost);
  });

  it('know the stack: RunTask is tried for longer than a million files take to start', () => {
    const { maxDelaySeconds, tries } = facts.runTask;
    expect((tries * maxDelaySeconds) / 2).toBeGreaterThan(1_000_000 / quota('runTaskRate'));
    // A try that was refused is three events of the history.
    expect(3 * tries).toBeLessThan(quota('historyEvents'));
  });
});
