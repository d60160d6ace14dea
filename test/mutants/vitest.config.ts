import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The test files to run, in this order, from the project's folder. */
const files = JSON.parse(process.env.MUTANTS_TEST_FILES ?? '[]') as string[];

class InOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      files.findIndex((file) => moduleId.endsWith(`/${file}`));
    return specifications.toSorted((one, other) => place(one) - place(other));
  }
}

/** How the tests run against a mutant: until one fails, on servers that outlive it. */
export default defineConfig({
  cacheDir: join(tmpdir(), 'csv-import-mutants-cache'),
  test: {
    include: files,
    globalSetup: ['test/mutants/global-setup.ts'],
    sequence: { sequencer: InOrder },
    // Most of them wait most of the time: for locks, for processes.
    maxWorkers: 4,
    // Loading the packages anew for each file would take longer than most tests; but handlers read their environment
    // when they are loaded.
    isolate: files.some((file) => file.startsWith('test/unit/handlers/')),
    bail: 1,
    // A test that waits for what a mutant took away has failed by then.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
