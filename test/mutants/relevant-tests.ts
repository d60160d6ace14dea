import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Module } from './modules.ts';

/** The test files of a module, and which of them a mutant of a file needs. */
export class RelevantTests {
  readonly #project: string;
  readonly #wholeSystem: string[];
  readonly files: string[];
  readonly #reached = new Map<string, Set<string>>();

  constructor(project: string, module: Module) {
    this.#project = project;
    this.#wholeSystem = this.#find(module.wholeSystem ?? []);
    this.files = [...this.#find(module.tests), ...this.#wholeSystem];
    for (const file of this.files) this.#reached.set(file, this.#reachedFrom(file));
  }

  /** Those that import the file, or run the sources as a whole. */
  of(file: string): string[] {
    return this.files.filter((test) => this.runsWholeSystem(test) || this.#reached.get(test)!.has(file));
  }

  runsWholeSystem(test: string): boolean {
    return this.#wholeSystem.includes(test);
  }

  #find(patterns: readonly string[]): string[] {
    return patterns.flatMap((pattern) =>
      globSync(pattern, { cwd: this.#project })
        .filter((file) => file.endsWith('.test.ts'))
        .toSorted(),
    );
  }

  /** The project's files that a test imports, itself or by way of others. */
  #reachedFrom(test: string): Set<string> {
    const reached = new Set<string>();
    const open = [test];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      open.push(...this.#importsOf(file));
    }
    return reached;
  }

  #importsOf(file: string): string[] {
    const source = readFileSync(join(this.#project, file), 'utf8');
    return [...source.matchAll(/(?<!import type [^;]*?)(?:from|import)\s*\(?\s*'(\.[^']+\.tsx?)'/g)]
      .map(([, path]) => relative(this.#project, resolve(this.#project, dirname(file), path!)))
      .filter((path) => existsSync(join(this.#project, path)));
  }
}
