import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findEdits } from './code-operators.ts';
import type { Module } from './modules.ts';
import { type Edit, parse } from './syntax.ts';

/** One small fault that somebody could make. */
export interface Mutant extends Edit {
  /** Stays the same while the lines that it changes do, wherever they move in their file. */
  id: string;
  /** From the project's folder. */
  file: string;
  line: number;
  /** The lines that differ, without indentation. */
  before: string;
  after: string;
}

/** The source files of a module. */
export function sourcesOf(project: string, { name, sources }: Module): string[] {
  return sources.flatMap((pattern) => {
    const found = globSync(pattern, { cwd: project }).toSorted();
    if (found.length === 0)
      throw new Error(`test/mutants/modules.ts: module ${name}: no file is ${pattern}.`);
    return found;
  });
}

/** Every mutant of a file, in the file's order. */
export function mutantsOf(project: string, file: string): Mutant[] {
  const source = readFileSync(join(project, file), 'utf8');
  const seen = new Map<string, number>();
  return findEdits(parse(source), source)
    .toSorted((one, other) => one.start - other.start)
    .map((edit) => {
      const [before, after] = changedLines(source, edit);
      const identity = JSON.stringify([file, before, after]);
      const count = (seen.get(identity) ?? 0) + 1;
      seen.set(identity, count);
      const id = createHash('sha256').update(`${identity}${count}`).digest('hex').slice(0, 8);
      const line = source.slice(0, edit.start).split('\n').length;
      return { ...edit, id, file, line, before, after };
    });
}

/** The source with the mutant in it. */
export function mutate(source: string, { start, end, text }: Edit): string {
  return source.slice(0, start) + text + source.slice(end);
}

function changedLines(source: string, edit: Edit): [string, string] {
  const from = source.lastIndexOf('\n', edit.start - 1) + 1;
  const newline = source.indexOf('\n', edit.end);
  const until = newline === -1 ? source.length : newline;
  const trimmed = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n');
  const changed = source.slice(from, edit.start) + edit.text + source.slice(edit.end, until);
  return [trimmed(source.slice(from, until)), trimmed(changed)];
}

/** Draws mutants: the same for the same seed, and most of them still the same after a change elsewhere. */
export function shuffle(mutants: readonly Mutant[], seed: number): Mutant[] {
  const place = ({ id }: Mutant) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return mutants.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}
