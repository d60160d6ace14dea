/** A part of the project whose tests are tried by mutants. */
export interface Module {
  name: string;
  /** Globs of its source files, from the project's folder. Each must match a file, so that none is lost by moving. */
  sources: readonly string[];
  /** Globs of the test files; those that import none of a mutant's file, not even by way of others, are left out. */
  tests: readonly string[];
  /** Globs of test files that run the sources as the synthesised stack does, without importing them. */
  wholeSystem?: readonly string[];
  /** Per cent of the mutants that the tests must kill, where equivalent ones do not count. */
  goal: number;
}

export const modules: readonly Module[] = [
  {
    name: 'loading',
    sources: [
      'task/load/**/*.ts',
      'task/load-*.ts',
      'task/import-upload.ts',
      'task/write-rejects.ts',
      'task/findings.ts',
      'task/scan-*.ts',
    ],
    tests: ['test/unit/task/*', 'test/unit/task/{load,source}/**', 'test/unit/csv/**', 'test/database/**'],
    goal: 90,
  },
  {
    name: 'ledger',
    sources: ['task/ledger/**/*.ts', 'task/await-*.ts'],
    tests: ['test/unit/task/ledger/**', 'test/unit/contract/metrics.test.ts', 'test/database/**'],
    goal: 90,
  },
  {
    name: 'source',
    sources: ['task/source/**/*.ts', 'task/open-*.ts'],
    tests: ['test/unit/task/source/**', 'test/unit/csv/**', 'test/database/**'],
    goal: 80,
  },
  {
    name: 'csv',
    sources: ['csv/**/*.ts'],
    tests: ['test/unit/csv/**', 'test/unit/docs/csv.test.ts', 'test/database/**', 'test/fuzz/csv.test.ts'],
    goal: 80,
  },
  {
    name: 'handlers',
    sources: ['handlers/**/*.ts'],
    tests: ['test/unit/{contract,handlers}/**', 'test/unit/*.test.ts', 'test/infra/**', 'test/local/**'],
    wholeSystem: ['test/e2e/redrive.test.ts', 'test/e2e/imports.test.ts'],
    goal: 80,
  },
  {
    name: 'statemachine',
    sources: ['statemachine/**/*.ts'],
    tests: ['test/infra/**', 'test/unit/docs/*.test.ts', 'test/unit/operator/**'],
    wholeSystem: ['test/e2e/redrive.test.ts', 'test/e2e/imports.test.ts'],
    goal: 80,
  },
  {
    name: 'infra',
    sources: ['infra/**/*.ts'],
    tests: ['test/infra/**', 'test/unit/docs/*.test.ts', 'test/local/template.test.ts'],
    goal: 80,
  },
];
