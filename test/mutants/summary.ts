import type { Mutant } from './find-mutants.ts';
import type { Module } from './modules.ts';

/** What became of a mutant. */
export interface Outcome {
  mutant: Mutant;
  fate: 'killed' | 'equivalent' | 'survived';
}

/** Per cent of the mutants that are killed, of those that make a difference. */
export function percentKilled(outcomes: readonly Outcome[]): number {
  const { killed, survived } = count(outcomes);
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** The table at the end, a row for each module. */
export function summarise(modules: readonly (readonly [Module, readonly Outcome[]])[]): string {
  const rows = modules.map(([{ name, goal }, outcomes]) => {
    const { killed, equivalent, survived } = count(outcomes);
    const percent = `${percentKilled(outcomes).toFixed(0)} %`;
    return [name, outcomes.length, killed, equivalent, survived, percent, `${goal} %`].map(String);
  });
  const table = [['module', 'mutants', 'killed', 'equivalent', 'survived', 'killed', 'goal'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n');
}

/** A mutant as a diff, for people. */
export function showDiff({ before, after }: Mutant): string {
  const marked = (sign: string, text: string) =>
    text
      .split('\n')
      .map((line) => `    ${sign} ${line}`)
      .join('\n');
  return `${marked('-', before)}\n${marked('+', after)}`;
}

function count(outcomes: readonly Outcome[]): Record<Outcome['fate'], number> {
  const of = (fate: Outcome['fate']) => outcomes.filter((each) => each.fate === fate).length;
  return { killed: of('killed'), equivalent: of('equivalent'), survived: of('survived') };
}
