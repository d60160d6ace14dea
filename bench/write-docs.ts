import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeDoc } from './results/compose-doc.ts';
import { drawPlot } from './results/draw-plot.ts';
import { type Results, resultsSchema } from './results/results.ts';

/** From the project's folder: what docs/benchmarks.md and its plot are made of. */
export const RESULTS_FILE = 'docs/benchmarks.json';
const project = join(import.meta.dirname, '..');

/** Writes docs/benchmarks.md, .svg and .json. */
export function writeDocs(results: Results): void {
  writeFileSync(join(project, RESULTS_FILE), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(project, 'docs/benchmarks.svg'), drawPlot(results));
  writeFileSync(join(project, 'docs/benchmarks.md'), composeDoc(results));
}

// `node bench/write-docs.ts`: once more from the results that are there.
if (import.meta.main) {
  writeDocs(resultsSchema.parse(JSON.parse(readFileSync(join(project, RESULTS_FILE), 'utf8'))));
}
