import { expect, it } from 'vitest';
import { composeDoc } from '../../../bench/results/compose-doc.ts';
import { drawPlot } from '../../../bench/results/draw-plot.ts';
import { resultsSchema } from '../../../bench/results/results.ts';
import { readDoc } from '../../../docs/tools/markdown.ts';

const results = resultsSchema.parse(JSON.parse(readDoc('docs/benchmarks.json')));

it('docs/benchmarks.md and its plot are what docs/benchmarks.json says', () => {
  expect(readDoc('docs/benchmarks.md')).toBe(composeDoc(results));
  expect(readDoc('docs/benchmarks.svg')).toBe(drawPlot(results));
});

it('docs/benchmarks.json is of the command that writes it, with each round that it speaks of', () => {
  expect(results.command).toMatch(/^npm run bench -- --docs/);
  expect(results.runs).not.toEqual([]);
  for (const run of results.runs) {
    expect(run.results).not.toEqual([]);
    for (const { rounds } of run.results) expect(rounds).toHaveLength(run.rounds);
  }
});

it('a page of fewer figures says nothing of the others', () => {
  const [run] = results.runs;
  const doc = composeDoc({
    ...results,
    runs: [{ ...run!, startUp: null, results: run!.results.slice(0, 1), goals: [] }],
  });
  expect(doc).not.toContain('## Goals');
  expect(doc).not.toContain('undefined');
  expect(run!.results.length).toBeGreaterThan(1);
  for (const { title } of run!.results.slice(1)) expect(doc).not.toContain(`| ${title}`);
});
